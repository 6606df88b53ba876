"""Distinct counts above what is kept exactly: HyperLogLog over a sliding window.

For every register and rank the sketch knows when it was last seen, so that one sketch serves every window (Flajolet,
Fusy, Gandouet, Meunier: HyperLogLog, 2007).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SKETCH_BITS = 9
SKETCH_REGISTERS = 1 << SKETCH_BITS
SKETCH_RANKS = 24
SKETCH_SPANS = 8
"""Windows whose counts of a sketch are kept up, so that the busiest keys are not counted anew for each event.
After the ranks, a row holds (since, count, stale) for each of them, then a row each the best rank of every register."""
SKETCH_ROWS = SKETCH_RANKS + 1 + SKETCH_SPANS
SKETCH_ERROR = 1.04 / SKETCH_REGISTERS**0.5
"""Relative standard error of a distinct count above 256 items (Flajolet et al. 2007): 4.6 %."""


@njit(cache=True, nogil=True)
def rank_of(item: np.uint64) -> int:
    """HyperLogLog rank: trailing zero bits of the hash above the register bits, at most SKETCH_RANKS-1."""
    rest = item >> np.uint64(SKETCH_BITS)
    rank = 0
    while rank < SKETCH_RANKS - 1 and (rest & np.uint64(1)) == 0:
        rest >>= np.uint64(1)
        rank += 1
    return rank


@njit(cache=True, nogil=True)
def sketch_add(sketch: Any, where: int, item: np.uint64, ts: int) -> None:
    """Note that an item was seen."""
    register = np.int64(item & np.uint64(SKETCH_REGISTERS - 1))
    rank = rank_of(item)
    sketch[where, rank, register] = max(sketch[where, rank, register], np.uint32(ts))
    kept, best = sketch[where, SKETCH_RANKS], sketch[where, SKETCH_RANKS + 1 :]
    for span in range(SKETCH_SPANS):
        if 0 < kept[3 * span] <= ts and best[span, register] <= rank:
            best[span, register] = rank + 1
            kept[3 * span + 2] = 1


@njit(cache=True, nogil=True)
def sketch_count(sketch: Any, where: int, since: int, span: int) -> float:
    """Distinct items seen at `since` or later, by HyperLogLog with linear counting below 2.5 registers."""
    kept, best = sketch[where, SKETCH_RANKS], sketch[where, SKETCH_RANKS + 1 + span]
    if kept[3 * span] != since:
        since32 = np.uint32(since)
        best[:] = 0
        for rank in range(SKETCH_RANKS):
            seen = sketch[where, rank]
            for register in range(SKETCH_REGISTERS):
                best[register] = np.uint32(rank + 1) if seen[register] >= since32 else best[register]
        kept[3 * span], kept[3 * span + 2] = since, 1
    if kept[3 * span + 2]:
        kept[3 * span + 1] = np.uint32(_estimate(best))
        kept[3 * span + 2] = 0
    return float(kept[3 * span + 1])


@njit(cache=True, nogil=True)
def _estimate(best: Any) -> float:
    total, empty = 0.0, 0
    for register in range(SKETCH_REGISTERS):
        total += 1.0 / (1 << np.int64(best[register]))
        empty += best[register] == 0
    estimate = 0.7213 / (1 + 1.079 / SKETCH_REGISTERS) * SKETCH_REGISTERS * SKETCH_REGISTERS / total
    if estimate <= 2.5 * SKETCH_REGISTERS and empty:
        estimate = SKETCH_REGISTERS * np.log(SKETCH_REGISTERS / empty)
    return np.round(estimate)
