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
"""Windows whose counts of a sketch are kept up, so that the busiest keys are not counted anew for each event. After the
ranks, a row holds for each of them (since, registers still empty, and the sum of 2**(24 - best) over the registers in
two words); then come a row each with the best rank of every register."""
SKETCH_ROWS = SKETCH_RANKS + 1 + SKETCH_SPANS
SKETCH_ERROR = 1.04 / SKETCH_REGISTERS**0.5
"""Relative standard error of a distinct count above 256 items (Flajolet et al. 2007): 4.6 %."""


@njit(cache=True, nogil=True, _nrt=False)
def rank_of(item: np.uint64) -> int:
    """HyperLogLog rank: trailing zero bits of the hash above the register bits, at most SKETCH_RANKS-1."""
    rest = item >> np.uint64(SKETCH_BITS)
    rank = 0
    while rank < SKETCH_RANKS - 1 and (rest & np.uint64(1)) == 0:
        rest >>= np.uint64(1)
        rank += 1
    return rank


@njit(cache=True, nogil=True, _nrt=False)
def sketch_add(sketch: Any, where: int, item: np.uint64, ts: int) -> None:
    """Note that an item was seen."""
    register = np.int64(item & np.uint64(SKETCH_REGISTERS - 1))
    rank = rank_of(item)
    sketch[where, rank, register] = max(sketch[where, rank, register], np.uint32(ts))
    for span in range(SKETCH_SPANS):
        since, best = np.int64(sketch[where, SKETCH_RANKS, 4 * span]), SKETCH_RANKS + 1 + span
        if 0 < since <= ts and sketch[where, best, register] <= rank:
            _raise(sketch, where, span, register, rank + 1)


@njit(cache=True, nogil=True, _nrt=False)
def _raise(sketch: Any, where: int, span: int, register: int, rank: int) -> None:
    """Put a register's best rank (counted from 1; 0 is empty) up, and the counts that hang on it."""
    kept, best = 4 * span, SKETCH_RANKS + 1 + span
    old = np.int64(sketch[where, best, register])
    if old == 0:
        sketch[where, SKETCH_RANKS, kept + 1] -= np.uint32(1)
    low, high = sketch[where, SKETCH_RANKS, kept + 2], sketch[where, SKETCH_RANKS, kept + 3]
    total = (
        (np.int64(low) | (np.int64(high) << 32)) - (1 << (SKETCH_RANKS - old)) + (1 << (SKETCH_RANKS - rank))
    )
    sketch[where, SKETCH_RANKS, kept + 2] = np.uint32(total & 0xFFFFFFFF)
    sketch[where, SKETCH_RANKS, kept + 3] = np.uint32(total >> 32)
    sketch[where, best, register] = rank


@njit(cache=True, nogil=True, _nrt=False)
def sketch_count(sketch: Any, where: int, since: int, span: int) -> float:
    """Distinct items seen at `since` or later, by HyperLogLog with linear counting below 2.5 registers."""
    kept, best = 4 * span, SKETCH_RANKS + 1 + span
    if np.int64(sketch[where, SKETCH_RANKS, kept]) != since:
        sketch[where, SKETCH_RANKS, kept] = since
        for register in range(SKETCH_REGISTERS):
            sketch[where, best, register] = 0
        since32 = np.uint32(since)
        row = sketch[where, best]
        for rank in range(SKETCH_RANKS):
            seen = sketch[where, rank]
            for register in range(SKETCH_REGISTERS):
                row[register] = np.uint32(rank + 1) if seen[register] >= since32 else row[register]
        total, empty = np.int64(0), 0
        for register in range(SKETCH_REGISTERS):
            found = np.int64(sketch[where, best, register])
            total += 1 << (SKETCH_RANKS - found)
            empty += found == 0
        sketch[where, SKETCH_RANKS, kept + 1] = np.uint32(empty)
        sketch[where, SKETCH_RANKS, kept + 2] = np.uint32(total & 0xFFFFFFFF)
        sketch[where, SKETCH_RANKS, kept + 3] = np.uint32(total >> 32)
    low, high = sketch[where, SKETCH_RANKS, kept + 2], sketch[where, SKETCH_RANKS, kept + 3]
    total = np.int64(low) | (np.int64(high) << 32)
    return _estimate(total / (1 << SKETCH_RANKS), np.int64(sketch[where, SKETCH_RANKS, kept + 1]))


@njit(cache=True, nogil=True, _nrt=False)
def _estimate(total: float, empty: int) -> float:
    """From the sum of 2**-best over the registers, and how many are empty."""
    estimate = 0.7213 / (1 + 1.079 / SKETCH_REGISTERS) * SKETCH_REGISTERS * SKETCH_REGISTERS / total
    if estimate <= 2.5 * SKETCH_REGISTERS and empty:
        estimate = SKETCH_REGISTERS * np.log(SKETCH_REGISTERS / empty)
    return np.round(estimate)
