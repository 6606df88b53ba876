"""Rules tried on what has happened: the journal's events through the same code path, nothing written."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from xiezhi.decide.decider import Decider, Decisions
from xiezhi.domain.actions import STOPPING, Action
from xiezhi.domain.batch import MicroBatch
from xiezhi.engine import checkpoint
from xiezhi.engine.core import Core, CoreOptions, new_book
from xiezhi.engine.frame import ChannelFrame
from xiezhi.engine.gathering import gathered
from xiezhi.engine.truth import FolderTruth, Truth
from xiezhi.journal.base import Journal
from xiezhi.knowledge.base import Knowledge
from xiezhi.windows.store import SHIFT

MOST_CHANGES = 100
"""Changed decisions that a report names, the newest of them."""

AT_ONCE = 65_536
"""Events that are gathered before they are decided on."""

SLICE = 4095
"""Events that a gentle run decides on at once: few enough to stay on one processor and to give way soon."""

PAUSE = 0.0005

_STOPPING = np.array(sorted(STOPPING), np.int8)


@dataclass(frozen=True, slots=True)
class Change:
    """An event on which the rule would have made another action be taken."""

    offset: int
    before: str
    after: str
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule would have done. `changed` counts events whose action would have been another, `stopped` those
    that would have been stopped and were not, `judged` the hits whose truth is known; precision, recall and F1
    are None where there is no truth, or nothing to divide by."""

    rule: str
    channel: str
    events: int
    hits: int
    identifiers: int
    changed: int
    stopped: int
    judged: int
    precision: float | None
    recall: float | None
    f1: float | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """Which part of the journal is looked at, and how: events from `since` (ms) on, the windows begun from one of
    the `checkpoints` (a store's folder) where one is old enough. `core` must be what the store's engine runs
    with. A `gentle` run gives way to an engine in the same process."""

    since: int | None = None
    checkpoints: Path | None = None
    core: CoreOptions = field(default_factory=CoreOptions)
    gentle: bool = False


@dataclass(slots=True)
class _Tally:
    channel: str
    events: int = 0
    hits: int = 0
    judged: int = 0
    right: int = 0
    frauds: int = 0
    changed: int = 0
    stopped: int = 0
    subjects: set[int] = field(default_factory=set)
    changes: deque[Change] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))


def backtest(
    knowledge: Knowledge,
    journal: Journal,
    records: Sequence[Mapping[str, Any]],
    truth: Path | Truth | None = None,
    advance: Callable[[int], None] = lambda count: None,
    stretch: Stretch | None = None,
) -> list[Report]:
    """Run rules, given as `rule.save` records, over the events of a journal as if they had been live.

    Each rule is tried alone against the rules that were live at the time. `truth` is a folder of Parquet
    files, one a channel, with the columns `id` and `fraud`, or anything that tells the truth. What `advance`
    raises ends the run. With `stretch.since` the older events still go through the windows, so that
    the decisions are those of a run over everything. Raises `XiezhiError` for a bad rule.
    """
    stretch = stretch or Stretch()
    core = Core(knowledge, stretch.core)
    trials = [_Trial(core, record) for record in records]
    known = FolderTruth(truth, {trial.channel for trial in trials}) if isinstance(truth, Path) else truth
    start = _warm(core, trials, journal, stretch)
    advance(start)
    for found in gathered(journal.read(start), *((SLICE, SLICE) if stretch.gentle else (AT_ONCE, None))):
        if isinstance(found, Mapping):
            _control(core, trials, found)
            advance(1)
            continue
        batch, first = found
        if stretch.since is not None and not _reaches(batch, stretch.since):
            core.look(batch, first)
        else:
            for decisions in core.decide(batch, first):
                for trial in trials:
                    if trial.channel == decisions.channel:
                        trial.take(decisions, known, stretch.since)
        advance(batch.size)
        if stretch.gentle:
            time.sleep(PAUSE)
    return [trial.report(known is not None) for trial in trials]


def _warm(core: Core, trials: Sequence[_Trial], journal: Journal, stretch: Stretch) -> int:
    """Take the newest checkpoint from before the stretch, if any; returns the offset to read from."""
    if stretch.since is None or stretch.checkpoints is None:
        return 0
    end = journal.end()
    for _ in range(checkpoint.KEPT):
        found = checkpoint.newest(stretch.checkpoints, core.layout(), end).checkpoint
        if found is None:
            return 0
        # The clock is the newest event seen, in whole seconds: none before the checkpoint may be in the stretch.
        newest = (int(found.arrays["clock"][0]) - SHIFT + 1) * 1000
        if newest <= stretch.since:
            core.unpack(found.arrays)
            for entry in journal.controls(found.offset):
                _control(core, trials, entry.control or {})
            return found.offset
        end = found.offset - 1
    return 0


def _control(core: Core, trials: Sequence[_Trial], record: Mapping[str, Any]) -> None:
    core.control(record)
    for trial in trials:
        trial.control(record)


def _reaches(batch: MicroBatch, since: int) -> bool:
    """Whether any event is of `since` or later."""
    return any(part.table.column("ts").to_numpy().max() >= since for part in batch)


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

    def control(self, record: Mapping[str, Any]) -> None:
        """Follow the changes of everything but the rule on trial, which stays as it is tried."""
        own = record.get("rule", {}).get("id") if record["kind"] == "rule.save" else record.get("id")
        if record["kind"] not in ("rule.save", "rule.stage", "rule.rollback") or own != self.rule:
            self.book.apply(record)

    def take(self, before: Decisions, truth: Truth | None, since: int | None) -> None:
        """Decide again on a channel's events and compare."""
        frame = before.frame
        assert isinstance(frame, ChannelFrame)
        after = self._decider.decide(self.channel, frame, before.offsets, frame.ts, before.models)
        places = [at for at, source in enumerate(after.sources) if source.id == self.rule]
        counted = np.ones(len(after), np.bool_) if since is None else frame.ts >= since
        hit = np.zeros(len(after), np.bool_)
        hit[after.signals.rows[np.isin(after.signals.sources, places)]] = True
        hit &= counted
        changed = counted & (after.action != before.action)
        stopped = changed & np.isin(after.action, _STOPPING) & ~np.isin(before.action, _STOPPING)
        tally = self.tally
        tally.events += int(counted.sum())
        tally.hits += int(hit.sum())
        tally.changed += int(changed.sum())
        tally.stopped += int(stopped.sum())
        tally.subjects.update(frame.keys(after.schema.subject)[hit].tolist())
        tally.changes.extend(_change(before, after, row) for row in np.flatnonzero(changed).tolist())
        if truth is not None:
            known, fraud = truth.of(before)
            tally.judged += int((hit & known).sum())
            tally.frauds += int((fraud & counted).sum())
            tally.right += int((hit & fraud).sum())

    def report(self, judged: bool) -> Report:
        """What was found."""
        tally = self.tally
        precision = tally.right / tally.judged if judged and tally.judged else None
        recall = tally.right / tally.frauds if judged and tally.frauds else None
        both = (precision or 0) + (recall or 0)
        return Report(
            self.rule,
            self.channel,
            tally.events,
            tally.hits,
            len(tally.subjects - {0}),
            tally.changed,
            tally.stopped,
            tally.judged,
            precision,
            recall,
            2 * (precision or 0) * (recall or 0) / both if both else None,
            tuple(reversed(tally.changes)),
        )


def _change(before: Decisions, after: Decisions, row: int) -> Change:
    return Change(
        int(before.offsets[row]),
        Action(int(before.action[row])).name,
        Action(int(after.action[row])).name,
        float(before.score[row]),
        float(after.score[row]),
    )
