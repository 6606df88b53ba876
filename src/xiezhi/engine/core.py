"""The deciding part of the engine, without files: micro-batches in, decisions out, window state kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from xiezhi.decide.book import RuleBook
from xiezhi.decide.compiled import compile_conditions
from xiezhi.decide.decider import Decider, Decisions
from xiezhi.decide.language import Vocabulary, vocabulary_of
from xiezhi.detect.models.registry import shipped_root
from xiezhi.detect.registry import detectors_for
from xiezhi.domain.batch import MicroBatch, between
from xiezhi.domain.columns import Variable
from xiezhi.domain.features import WINDOWS
from xiezhi.engine.frame import ChannelFrame, ChannelTools
from xiezhi.engine.models import ChannelModels, channel_models
from xiezhi.knowledge.base import Knowledge
from xiezhi.windows.layout import FORMAT
from xiezhi.windows.store import DEFAULT_LATENESS, DEFAULT_LIMIT, WindowStore

TRIM_EVERY = 1 << 20
"""Offsets at whose multiples idle keys are forgotten: fixed, so that every run does it at the same events."""


@dataclass(frozen=True, slots=True)
class CoreOptions:
    """`lateness` in seconds, `limit` in keys a window table; `models` are folders with models of the site, beside
    the shipped ones unless these are unwanted."""

    lateness: int = DEFAULT_LATENESS
    limit: int = DEFAULT_LIMIT
    models: tuple[Path, ...] = ()
    shipped_models: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames of events that no trimming parts; their offsets start at `first`."""

    frames: dict[str, ChannelFrame]
    first: int
    size: int


