"""Hot loops of rule evaluation, on sets of rows kept as bits.

A condition's rows are one bit each in 64-bit words: row i of a block is bit i % 64 of word i // 64. `slots`
(uint64[conditions, words]) holds one such set for every distinct condition; slot 0 is the set of all rows.
A reference to a slot is 2 * slot, plus 1 for its complement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from xiezhi.domain.batch import Float64, Int64, UInt64

Int32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, KNOWN = range(7)

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function with Numba when it is first called; the machine code is kept beside its file."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@kernel
def number_masks(
    values: Float64,
    first: Int64,
    constants: Float64,
    grid_first: Int64,
    grid: Int32,
    origin: Float64,
    scale: Float64,
    shift: Int64,
    test_first: Int64,
    tests: Int32,
    buckets: UInt64,
    slots: UInt64,
) -> None:
    """Every comparison of every value with constants, at a cost that hardly depends on how many there are.

    `values` (float64[sources, rows]) are compared with the ascending constants[first[s]:first[s + 1]].
    A value falls into bucket 2j + 1 when it equals constant j and into bucket 2j when it lies below
    constant j and above those before; the rows of a comparison are a run of buckets. The place among the
    constants is looked up in a grid over the leading bits of 1 + (value - origin) * scale, which grows
    with the value, and walked to from there (see `xiezhi.decide.numbers`). `tests` (int32[tests, 3]) are
    comparison, index of the constant and slot; those of source s are test_first[s]:test_first[s + 1].
    """
    words = slots.shape[1]
    for source in range(values.shape[0]):
        own = constants[first[source] : first[source + 1]]
        count = own.shape[0]
        places = grid[grid_first[source] : grid_first[source + 1]]
        buckets[: 2 * count + 1] = 0
        for row in range(values.shape[1]):
            value = values[source, row]
            if value != value:
                continue
            if count == 0 or value < own[0]:
                bucket = 0
            elif value > own[count - 1]:
                bucket = 2 * count
            else:
                lifted = np.float64((value - origin[source]) * scale[source] + 1.0)
                at = places[(lifted.view(np.int64) >> shift[source, 0]) - shift[source, 1]]
                while own[at] < value:
                    at += 1
                bucket = 2 * at + (1 if own[at] == value else 0)
            buckets[bucket, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
        for bucket in range(1, 2 * count + 1):
            for word in range(words):
                buckets[bucket, word] |= buckets[bucket - 1, word]
        for test in range(test_first[source], test_first[source + 1]):
            _pick(tests[test, 0], tests[test, 1], count, buckets, slots[tests[test, 2]])


@kernel
def _pick(comparison: int, index: int, count: int, buckets: UInt64, out: UInt64) -> None:
    """The rows of one comparison, from buckets that hold all rows up to and including their own."""
    known, equal = buckets[2 * count], buckets[min(2 * index + 1, 2 * count)]
    below = buckets[min(2 * index, 2 * count)]
    for word in range(out.shape[0]):
        if comparison == LESS:
            out[word] = below[word]
        elif comparison == LESS_EQUAL:
            out[word] = equal[word]
        elif comparison == EQUAL:
            out[word] = equal[word] & ~below[word]
        elif comparison == NOT_EQUAL:
            out[word] = known[word] & ~(equal[word] & ~below[word])
        elif comparison == GREATER:
            out[word] = known[word] & ~equal[word]
        elif comparison == GREATER_EQUAL:
            out[word] = known[word] & ~below[word]
        else:
            out[word] = known[word]


@kernel
def flag_masks(flags: Bools, targets: Int32, slots: UInt64) -> None:
    """Rows where flags (bool[flags, rows]) hold, into one slot each."""
    for flag in range(flags.shape[0]):
        out = slots[targets[flag]]
        for row in range(flags.shape[1]):
            out[row >> 6] |= np.uint64(flags[flag, row]) << np.uint64(row & 63)


@kernel
def text_masks(places: Int64, first: Int64, targets: Int32, slots: UInt64) -> None:
    """Rows whose text meets tests: text number t of the block meets targets[first[t]:first[t + 1]]."""
    for row in range(places.shape[0]):
        text = places[row]
        for at in range(first[text], first[text + 1]):
            slots[targets[at], row >> 6] |= np.uint64(1) << np.uint64(row & 63)


@kernel
def list_masks(keys: UInt64, ts: Int64, listed: UInt64, until: Int64, out: UInt64) -> None:
    """Rows whose key is among the ascending `listed` and not past its expiry. Key 0 is a missing one."""
    for row in range(keys.shape[0]):
        key = keys[row]
        low, high = 0, listed.shape[0]
        while low < high:
            middle = (low + high) >> 1
            if listed[middle] < key:
                low = middle + 1
            else:
                high = middle
        if key != 0 and low < listed.shape[0] and listed[low] == key and ts[row] < until[low]:
            out[row >> 6] |= np.uint64(1) << np.uint64(row & 63)


@kernel
def all_rows(rows: int, out: UInt64) -> None:
    """Set the bits of the first `rows` rows."""
    for word in range(out.shape[0]):
        left = rows - 64 * word
        out[word] = ~np.uint64(0) if left >= 64 else (np.uint64(1) << np.uint64(left)) - np.uint64(1)


@kernel
def conjunctions(targets: Int32, first: Int64, parts: Int32, slots: UInt64) -> None:
    """Rows that are in all of some sets: targets[i] gets the parts[first[i]:first[i + 1]], in this order.

    A set that has become empty is not looked at any further.
    """
    words = slots.shape[1]
    for i in range(targets.shape[0]):
        out = slots[targets[i]]
        out[:] = slots[0]
        for at in range(first[i], first[i + 1]):
            part = slots[parts[at] >> 1]
            flip = np.uint64(0) - np.uint64(parts[at] & 1)
            left = np.uint64(0)
            for word in range(words):
                out[word] &= part[word] ^ flip
                left |= out[word]
            if left == 0:
                break


@kernel
def union(references: Int32, slots: UInt64, out: UInt64) -> None:
    """Rows that are in any of some sets."""
    out[:] = 0
    for at in range(references.shape[0]):
        part = slots[references[at] >> 1]
        flip = np.uint64(0) - np.uint64(references[at] & 1)
        for word in range(out.shape[0]):
            out[word] |= (part[word] ^ flip) & slots[0, word]


@kernel
def _lowest(word: int, table: Int64) -> int:
    """Index of the lowest bit that is set (multiplication with a de Bruijn sequence)."""
    low = word & (~word + np.uint64(1))
    return int(table[(low * np.uint64(0x03F79D71B4CB0A89)) >> np.uint64(58)])


@kernel
def count_hits(roots: Int32, slots: UInt64, table: Int64, counts: Int64) -> int:
    """Hits of each row, added to `counts` (int64[rows]); gives their number."""
    total = 0
    for rule in range(roots.shape[0]):
        part = slots[roots[rule] >> 1]
        flip = np.uint64(0) - np.uint64(roots[rule] & 1)
        for word in range(slots.shape[1]):
            bits = (part[word] ^ flip) & slots[0, word]
            while bits != 0:
                counts[64 * word + _lowest(bits, table)] += 1
                bits &= bits - np.uint64(1)
                total += 1
    return total


@kernel
def write_hits(
    roots: Int32, slots: UInt64, table: Int64, places: Int64, start: int, rows: Int32, rules: Int32
) -> None:
    """The hits in order of row, then rule. `places` (int64[rows]) says where each row's first hit goes."""
    for rule in range(roots.shape[0]):
        part = slots[roots[rule] >> 1]
        flip = np.uint64(0) - np.uint64(roots[rule] & 1)
        for word in range(slots.shape[1]):
            bits = (part[word] ^ flip) & slots[0, word]
            while bits != 0:
                row = 64 * word + _lowest(bits, table)
                rows[places[row]] = start + row
                rules[places[row]] = rule
                places[row] += 1
                bits &= bits - np.uint64(1)


def _bit_table() -> Int64:
    table = np.zeros(64, np.int64)
    for bit in range(64):
        table[((1 << bit) * 0x03F79D71B4CB0A89 % (1 << 64)) >> 58] = bit
    return table


BITS = _bit_table()
"""What `_lowest` looks up."""
