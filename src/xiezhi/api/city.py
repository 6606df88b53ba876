"""The demo city, played to a desk: it can be paused, hurried and rid of gangs while it plays."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine

from xiezhi.api.choices import Choices, keep_choices, kept_choices
from xiezhi.api.desk import Desk
from xiezhi.api.truth import TruthBook
from xiezhi.domain.batch import Int64, MicroBatch, Part, between
from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator.city import City, Slice
from xiezhi.simulator.gangs import kinds

STEP = 0.25
"""Seconds between two handfuls of events."""

SLOWEST, FASTEST = 1.0, 3600.0
"""City seconds in one of ours."""

USUAL = 240.0
"""The speed where nobody chose one."""

DAY = 86_400_000

_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """The demo is to end."""


class Demo:
    """A city that plays in a thread of its own.

    The city begins two weeks ago, or goes on the day after the newest event that the store has seen. An hour
    of it is held at a time. When the engine refuses its events it pauses and says why in `fault`.
    """

    def __init__(
        self, desk: Desk, database: Engine, people: int, speed: float | None, seed: int, running: bool = True
    ) -> None:
        """`start` lets it begin. Without a speed it is the one chosen last in this store, as are the kinds of
        gangs. Raises `XiezhiError` for a speed out of range."""
        self.people, self.seed = people, seed
        kept = kept_choices(database) or Choices(USUAL)
        self.running, self.speed = running, _within(kept.speed if speed is None else speed)
        self.fault: str | None = None
        self.on: dict[str, bool] = {kind: kind not in kept.off for kind in kinds()}
        self._database = database
        self.book = TruthBook(database)
        self._desk = desk
        self._start = _start(desk)
        self.clock: float = float(self._start)
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._play, name="city", daemon=True)

    @property
    def since(self) -> int:
        """The offset from which on the truth is known."""
        since = self.book.since
        return self._desk.engine.end if since is None else since

    def start(self) -> None:
        """Let the city live."""
        self._thread.start()

    def stop(self) -> None:
        """End it; returns when nothing more is sent to the desk."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def change(
        self, running: bool | None = None, speed: float | None = None, gangs: Mapping[str, bool] | None = None
    ) -> None:
        """Pause or go on, at another speed, with other kinds of gangs from the next hour of the city on.

        Speed and gangs are kept for the next start. Raises `XiezhiError` for a kind that there is none of, and
        changes nothing then.
        """
        for kind in gangs or ():
            if kind not in self.on:
                raise XiezhiError(f"there are no gangs of kind `{kind}`", f"choose from {', '.join(self.on)}")
        with self._changed:
            self.on.update(gangs or {})
            if speed is not None:
                self.speed = _within(speed)
            if running is not None:
                self.running = running
                self.fault = None if running else self.fault
            self._changed.notify_all()
            chosen = Choices(self.speed, tuple(kind for kind, on in self.on.items() if not on))
        if speed is not None or gangs:
            keep_choices(self._database, chosen)

    def _play(self) -> None:
        try:
            for hour in City(self.seed, self.people).hours(self._start):
                with self._changed:
                    off = {kind for kind, on in self.on.items() if not on}
                self._hour(_without(hour, off))
        except _StoppedError:
            return
        except XiezhiError as error:
            self._pause(error.message)
        except Exception:
            _log.exception("the demo city stopped")
            self._pause("the city made a mistake; the server's log has the details")

    def _hour(self, hour: Slice) -> None:
        """Send an hour's events as the city's clock reaches them. The clock waits for the engine where that is
        slower: it never leaves the hour whose events are being sent."""
        times, at = _times(hour.events), 0
        self.clock = max(self.clock, float(hour.start))
        before = time.monotonic()
        while at < len(times) or self.clock < hour.end:
            if self._wait():
                passed = (time.monotonic() - before) * 1000 * self.speed
                self.clock = min(self.clock + passed, float(hour.end))
            before = time.monotonic()
            stop = int(np.searchsorted(times, self.clock, side="right"))
            if stop > at:
                self._send(hour, at, stop)
                at = stop

    def _wait(self) -> bool:
        """Let some time pass; returns whether the city was running all the while. Raises when it is to end."""
        with self._changed:
            running = self.running
            self._changed.wait_for(lambda: self._stopping or (not running and self.running), STEP)
            if self._stopping:
                raise _StoppedError
            return running and self.running

    def _send(self, hour: Slice, at: int, stop: int) -> None:
        batch = between(hour.events, at, stop)
        try:
            outcome = self._desk.ingest(batch)
            self.book.note(outcome, _truth_between(hour, at, stop))
        except XiezhiError as error:
            # These events may be in the journal already, so they are not sent again.
            self._pause(error.message)

    def _pause(self, why: str) -> None:
        with self._changed:
            self.running, self.fault = False, why


def _within(speed: float) -> float:
    if not SLOWEST <= speed <= FASTEST:
        raise XiezhiError(
            f"a speed of {speed:g} is out of range", f"give one from {SLOWEST:g} to {FASTEST:g}"
        )
    return speed


def _start(desk: Desk) -> int:
    start = (int(time.time() * 1000) // DAY - 14) * DAY
    newest = desk.engine.core.windows.newest_ms()
    return (newest // DAY + 1) * DAY if newest >= start else start


def _times(batch: MicroBatch) -> Int64:
    """The times of a batch's events in their order."""
    found = np.empty(batch.size, np.int64)
    for part in batch:
        found[part.order] = part.table.column("ts").to_numpy()
    return found


def _truth_between(hour: Slice, at: int, stop: int) -> dict[str, pa.RecordBatch]:
    """The truth about the events whose orders are in [at, stop), by channel."""
    found = {}
    for part in hour.events:
        low, high = np.searchsorted(part.order, [at, stop])
        found[part.channel] = hour.truth[part.channel].slice(low, high - low)
    return found


def _without(hour: Slice, off: set[str]) -> Slice:
    """An hour without what gangs of some kinds do in it."""
    kept = {}
    for part in hour.events:
        kinds_of = hour.truth[part.channel]["fraud_type"].to_pylist()
        kept[part.channel] = np.array([kind not in off for kind in kinds_of], np.bool_)
    if not off or all(rows.all() for rows in kept.values()):
        return hour
    stays = np.zeros(hour.events.size, np.bool_)
    for part in hour.events:
        stays[part.order] = kept[part.channel]
    rank = np.cumsum(stays) - 1
    parts = tuple(
        Part(part.channel, part.table.filter(pa.array(rows)), rank[part.order[rows]])
        for part in hour.events
        if (rows := kept[part.channel]).any()
    )
    truth = {part.channel: hour.truth[part.channel].filter(pa.array(kept[part.channel])) for part in parts}
    return Slice(hour.start, hour.end, MicroBatch(parts), truth)
