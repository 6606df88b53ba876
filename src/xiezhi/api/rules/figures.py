"""How right rules are: over the newest verdicts whose truth is known, from labels and from the demo city."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Engine, select

from xiezhi.domain.actions import STOPPING
from xiezhi.history import ledger
from xiezhi.storage.database import reading
from xiezhi.storage.tables import demo_truth, labels

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 50_000
"""Verdicts that are looked at, the newest ones."""

FRESH = 10.0
"""Seconds for which figures are given again."""

_STOPPING = frozenset(action.name for action in STOPPING)


@dataclass(slots=True)
class Figures:
    """Of the verdicts in which a version of a rule took part: how many are labelled, fraud and honest, and how
    many of the honest were stopped or slowed."""

    labelled: int = 0
    frauds: int = 0
    honest: int = 0
    false_blocks: int = 0

    @property
    def precision(self) -> float | None:
        """Frauds among the labelled."""
        return self.frauds / self.labelled if self.labelled else None

    @property
    def false_block_rate(self) -> float | None:
        """Stopped among the honest."""
        return self.false_blocks / self.honest if self.honest else None


class _Signal(msgspec.Struct):
    id: str
    version: int


class _Entry(msgspec.Struct):
    offset: int
    action: str
    signals: list[_Signal]


class RuleFigures:
    """Figures by (rule, version), worked out at most every few seconds in the thread of whoever asks."""

    def __init__(self, database: Engine, demo_since: int | None) -> None:
        """`demo_since` is the offset from which on the demo city's truth is known, None without a demo."""
        self._database, self.demo_since = database, demo_since
        self._lock = threading.Lock()
        self._found: Mapping[tuple[str, int], Figures] = {}
        self._at = float("-inf")

    def all(self) -> Mapping[tuple[str, int], Figures]:
        """The figures of every version that took part in a labelled verdict."""
        with self._lock:
            if time.monotonic() - self._at > FRESH:
                self._found = self._work_out()
                self._at = time.monotonic()
            return self._found

    def _work_out(self) -> dict[tuple[str, int], Figures]:
        known, frauds = labels_in(self._database), self._frauds()
        if not known and self.demo_since is None:
            return {}
        decode = msgspec.json.Decoder(_Entry).decode
        found: dict[tuple[str, int], Figures] = {}
        for line in ledger.newest(self._database, MOST):
            entry = decode(line)
            fraud = known.get(entry.offset)
            if fraud is None and self.demo_since is not None and entry.offset >= self.demo_since:
                fraud = entry.offset in frauds
            if fraud is None:
                continue
            blocked = entry.action in _STOPPING
            for signal in entry.signals:
                figures = found.setdefault((signal.id, signal.version), Figures())
                figures.labelled += 1
                figures.frauds += fraud
                figures.honest += not fraud
                figures.false_blocks += blocked and not fraud
        return found

    def _frauds(self) -> frozenset[int]:
        if self.demo_since is None:
            return frozenset()
        newest = select(demo_truth.c.offset).order_by(demo_truth.c.offset.desc()).limit(4 * MOST)
        with reading(self._database) as connection:
            return frozenset(connection.execute(newest).scalars())


def labels_in(database: Engine) -> dict[int, bool]:
    """What people have said of events: offset -> whether it is fraud."""
    with reading(database) as connection:
        rows = connection.execute(select(labels.c.offset, labels.c.fraud)).all()
    return {offset: bool(fraud) for offset, fraud in rows}
