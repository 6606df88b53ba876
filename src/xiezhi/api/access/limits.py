"""Token buckets, one a name, in bounded memory."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable

from xiezhi.api.access.settings import Rate

MOST_NAMES = 10_000


class Buckets:
    """Limits how often each name may come. Only the last `most` names are remembered: a forgotten one starts
    with a full bucket. Taken from by the server's event loop alone, except where the caller holds a lock."""

    def __init__(self, rate: Rate, most: int = MOST_NAMES) -> None:
        self._rate, self._most = rate, most
        self._levels: OrderedDict[Hashable, list[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._levels)

    def wait(self, name: Hashable, now: float, cost: float = 1.0) -> float:
        """Take from the name's bucket at `now` (s, steady). 0.0, or the seconds until it would be enough.

        A cost of 0 only looks whether the bucket has a whole token.
        """
        rate = self._rate
        level = self._levels.get(name)
        if level is None:
            level = self._levels[name] = [rate.burst, now]
            if len(self._levels) > self._most:
                self._levels.popitem(last=False)
        else:
            level[0] = min(rate.burst, level[0] + (now - level[1]) * rate.per_second)
            level[1] = now
            self._levels.move_to_end(name)
        if level[0] >= max(cost, 1.0):
            level[0] -= cost
            return 0.0
        return (max(cost, 1.0) - level[0]) / rate.per_second


def retry_after(seconds: float) -> int:
    """Whole seconds for the header Retry-After."""
    return max(1, math.ceil(seconds))
