"""Guessing passwords gets slower with every failure, by account and by address."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

LONGEST = 300.0
FORGOTTEN = 3600.0
"""Seconds after which failures no longer count."""
MOST_NAMES = 10_000


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0

    def wait(self, now: float, free: int) -> float:
        if now - self.last > FORGOTTEN:
            self.count = 0
        if self.count < free:
            return 0.0
        pause: float = min(LONGEST, 2.0 ** min(self.count - free, 20))
        return max(0.0, self.last + pause - now)


class Slowdown:
    """Counts failures by name. Each attempt counts as a failure from its start until it is known to be none, so
    that attempts sent together do not all pass. Names that exist are never pushed out by names that do not."""

    def __init__(self, free: int, most: int = MOST_NAMES) -> None:
        """`free` failures are followed by no wait; each one after them doubles it."""
        self._free, self._most = free, most
        self._kept: dict[str, _Failures] = {}
        self._others: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._kept) + len(self._others)

    def begin(self, name: str, now: float, exists: bool = False) -> float:
        """Count an attempt at `now` (s, steady), or the seconds to wait before one may be made."""
        with self._lock:
            failures = self._find(name, exists)
            wait = failures.wait(now, self._free)
            if wait == 0.0:
                failures.count += 1
                failures.last = now
            return wait

    def succeeded(self, name: str) -> None:
        """The attempt was none to fear: forget the name's failures."""
        with self._lock:
            self._kept.pop(name, None)
            self._others.pop(name, None)

    def taken_back(self, name: str) -> None:
        """The attempt was not made after all."""
        with self._lock:
            for book in (self._kept, self._others):
                if name in book:
                    book[name].count = max(0, book[name].count - 1)

    def _find(self, name: str, exists: bool) -> _Failures:
        if exists:
            return self._kept.setdefault(name, self._others.pop(name, _Failures()))
        found = self._others.setdefault(name, _Failures())
        self._others.move_to_end(name)
        if len(self._others) > self._most:
            self._others.popitem(last=False)
        return found
