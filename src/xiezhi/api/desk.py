"""The desk between callers and the engine: requests that wait together become one micro-batch."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import numpy as np

from xiezhi.api.answers import Answer, answer
from xiezhi.api.latency import Latency
from xiezhi.decide.wording import Language
from xiezhi.domain.batch import MicroBatch, Part
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.embedded import Engine
from xiezhi.engine.results import Outcome
from xiezhi.journal.base import Positions
from xiezhi.sources.rows import rows_to_table

MOST = 4096
"""Requests that go into one micro-batch."""

IDLE_SECONDS = 0.5

COMPANY_SECONDS = 0.001
"""How long requests wait at most for as many as came last time: a micro-batch of one costs nearly half of what one of
thirty does, and callers who were answered together come back together."""

T = TypeVar("T")

_ENDING = XiezhiError("the server is ending", "send it again when it has started again")


@dataclass(slots=True)
class _Single:
    """One caller's event and where its answer goes."""

    channel: str
    row: dict[str, Any]
    language: Language
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Answer]
    result: Answer | Exception | None = None
    since: float = field(default_factory=time.perf_counter)


@dataclass(slots=True)
class _Errand:
    """Something else to be done in the engine's thread between micro-batches. A fault of a `tied` one is a fault
    of the engine; the other kind hurts only its asker."""

    do: Callable[[], Any]
    tied: bool
    done: Future[Any] = field(default_factory=Future)


class _Wake:
    """A word to the engine's thread that carries nothing else."""


_WAKE, _REST = _Wake(), _Wake()
"""Requests have gathered; and: nothing has come for a while."""


