"""Rules tried on what has happened: the journal's events through the same code path, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xiezhi.decide.decider import Decider, Decisions
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.core import Core, new_book
from xiezhi.engine.frame import ChannelFrame
from xiezhi.journal.base import Journal
from xiezhi.knowledge.base import Knowledge


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule would have done. `changed` counts events whose action would have been another;
    precision, recall and F1 are None where there is no truth, or nothing to divide by."""

    rule: str
    channel: str
    events: int
    hits: int
    identifiers: int
    changed: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(slots=True)
class _Tally:
    channel: str
    events: int = 0
    hits: int = 0
    right: int = 0
    frauds: int = 0
    changed: int = 0
    subjects: set[int] = field(default_factory=set)


def backtest(
    knowledge: Knowledge,
    journal: Journal,
    records: Sequence[Mapping[str, Any]],
    truth: Path | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> list[Report]:
    """Run rules, given as `rule.save` records, over all events of a journal as if they had been live.

    Each rule is tried alone against the rules that were live at the time. `truth` is a folder of
    Parquet files, one a channel, with the columns `id` and `fraud`. Raises `XiezhiError` for a bad rule.
    """
    core = Core(knowledge)
    trials = [_Trial(core, record) for record in records]
    frauds = {trial.channel: _frauds(truth, trial.channel) for trial in trials} if truth else {}
    for entry in journal.read():
        if entry.control is not None:
            core.control(entry.control)
            for trial in trials:
                trial.book.apply(entry.control)
        elif entry.events is not None:
            for decisions in core.decide(entry.events, entry.first):
                for trial in trials:
                    if trial.channel == decisions.channel:
                        trial.take(decisions, frauds.get(decisions.channel))
        advance(entry.size)
    return [trial.report(bool(truth)) for trial in trials]


class _Trial:
    """One rule on trial, in a rule book of its own beside the real one."""

    def __init__(self, core: Core, record: Mapping[str, Any]) -> None:
        self.book = new_book(core.knowledge, core.vocabularies)
        self.rule: str = record["rule"]["id"]
        self.channel: str = record["rule"]["channel"]
        self.tally = _Tally(self.channel)
        live = {**record, "rule": {**record["rule"], "stage": "live"}}
        self.book.apply(live)
        self._decider = Decider(
            self.book, core.knowledge.policy, core.knowledge.groups, core.knowledge.schemas
        )

    def take(self, before: Decisions, frauds: frozenset[str] | None) -> None:
        """Decide again on a channel's events and compare."""
        frame = before.frame
        assert isinstance(frame, ChannelFrame)
        after = self._decider.decide(self.channel, frame, before.offsets, frame.ts, before.models)
        places = [at for at, source in enumerate(after.sources) if source.id == self.rule]
        rows = np.unique(after.signals.rows[np.isin(after.signals.sources, places)])
        tally = self.tally
        tally.events += len(after)
        tally.hits += len(rows)
        tally.changed += int((after.action != before.action).sum())
        tally.subjects.update(frame.keys(after.schema.subject)[rows].tolist())
        if frauds is not None:
            ids = frame.table.column("id")
            is_fraud = np.array([each in frauds for each in ids.to_pylist()], np.bool_)
            tally.frauds += int(is_fraud.sum())
            tally.right += int(is_fraud[rows].sum())

    def report(self, judged: bool) -> Report:
        """What was found."""
        tally = self.tally
        precision = tally.right / tally.hits if judged and tally.hits else None
        recall = tally.right / tally.frauds if judged and tally.frauds else None
        both = (precision or 0) + (recall or 0)
        f1 = 2 * (precision or 0) * (recall or 0) / both if both else None
        subjects = tally.subjects - {0}
        return Report(
            self.rule,
            self.channel,
            tally.events,
            tally.hits,
            len(subjects),
            tally.changed,
            precision,
            recall,
            f1,
        )


def _frauds(folder: Path, channel: str) -> frozenset[str]:
    """Ids of the channel's events that are fraud."""
    path = folder / f"{channel}.parquet"
    if not path.is_file():
        raise XiezhiError(
            f"{path}: there is no truth about {channel} events", "give the folder that `simulate` wrote"
        )
    table = pq.read_table(path, columns=["id", "fraud"])
    return frozenset(table.filter(pc.fill_null(table["fraud"], False))["id"].to_pylist())
