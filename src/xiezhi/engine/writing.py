"""The thread that writes what decisions leave behind, behind the engine's back and in order."""

from __future__ import annotations

import threading
from collections.abc import Callable

from xiezhi.engine.results import Outcome

LINGER_SECONDS = 0.02
"""How long a few results wait for more, so that small micro-batches share a transaction. Longer saves transactions, but
the burst of work at its end delays decisions (p99 over HTTP a tenth lower than with 0.05, in runs side by side)."""

ENOUGH_EVENTS = 4096
"""Results of so many events wait no longer."""

MOST_EVENTS = 200_000
"""Results of so many events may wait, besides those being written; whoever brings more has to wait."""

Done = Outcome | int
"""An outcome, or the offset after a control record."""


class ResultWriter:
    """Hands what was put in to `write`, everything that waits at once. After a fault nothing more is written."""

    def __init__(self, write: Callable[[list[Done]], None]) -> None:
        self._write = write
        self._waiting: list[Done] = []
        self._events, self._busy, self._urgent, self._closing = 0, False, False, False
        self._fault: BaseException | None = None
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="results", daemon=True)
        self._thread.start()

    def put(self, done: Done) -> None:
        """Have something written. Raises what went wrong in earlier writing."""
        size = 1 if isinstance(done, int) else done.batch.size
        with self._change:
            self._change.wait_for(
                lambda: not self._waiting or self._events + size <= MOST_EVENTS or self._fault
            )
            self._raise()
            self._waiting.append(done)
            self._events += size
            if len(self._waiting) == 1 or self._events >= ENOUGH_EVENTS:
                self._change.notify_all()

    def settle(self) -> None:
        """Wait until everything is written. Raises what went wrong in writing."""
        with self._change:
            self._urgent = True
            self._change.notify_all()
            self._change.wait_for(lambda: self._fault or not (self._waiting or self._busy))
            self._urgent = False
            self._raise()

    def close(self) -> None:
        """Write what waits, unless there was a fault, and end the thread."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()
        self._write = (
            _nothing  # whose owner holds us: without this only a search for garbage would free its memory
        )

    def _raise(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._closing)
                self._change.wait_for(self._due, LINGER_SECONDS)
                taken, self._waiting, self._events = self._waiting, [], 0
                self._busy = bool(taken)
                self._change.notify_all()
            if not taken:
                return
            try:
                self._write(taken)
            except BaseException as fault:
                with self._change:
                    self._fault = fault
            with self._change:
                self._busy = False
                self._change.notify_all()
                if self._fault is not None:
                    return

    def _due(self) -> bool:
        return self._urgent or self._closing or self._events >= ENOUGH_EVENTS


def _nothing(done: list[Done]) -> None:
    """Writes nothing."""