class Desk:
    """Runs an engine in a thread of its own.

    While one micro-batch is decided, the next one gathers. It waits a moment (`COMPANY_SECONDS`) for as many
    requests as were under way before, so that a lone caller waits for nobody. `watch` is called in the engine's
    thread with every outcome. After a fault of the engine (`fault`) every request is refused with it.
    """

    def __init__(
        self,
        engine: Engine,
        watch: Callable[[Outcome], None] = lambda outcome: None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """`clock` gives the time (ms) of events that come without one. `decided` is the offset after the newest
        event with a decision."""
        self.engine, self._time = engine, clock
        self.fault: XiezhiError | None = None
        self._watch = watch
        self._queue: queue.SimpleQueue[_Errand | _Wake | None] = queue.SimpleQueue()
        self._gathered: deque[_Single] = deque()
        self._company = 1
        self.decided = engine.history.reached
        self._clock = 0
        self._ended = False
        self.latency = Latency()
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    def start(self) -> None:
        """Start the engine's thread."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what waits, write a checkpoint and end."""
        self._queue.put(None)
        self._thread.join()
        if self.fault is None:
            self.engine.close()
        else:
            self.engine.abandon()

    async def decide(self, channel: str, row: dict[str, Any], language: Language) -> Answer:
        """Journal one event, decide on it, and return the answer. Raises `XiezhiError` for a bad event."""
        if self._ended:
            raise _ENDING
        loop = asyncio.get_running_loop()
        single = _Single(channel, row, language, loop, loop.create_future())
        self._gathered.append(single)
        # The engine's thread is woken for the first, and again when the company is whole, not for each.
        if len(self._gathered) in (1, self._company):
            self._queue.put(_WAKE)
        return await single.future

    def ingest(self, batch: MicroBatch, positions: Positions | None = None) -> Outcome:
        """Have a micro-batch decided; returns when it is durable and decided. Not for the server's loop."""

        def take() -> Outcome:
            outcome = self.engine.ingest(batch, positions)
            self._told(outcome)
            return outcome

        outcome: Outcome = self._send(_Errand(take, tied=True)).result()
        return outcome

    @property
    def waiting(self) -> int:
        """Requests that wait for the engine."""
        return self._queue.qsize() + len(self._gathered)

    async def ask(self, do: Callable[[Engine], T]) -> T:
        """Run `do` in the engine's thread between two micro-batches, with all results written, and return what it
        gives. It must be short: decisions wait for it. What it raises is raised here and stops nothing else."""
        return await asyncio.wrap_future(self._errand(do))

    def ask_waiting(self, do: Callable[[Engine], T]) -> T:
        """The same for other threads than the server's loop."""
        return self._errand(do).result()

    def _errand(self, do: Callable[[Engine], T]) -> Future[T]:
        return self._send(_Errand(lambda: do(self.engine), tied=False))

    def _send(self, errand: _Errand) -> Future[Any]:
        if self._ended:
            errand.done.set_exception(_ENDING)
        else:
            self._queue.put(errand)
        return errand.done

    def _work(self) -> None:
        while True:
            try:
                found = self._queue.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                found = _WAKE if self._gathered else _REST
            if found is _WAKE:
                found = self._wait_for_company()
            self._decide_gathered()
            if found is None:
                self._refuse_rest()
                return
            if isinstance(found, _Errand):
                self._run(found)
            elif found is _REST:
                self._guarded(self._rest)
                continue
            if self.fault is None:
                self._guarded(self.engine.checkpoint_if_due)

    def _wait_for_company(self) -> _Errand | _Wake | None:
        """Wait until as many requests have come as were under way last time, for a moment at most. What else comes
        ends the waiting and is given back."""
        until = time.monotonic() + COMPANY_SECONDS
        found: _Errand | _Wake | None = _WAKE
        while found is _WAKE and len(self._gathered) < self._company:
            try:
                found = self._queue.get(timeout=max(until - time.monotonic(), 0))
            except queue.Empty:
                break
        return found

    def _decide_gathered(self) -> None:
        singles = [self._gathered.popleft() for _ in range(min(len(self._gathered), MOST))]
        if not singles:
            return
        self._guarded(partial(self._decide, singles))
        # Those that gathered meanwhile and those who are answered now are under way together.
        self._company = min(len(singles) + len(self._gathered), MOST)
        _deliver(singles, self.fault)
        now = time.perf_counter()
        self.latency.add([now - single.since for single in singles])
        if self._gathered:
            self._queue.put(_WAKE)

    def _guarded(self, do: Callable[[], Any]) -> None:
        if self.fault is None:
            try:
                do()
            except Exception as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        # Whatever it is, nothing more may be acknowledged; the journal has all that was.
        self.fault = (
            error
            if isinstance(error, XiezhiError)
            else XiezhiError(f"the engine stopped: {error!r}", "restart it; it catches up from its journal")
        )

    def _run(self, errand: _Errand) -> None:
        if not errand.done.set_running_or_notify_cancel():
            return  # its asker has gone
        if not errand.tied:
            # Whatever went wrong in writing earlier results must stop the engine, not this asker.
            self._guarded(self.engine.settle)
        if self.fault is not None:
            errand.done.set_exception(self.fault)
            return
        try:
            found = errand.do()
        except Exception as error:
            if errand.tied:
                self._fail(error)
            errand.done.set_exception(self.fault or error)
        else:
            errand.done.set_result(found)

    def _refuse_rest(self) -> None:
        """Nobody may wait for a thread that has ended."""
        self._ended = True
        while True:
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                break
            if isinstance(found, _Errand) and found.done.set_running_or_notify_cancel():
                found.done.set_exception(_ENDING)
        while self._gathered:
            _deliver([self._gathered.popleft()], _ENDING)

    def _rest(self) -> None:
        self.engine.take_controls()
        self.engine.settle()

    def _decide(self, singles: list[_Single]) -> None:
        parts, kept = [], []
        by_channel: dict[str, list[int]] = {}
        for at, single in enumerate(singles):
            by_channel.setdefault(single.channel, []).append(at)
        now, schemas = self._now(), self.engine.core.knowledge.schemas
        for channel, places in by_channel.items():
            rows = [_timed(singles[at].row, now) for at in places]
            table, bad, rows_kept = rows_to_table(schemas[channel], rows, file="request")
            for each in bad:
                singles[places[each.row]].result = XiezhiError(
                    each.reason, "mend the event and send it again"
                )
            if len(rows_kept):
                order = np.array([places[row] for row in rows_kept], np.int64)
                parts.append((channel, table, order))
                kept.append(order)
        if not parts:
            return
        # Places of the refused are closed up, so that offsets have no gaps.
        rank = np.full(len(singles), -1, np.int64)
        together = np.sort(np.concatenate(kept))
        rank[together] = np.arange(len(together))
        batch = MicroBatch(tuple(Part(channel, table, rank[order]) for channel, table, order in parts))
        outcome = self.engine.ingest(batch)
        for decisions, (_, table, order) in zip(outcome.decided, parts, strict=True):
            ids = table.column("id").to_pylist()
            signalled = set(decisions.signals.rows.tolist())
            for row, at in enumerate(order.tolist()):
                singles[at].result = answer(decisions, row, ids[row], singles[at].language, row in signalled)
        self._told(outcome)

    def _told(self, outcome: Outcome) -> None:
        self.decided = outcome.end
        self._watch(outcome)

    def _now(self) -> int:
        """Milliseconds since 1970 that never go back, even if the machine's clock does."""
        self._clock = max(self._clock, self._time())
        return self._clock


def _timed(row: dict[str, Any], now: int) -> dict[str, Any]:
    return row if row.get("ts") is not None else {**row, "ts": now}


def _deliver(singles: list[_Single], fault: XiezhiError | None) -> None:
    """Hand every answer to its caller's loop, in one go for each loop."""
    for single in singles:
        if single.result is None:
            single.result = fault or XiezhiError("the event was not decided on", "send it again")
    for loop in {single.loop for single in singles}:
        loop.call_soon_threadsafe(_settle, [single for single in singles if single.loop is loop])


def _settle(singles: list[_Single]) -> None:
    for single in singles:
        if single.future.done():
            continue  # its caller has gone
        if isinstance(single.result, Exception):
            single.future.set_exception(single.result)
        elif single.result is not None:
            single.future.set_result(single.result)