class Core:
    """One code path for live events, single requests, shadow rules and backtests.

    A decision depends on the events before it and the control records before it, never on how they were
    cut into batches.
    """

    def __init__(self, knowledge: Knowledge, options: CoreOptions | None = None) -> None:
        self.knowledge, self.options = knowledge, options or CoreOptions()
        self.windows = WindowStore(
            knowledge.features, knowledge.schemas, self.options.lateness, self.options.limit
        )
        self.vocabularies = vocabularies_of(knowledge)
        roots = (*((shipped_root(),) if self.options.shipped_models else ()), *self.options.models)
        self.models: dict[str, ChannelModels] = channel_models(self.vocabularies, roots)
        self.book = new_book(knowledge, self.vocabularies)
        self.decider = Decider(self.book, knowledge.policy, knowledge.groups, knowledge.schemas)
        self._tools = {channel: self._tools_of(channel) for channel in knowledge.schemas}
        self._keys = {channel: self._keys_of(channel) for channel in knowledge.schemas}

    def decide(self, batch: MicroBatch, first: int) -> list[Decisions]:
        """Decide on the events of a micro-batch whose offsets start at `first`."""
        return self.decide_prepared(self.prepare(batch, first))

    def prepare(self, batch: MicroBatch, first: int) -> list[Piece]:
        """Do what needs no state: hash identifiers and run detectors. May be done in another thread, ahead."""
        pieces = []
        for events, offset in _pieces(batch, first):
            frames = {part.channel: ChannelFrame(part, self._tools[part.channel]) for part in events}
            for channel, frame in frames.items():
                frame.prepare(self._keys[channel])
            pieces.append(Piece(frames, offset, events.size))
        return pieces

    def decide_prepared(self, pieces: list[Piece]) -> list[Decisions]:
        """Decide on prepared events."""
        decided = []
        for piece in pieces:
            self._see(piece)
            for channel, frame in piece.frames.items():
                offsets = piece.first + frame.order
                signals = self.models[channel].signals(frame) if channel in self.models else None
                decided.append(self.decider.decide(channel, frame, offsets, frame.ts, signals))
        return decided

    def look(self, batch: MicroBatch, first: int = 0) -> list[Piece]:
        """Take events into the windows without deciding; the frames have every feature."""
        pieces = self.prepare(batch, first)
        for piece in pieces:
            self._see(piece)
        return pieces

    def control(self, record: Mapping[str, Any]) -> None:
        """Change rules, lists or snoozes. Raises `XiezhiError` and changes nothing if that can't be done."""
        self.book.apply(record)

    def renew_book(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Make the rule book anew, as some control records leave it."""
        self.book = new_book(self.knowledge, self.vocabularies)
        for record in records:
            self.book.apply(record)
        self.decider = Decider(
            self.book, self.knowledge.policy, self.knowledge.groups, self.knowledge.schemas
        )

    def layout(self) -> str:
        """Digest of what the window state is shaped by; state of another layout can't be taken."""
        shape = repr((FORMAT, WINDOWS, self.knowledge.features.tables, self.options.lateness))
        return hashlib.sha256(shape.encode()).hexdigest()

    def packed(self) -> dict[str, npt.NDArray[np.generic]]:
        """Window state as named arrays."""
        return self.windows.packed()

    def unpack(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take window state of the same layout."""
        self.windows.unpack(arrays)

    def _see(self, piece: Piece) -> None:
        self.windows.apply(piece.frames)
        if (piece.first + piece.size) % TRIM_EVERY == 0:
            self.windows.trim()

    def _tools_of(self, channel: str) -> ChannelTools:
        vocabulary = self.vocabularies[channel]
        detectors = {
            output.name: detector
            for detector in detectors_for(channel)
            for output in detector.outputs(channel)
        }
        texts = {
            expression
            for layout in self.windows.layouts
            for place, expression in layout.masks
            if place.split(".", 1)[0] == channel
        }
        conditions = {
            text: compile_conditions([(f"a measure of {channel}", text)], vocabulary)
            for text in sorted(texts)
        }
        return ChannelTools(vocabulary, detectors, conditions)

    def _keys_of(self, channel: str) -> tuple[str, ...]:
        """The places of a channel whose keys the windows ask for."""
        found: dict[str, None] = {}
        for layout in self.windows.layouts:
            for place in layout.places:
                if place.split(".", 1)[0] == channel:
                    found[place.split(".", 1)[1]] = None
            found.update((name, None) for place, name in layout.items if place.split(".", 1)[0] == channel)
        return tuple(found)


def new_book(knowledge: Knowledge, vocabularies: dict[str, Vocabulary] | None = None) -> RuleBook:
    """The rule book as it ships, every rule checked. Raises `XiezhiError` naming each rule that is wrong."""
    return RuleBook(
        knowledge.rules,
        vocabularies or vocabularies_of(knowledge),
        knowledge.groups,
        knowledge.lists,
        knowledge.taxonomy.kinds,
    )


def vocabularies_of(knowledge: Knowledge) -> dict[str, Vocabulary]:
    """For each channel, the names that rules, conditions and models can read."""
    found = {}
    for channel, schema in knowledge.schemas.items():
        computed = [output for detector in detectors_for(channel) for output in detector.outputs(channel)]
        for feature in knowledge.features.by_channel.get(channel, {}).values():
            window_zh = f"（{feature.window}）" if feature.window else ""
            window_en = f" ({feature.window})" if feature.window else ""
            flag = feature.measure.agg in ("is_new", "sequence", "absence")
            computed.append(
                Variable(
                    feature.name,
                    "flag" if flag else "number",
                    feature.zh + window_zh,
                    feature.en + window_en,
                    feature.unit,
                )
            )
        found[channel] = vocabulary_of(schema, computed, knowledge.lists)
    return found


def _pieces(batch: MicroBatch, first: int) -> Iterator[tuple[MicroBatch, int]]:
    """The batch, cut where its offsets cross a multiple of `TRIM_EVERY`; with the first offset of each piece."""
    at, end = first, first + batch.size
    while at < end:
        cut = min((at // TRIM_EVERY + 1) * TRIM_EVERY, end)
        if at == first and cut == end:
            yield batch, first
        else:
            yield between(batch, at - first, cut - first), at
        at = cut
