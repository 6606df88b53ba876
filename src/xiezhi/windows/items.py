"""The distinct items of a key: exact in small slabs of one arena, then in a sketch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from xiezhi.windows.layout import DISTINCT_CELLS
from xiezhi.windows.memory import (
    ARENA_TOP,
    DONE,
    FREE_ITEMS,
    FREE_SKETCH,
    ITEM_CLASSES,
    NEED_ARENA,
    NEED_SKETCH,
    SKETCH_TOP,
)
from xiezhi.windows.sketch import sketch_add, sketch_count

SKETCH_CLASS = ITEM_CLASSES
EXACT_ITEMS = 1 << (ITEM_CLASSES - 1)
"""Distinct counts are exact up to so many items alive at once; a key with more has a sketch."""


@njit(cache=True, nogil=True, _nrt=False)
def free_items(
    meta: Any, cells: Any, arena_item: Any, sketch: Any, first: int, count: int, slot: int
) -> None:
    """Give back the slabs and sketches of a key; `count` distinct measures, cells from `first` on."""
    for at in range(first, first + DISTINCT_CELLS * count, DISTINCT_CELLS):
        kind = np.int64(cells[slot, at]) - 1
        where = np.int64(cells[slot, at + 1])
        if kind == SKETCH_CLASS:
            sketch[where, 0, 0] = np.uint32(meta[FREE_SKETCH])
            meta[FREE_SKETCH] = where + 1
        elif kind >= 0:
            _free_slab(meta, arena_item, kind, where)
        cells[slot, at] = 0
        cells[slot, at + 2] = 0


@njit(cache=True, nogil=True, inline="always", _nrt=False)
def _free_slab(meta: Any, arena_item: Any, kind: int, where: int) -> None:
    arena_item[where] = np.uint64(meta[FREE_ITEMS + kind])
    meta[FREE_ITEMS + kind] = where + 1


@njit(cache=True, nogil=True, _nrt=False)
def _take_slab(meta: Any, arena_item: Any, kind: int) -> int:
    """Room for 1 << kind items, or -1 where the arena is full."""
    free = meta[FREE_ITEMS + kind]
    if free:
        meta[FREE_ITEMS + kind] = np.int64(arena_item[free - 1])
        return free - 1
    top = meta[ARENA_TOP]
    if top + (1 << kind) > len(arena_item):
        return -1
    meta[ARENA_TOP] = top + (1 << kind)
    return top


@njit(cache=True, nogil=True, _nrt=False)
def _take_sketch(meta: Any, sketch: Any) -> int:
    free = meta[FREE_SKETCH]
    where = free - 1
    if free:
        meta[FREE_SKETCH] = np.int64(sketch[where, 0, 0])
    else:
        where = meta[SKETCH_TOP]
        if where == len(sketch):
            return -1
        meta[SKETCH_TOP] = where + 1
    sketch[where] = 0
    return where


@njit(cache=True, nogil=True, _nrt=False)
def add_item(
    meta: Any,
    cells: Any,
    arena_item: Any,
    arena_seen: Any,
    sketch: Any,
    slot: int,
    at: int,
    keep: int,
    item: np.uint64,
    ts: int,
) -> int:
    """Remember an item of a key. Returns DONE, or what room is wanted, nothing being lost."""
    kind, where = np.int64(cells[slot, at]) - 1, np.int64(cells[slot, at + 1])
    if kind == SKETCH_CLASS:
        sketch_add(sketch, where, item, ts)
        return DONE
    used = np.int64(cells[slot, at + 2])
    for i in range(where, where + used):
        if arena_item[i] == item:
            arena_seen[i] = max(arena_seen[i], np.uint32(ts))
            return DONE
    if kind >= 0 and used == 1 << kind:
        used = _drop_old(arena_item, arena_seen, where, used, ts - keep)
        cells[slot, at + 2] = used
    if kind < 0 or used == 1 << kind:
        if kind + 1 == SKETCH_CLASS:
            new = _take_sketch(meta, sketch)
            if new < 0:
                return NEED_SKETCH
            for i in range(where, where + used):
                sketch_add(sketch, new, arena_item[i], np.int64(arena_seen[i]))
            sketch_add(sketch, new, item, ts)
            _free_slab(meta, arena_item, kind, where)
            cells[slot, at] = SKETCH_CLASS + 1
            cells[slot, at + 1] = new
            return DONE
        larger = _take_slab(meta, arena_item, kind + 1)
        if larger < 0:
            return NEED_ARENA
        for i in range(used):
            arena_item[larger + i] = arena_item[where + i]
            arena_seen[larger + i] = arena_seen[where + i]
        if kind >= 0:
            _free_slab(meta, arena_item, kind, where)
        where = larger
        cells[slot, at] = kind + 2
        cells[slot, at + 1] = where
    arena_item[where + used] = item
    arena_seen[where + used] = ts
    cells[slot, at + 2] = used + 1
    return DONE


@njit(cache=True, nogil=True, _nrt=False)
def _drop_old(arena_item: Any, arena_seen: Any, where: int, used: int, before: int) -> int:
    """Squeeze out items last seen at `before` or earlier; how many stay."""
    kept = 0
    for i in range(where, where + used):
        if np.int64(arena_seen[i]) > before:
            arena_item[where + kept] = arena_item[i]
            arena_seen[where + kept] = arena_seen[i]
            kept += 1
    return kept


@njit(cache=True, nogil=True, _nrt=False)
def count_items(cells: Any, arena_seen: Any, sketch: Any, slot: int, at: int, since: int, span: int) -> float:
    """Distinct items of a key seen at `since` or later."""
    kind, where = np.int64(cells[slot, at]) - 1, np.int64(cells[slot, at + 1])
    if kind == SKETCH_CLASS:
        return sketch_count(sketch, where, since, span)
    found, since32 = 0, np.uint32(since)
    for i in range(where, where + np.int64(cells[slot, at + 2])):
        found += arena_seen[i] >= since32
    return float(found)
