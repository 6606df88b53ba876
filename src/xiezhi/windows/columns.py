"""Counts and sums of a key over a window: one column for each bucket in which something happened.

A column is the bucket's number and a value for each of the window's rings. Most keys are seldom seen, so columns lie in
slabs that grow from one to as many as the window has buckets; a column whose bucket has left the window is used again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from xiezhi.windows.layout import COLUMN_CELLS, Ring
from xiezhi.windows.memory import COLUMN_CLASSES, FREE_COLUMNS, WORDS_TOP

OLD, FULL = -1, -2
"""Instead of a column: its bucket has left the window already; there is no room."""

EMPTY_LEAST = np.iinfo(np.int64).max
EMPTY_MOST = np.iinfo(np.int64).min
MISSING = EMPTY_MOST
"""A missing value among an operation's fixed-point values."""


@njit(cache=True, nogil=True, inline="always", _nrt=False)
def _get(words: Any, at: int) -> int:
    """A value of two words."""
    return np.int64(words[at]) | (np.int64(words[at + 1]) << 32)


@njit(cache=True, nogil=True, inline="always", _nrt=False)
def _put(words: Any, at: int, value: int) -> None:
    words[at] = np.uint32(value & 0xFFFFFFFF)
    words[at + 1] = np.uint32((value >> 32) & 0xFFFFFFFF)


@njit(cache=True, nogil=True, inline="always", _nrt=False)
def _room(kind: int, buckets: int) -> int:
    """Columns in a slab of a class (-1: there is none)."""
    return min(1 << kind, buckets) if kind >= 0 else 0


@njit(cache=True, nogil=True, _nrt=False)
def _empty(words: Any, ring: Any, first: int, last: int, at: int, bucket: int) -> None:
    words[at] = bucket
    for r in range(first, last):
        kind, word = ring[r, 0], at + ring[r, 3]
        if kind == Ring.count:
            words[word] = 0
        elif kind == Ring.total:
            _put(words, word, 0)
        else:
            _put(words, word, EMPTY_LEAST if kind == Ring.least else EMPTY_MOST)


@njit(cache=True, nogil=True, _nrt=False)
def _give_back(meta: Any, words: Any, window: int, kind: int, where: int) -> None:
    free = FREE_COLUMNS + window * COLUMN_CLASSES + kind
    words[where] = np.uint32(meta[free])
    meta[free] = where + 1


@njit(cache=True, nogil=True, _nrt=False)
def _take(meta: Any, words: Any, window: int, kind: int, buckets: int, size: int) -> int:
    """Room for a slab, every column in it free; or -1 where there is no more."""
    free, count = FREE_COLUMNS + window * COLUMN_CLASSES + kind, _room(kind, buckets) * size
    where = meta[free] - 1
    if where >= 0:
        meta[free] = np.int64(words[where])
    else:
        where = meta[WORDS_TOP]
        if where + count > len(words):
            return -1
        meta[WORDS_TOP] = where + count
    for at in range(where, where + count, size):
        words[at] = 0
    return where


@njit(cache=True, nogil=True, _nrt=False)
def free_columns(meta: Any, cells: Any, words: Any, column: Any, slot: int) -> None:
    """Give back all columns of a key."""
    for window in range(len(column)):
        at = column[window, 3]
        if column[window, 0] and cells[slot, at]:
            _give_back(meta, words, window, np.int64(cells[slot, at]) - 1, np.int64(cells[slot, at + 1]))
            for cell in range(at, at + COLUMN_CELLS):
                cells[slot, cell] = 0


@njit(cache=True, nogil=True, _nrt=False)
def column_for(
    meta: Any, cells: Any, words: Any, column: Any, ring: Any, slot: int, window: int, buckets: int, now: int
) -> int:
    """Where the column of bucket `now` lies, made if need be; or OLD, or FULL with nothing changed."""
    size, first, last, at = column[window, 0], column[window, 1], column[window, 2], column[window, 3]
    kind, where = np.int64(cells[slot, at]) - 1, np.int64(cells[slot, at + 1])
    end = where + _room(kind, buckets) * size
    head, found = now, -1
    for each in range(where, end, size):
        bucket = np.int64(words[each])
        if bucket == now:
            found = each
        head = max(head, bucket)
    if now <= head - buckets:
        return OLD
    if found >= 0:
        return found
    for each in range(where, end, size):
        if np.int64(words[each]) <= head - buckets:
            _empty(words, ring, first, last, each, now)
            return each
    larger = _take(meta, words, window, kind + 1, buckets, size)
    if larger < 0:
        return FULL
    for each in range(end - where):
        words[larger + each] = words[where + each]
    if kind >= 0:
        _give_back(meta, words, window, kind, where)
    cells[slot, at], cells[slot, at + 1] = kind + 2, larger
    found = larger + end - where
    _empty(words, ring, first, last, found, now)
    return found


@njit(cache=True, nogil=True, _nrt=False)
def feed(
    words: Any, ring: Any, feed_ring: Any, first: int, last: int, at: int, mask: Any, value: Any, i: int
) -> None:
    """Add operation i to the rings that its place feeds, in the column at `at`."""
    for each in range(first, last):
        r = feed_ring[each]
        kind, picks, row, word = ring[r, 0], ring[r, 1], ring[r, 2], at + ring[r, 3]
        amount = value[row, i] if row >= 0 else np.int64(0)
        if amount == MISSING or (picks >= 0 and not mask[picks, i]):
            continue
        if kind == Ring.count:
            words[word] += np.uint32(1)
        elif kind == Ring.total:
            _put(words, word, _get(words, word) + amount)
        elif kind == Ring.least:
            _put(words, word, min(_get(words, word), amount))
        else:
            _put(words, word, max(_get(words, word), amount))


@njit(cache=True, nogil=True, _nrt=False)
def sum_up(
    cells: Any,
    words: Any,
    column: Any,
    ring: Any,
    sum_ring: Any,
    first: int,
    last: int,
    slot: int,
    window: int,
    buckets: int,
    now: int,
    sums: Any,
) -> None:
    """Sums (or extremes) of some rings over the window that ends with bucket `now`, into sums[ring]."""
    size, at = column[window, 0], column[window, 3]
    where = np.int64(cells[slot, at + 1])
    end = where + _room(np.int64(cells[slot, at]) - 1, buckets) * size
    for each in range(first, last):
        kind = ring[sum_ring[each], 0]
        sums[sum_ring[each]] = 0 if kind <= Ring.total else EMPTY_LEAST if kind == Ring.least else EMPTY_MOST
    oldest = now
    for each in range(where, end, size):
        oldest = max(oldest, np.int64(words[each]))
    oldest -= buckets
    for each in range(where, end, size):
        if not oldest < np.int64(words[each]) <= now:
            continue
        for listed in range(first, last):
            r = sum_ring[listed]
            kind, word = ring[r, 0], each + ring[r, 3]
            if kind == Ring.count:
                sums[r] += np.int64(words[word])
            elif kind == Ring.total:
                sums[r] += _get(words, word)
            elif kind == Ring.least:
                sums[r] = min(sums[r], _get(words, word))
            else:
                sums[r] = max(sums[r], _get(words, word))
