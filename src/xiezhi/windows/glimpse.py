"""A small copy of the windows, of just the keys that some events have: to see what would be, and change nothing."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from xiezhi.domain.batch import UInt64
from xiezhi.windows.items import SKETCH_CLASS
from xiezhi.windows.layout import DISTINCT_CELLS, Plan, TableLayout
from xiezhi.windows.memory import (
    ARENA_TOP,
    KEYS,
    META,
    SKETCH_TOP,
    WORDS_TOP,
    State,
    find,
    place_key,
)
from xiezhi.windows.store import View, WindowStore

ROOM = 64
"""Keys and items that a copy has room for beyond those it takes over; it grows like any table."""


def glimpse(store: WindowStore, views: Mapping[str, View]) -> WindowStore:
    """A store that holds what `store` holds of the events' keys, and nothing else.

    Applying the events to it gives the features that applying them to `store` would give, and leaves that as it was.
    """
    found = copy.copy(store)
    found.states = {
        layout.table.name: _part(layout.plan, store.states[layout.table.name], _keys(layout, views))
        for layout in store.layouts
    }
    return found


def reading_only(store: WindowStore) -> WindowStore:
    """The same store, with every writer taken for a reader: events applied to it are told what lies before them and
    leave no trace. It shares its state with `store`; give it a glimpse."""
    found = copy.copy(store)
    found.layouts = [_reader(layout) for layout in store.layouts]
    return found


def _reader(layout: TableLayout) -> TableLayout:
    reader = copy.copy(layout)
    reader.plan = layout.plan._replace(is_writer=np.zeros_like(layout.plan.is_writer))
    return reader


def _keys(layout: TableLayout, views: Mapping[str, View]) -> UInt64:
    """The keys that the events have in a table."""
    found = [np.zeros(0, np.uint64)]
    for place in layout.places:
        channel, fields = place.split(".", 1)
        if channel in views:
            found.append(views[channel].keys(fields))
    keys = np.unique(np.concatenate(found))
    return np.asarray(keys[keys != 0], np.uint64)


def _part(plan: Plan, state: State, keys: UInt64) -> State:
    """A table with some keys of another."""
    held = [(key, find(state.index_key, state.index_slot, key)) for key in keys]
    slots = np.array([slot for _, slot in held if slot >= 0], np.int64)
    count, room = len(slots), len(keys) + ROOM
    size = 1 << (4 * room).bit_length()
    words = _columns_of(plan, state, slots)
    part = State(
        np.zeros(META, np.int64),
        np.zeros(size, np.uint64),
        np.zeros(size, np.int32),
        np.zeros(room, np.uint64),
        np.zeros((room, plan.cells), np.uint32),
        np.zeros(sum(len(each) for _, _, each in words) + ROOM, np.uint32),
        *_items(plan, state, slots),
    )
    part.slot_key[:count] = state.slot_key[slots]
    part.cells[:count] = state.cells[slots]
    for slot in range(count):
        place_key(part.index_key, part.index_slot, part.slot_key[slot], slot)
    part.meta[KEYS] = count
    _move_items(plan, state, part, count)
    _move_columns(part, words)
    return part


def _columns_of(
    plan: Plan, state: State, slots: npt.NDArray[np.int64]
) -> list[tuple[int, int, npt.NDArray[np.uint32]]]:
    """(slot in the part, cell, words) of every slab of columns that some keys have."""
    found = []
    for slot, old in enumerate(slots):
        for (size, _, _, at), (buckets, _) in zip(plan.column.tolist(), plan.window.tolist(), strict=True):
            if size and state.cells[old, at]:
                room = min(1 << (int(state.cells[old, at]) - 1), buckets)
                where = int(state.cells[old, at + 1])
                found.append((slot, at, state.words[where : where + room * size]))
    return found


def _move_columns(part: State, words: list[tuple[int, int, npt.NDArray[np.uint32]]]) -> None:
    """Copy slabs of columns, and have the cells name their new places."""
    top = 0
    for slot, at, slab in words:
        part.words[top : top + len(slab)] = slab
        part.cells[slot, at + 1] = top
        top += len(slab)
    part.meta[WORDS_TOP] = top


def _cells_of(plan: Plan) -> range:
    """Where in a key's cells its distinct measures stand."""
    return range(plan.distinct_at, plan.distinct_at + DISTINCT_CELLS * len(plan.distinct), DISTINCT_CELLS)


def _items(
    plan: Plan, state: State, slots: npt.NDArray[np.int64]
) -> tuple[UInt64, npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Empty room for the slabs and sketches of some keys."""
    if not len(plan.distinct):
        return state.arena_item[:0].copy(), state.arena_seen[:0].copy(), state.sketch[:0].copy()
    kinds = state.cells[np.ix_(slots, np.array(_cells_of(plan)))].astype(np.int64) - 1
    items = int(sum(1 << int(kind) for kind in kinds.ravel() if 0 <= kind < SKETCH_CLASS))
    sketches = int((kinds == SKETCH_CLASS).sum())
    return (
        np.zeros(items + ROOM, np.uint64),
        np.zeros(items + ROOM, np.uint32),
        np.zeros((sketches + 1, *state.sketch.shape[1:]), np.uint32),
    )


def _move_items(plan: Plan, state: State, part: State, count: int) -> None:
    """Copy slabs and sketches, and have the cells name their new places."""
    top, sketches = 0, 0
    for slot in range(count):
        for at in _cells_of(plan):
            kind, where = int(part.cells[slot, at]) - 1, int(part.cells[slot, at + 1])
            if kind == SKETCH_CLASS:
                part.sketch[sketches] = state.sketch[where]
                part.cells[slot, at + 1] = sketches
                sketches += 1
            elif kind >= 0:
                size = 1 << kind
                part.arena_item[top : top + size] = state.arena_item[where : where + size]
                part.arena_seen[top : top + size] = state.arena_seen[where : where + size]
                part.cells[slot, at + 1] = top
                top += size
    part.meta[ARENA_TOP], part.meta[SKETCH_TOP] = top, sketches
