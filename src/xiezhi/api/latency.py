"""How long decisions take: a small histogram, cumulative for metrics, and of the last minute or two for people."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable

BOUNDS = tuple(0.0001 * 10 ** (step / 10) for step in range(51))
"""Upper bounds in seconds, from 0.1 ms to 10 s, ten to a decade."""

SPAN = 60.0


class Latency:
    """Filled by one thread, read by others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.sum = [0] * (len(BOUNDS) + 1), 0.0
        self._clock = clock
        self._now, self._before = [0] * (len(BOUNDS) + 1), [0] * (len(BOUNDS) + 1)
        self._until = clock() + SPAN

    def add(self, seconds: Iterable[float]) -> None:
        """Count some decisions by the time they took."""
        if self._clock() > self._until:
            self._before, self._now = self._now, [0] * (len(BOUNDS) + 1)
            self._until = self._clock() + SPAN
        for each in seconds:
            at = bisect_left(BOUNDS, each)
            self._now[at] += 1
            self.total[at] += 1
            self.sum += each

    def quantile(self, q: float) -> float | None:
        """The time (s) that a share `q` of the newest decisions kept within, to a quarter; None without any."""
        counts = [now + before for now, before in zip(self._now, self._before, strict=True)]
        wanted, seen = q * sum(counts), 0
        if not wanted:
            return None
        for at, count in enumerate(counts):
            seen += count
            if seen >= wanted:
                return BOUNDS[min(at, len(BOUNDS) - 1)]
        return BOUNDS[-1]
