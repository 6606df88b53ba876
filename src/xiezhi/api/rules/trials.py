"""Rules tried on the past as jobs, beside the engine and without troubling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sqlalchemy import select

from xiezhi.api.context import House
from xiezhi.api.jobs import Job, JobProgress
from xiezhi.api.rules.figures import labels_in
from xiezhi.api.rules.shapes import RuleText
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.backtest import Stretch, backtest
from xiezhi.engine.truth import OffsetTruth
from xiezhi.journal.sqlite import SqliteJournal
from xiezhi.storage.database import reading
from xiezhi.storage.tables import demo_truth

LANE = "backtest"
"""Trials run one after another: each needs windows of its own."""

HOUR = 3_600_000

TruthName = Literal["labels", "demo"] | None


def submit(
    house: House, kind: str, by: str, rules: Sequence[RuleText], hours: int | None, truth: TruthName
) -> Job:
    """Have rules, which were checked before, tried on the last hours or on everything. Raises `Refusal` (429)."""
    work = _work(house, rules, hours, truth)
    job: Job = house.jobs.submit(kind, by, work, permission="rules.publish", lane=LANE)
    return job


def _work(
    house: House, rules: Sequence[RuleText], hours: int | None, truth: TruthName
) -> Callable[[JobProgress], dict[str, Any]]:
    records = [{"kind": "rule.save", "rule": asdict(rule.rule())} for rule in rules]

    def run(progress: JobProgress) -> dict[str, Any]:
        core = house.desk.engine.core
        _make_sure_of_memory(core.windows.resident_bytes())
        since = None if hours is None else core.windows.newest_ms() - hours * HOUR
        stretch = Stretch(since, house.store.checkpoints, core.options, gentle=True)
        journal = SqliteJournal(house.store.journal)
        try:
            progress.expect(journal.end())
            known = _truth(house, truth)
            reports = backtest(house.knowledge, journal, records, known, progress.advance, stretch)
        finally:
            journal.close()
        return {
            "events": max((report.events for report in reports), default=0),
            "since": since,
            "hours": hours,
            "truth": truth,
            "rules": [asdict(report) for report in reports],
        }

    return run


def _truth(house: House, name: TruthName) -> OffsetTruth | None:
    if name is None:
        return None
    if name == "labels":
        labels = labels_in(house.database)
        return OffsetTruth(
            np.array(sorted(offset for offset, fraud in labels.items() if fraud), np.int64),
            np.array(sorted(offset for offset, fraud in labels.items() if not fraud), np.int64),
        )
    with reading(house.database) as connection:
        frauds = connection.execute(select(demo_truth.c.offset).order_by(demo_truth.c.offset)).scalars().all()
    since = 0 if house.demo is None else house.demo.since
    return OffsetTruth(np.array(frauds, np.int64), since=since)


def _make_sure_of_memory(windows: int) -> None:
    """Raises `XiezhiError` where a second set of windows would not fit the machine."""
    try:
        lines = Path("/proc/meminfo").read_text("utf-8").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return  # another system than Linux: nobody knows
    needed = windows + windows // 4
    if needed > free:
        raise XiezhiError(
            f"a trial needs about {needed >> 20} MiB for windows of its own, and {free >> 20} MiB are free",
            "try again when less runs on the machine, or run `xiezhi rules backtest` on a copy of the store",
        )
