"""A table's memory: made, grown, trimmed of idle keys, saved and restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.windows.columns import free_columns
from xiezhi.windows.items import free_items
from xiezhi.windows.layout import LAST_SEEN, Plan
from xiezhi.windows.memory import (
    ARENA_TOP,
    KEYS,
    META,
    NEED_ARENA,
    NEED_KEYS,
    NEED_WORDS,
    SKETCH_TOP,
    WORDS_TOP,
    State,
    place_key,
)
from xiezhi.windows.sketch import SKETCH_REGISTERS, SKETCH_ROWS

FIRST_KEYS = 1 << 19
"""Keys that a new table has room for. Room is not memory until it is written to, and growing means copying."""

FIRST_INDEX = 1 << 12
FIRST_ITEMS = 1 << 22
FIRST_WORDS = 1 << 23


def new_state(plan: Plan) -> State:
    """An empty table."""
    return State(
        np.zeros(META, np.int64),
        np.zeros(FIRST_INDEX, np.uint64),
        np.zeros(FIRST_INDEX, np.int32),
        np.zeros(FIRST_KEYS, np.uint64),
        np.zeros((FIRST_KEYS, plan.cells), np.uint32),
        np.zeros(FIRST_WORDS if len(plan.ring) else 0, np.uint32),
        np.zeros(FIRST_ITEMS if len(plan.distinct) else 0, np.uint64),
        np.zeros(FIRST_ITEMS if len(plan.distinct) else 0, np.uint32),
        np.zeros((1 if len(plan.distinct) else 0, SKETCH_ROWS, SKETCH_REGISTERS), np.uint32),
    )


def grown(state: State, wanted: int) -> State:
    """The same table with twice the room of the wanted sort."""
    if wanted == NEED_KEYS and state.meta[KEYS] < len(state.slot_key):
        return _indexed(state)
    if wanted == NEED_KEYS:
        return _indexed(state._replace(slot_key=_double(state.slot_key), cells=_double(state.cells)))
    if wanted == NEED_WORDS:
        return state._replace(words=_double(state.words))
    if wanted == NEED_ARENA:
        return state._replace(arena_item=_double(state.arena_item), arena_seen=_double(state.arena_seen))
    return state._replace(sketch=_double(state.sketch))


def _double(array: Any) -> Any:
    larger = np.zeros((2 * len(array), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def _indexed(state: State) -> State:
    """The table with an index of a power of two that its keys fill by a quarter to a half, roughly."""
    size = max(FIRST_INDEX, (1 << (4 * int(state.meta[KEYS])).bit_length()) // 2)
    index_key, index_slot = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    _fill_index(index_key, index_slot, state.slot_key, int(state.meta[KEYS]))
    return state._replace(index_key=index_key, index_slot=index_slot)


@njit(cache=True, nogil=True)
def _fill_index(index_key: Any, index_slot: Any, slot_key: Any, keys: int) -> None:
    for slot in range(keys):
        place_key(index_key, index_slot, slot_key[slot], slot)


@dataclass(frozen=True, slots=True)
class Trim:
    """What an eviction did: keys that were idle and could be forgotten, keys forced out for want of room."""

    idle: int
    forced: int


def trim(plan: Plan, state: State, now: int, lateness: int, limit: int) -> tuple[State, Trim]:
    """Forget keys idle beyond the table's `idle` time, and the longest idle ones above `limit` keys.

    Forgetting an idle key changes no result (the kernel treats it as new anyway). So that work stays small,
    idle keys go only when they are a quarter of the table or the table is over its limit.
    """
    keys = int(state.meta[KEYS])
    last = state.cells[:keys, LAST_SEEN].astype(np.int64)
    idle = last < now - plan.idle - lateness
    gone = int(idle.sum())
    if keys <= limit and gone * 4 < max(keys, 1):
        return state, Trim(0, 0)
    forced = max(keys - gone - limit, 0)
    if forced:
        # One in ten more than needed, so that this is not done again at once.
        forced = min(forced + limit // 10, keys - gone)
        order = np.argsort(np.where(idle, np.iinfo(np.int64).max, last), kind="stable")
        idle[order[:forced]] = True
    if not idle.any():
        return state, Trim(0, 0)
    return _compacted(plan, state, idle), Trim(gone, forced)


def _compacted(plan: Plan, state: State, gone: npt.NDArray[np.bool_]) -> State:
    keys = len(gone)
    _free_all(
        state.meta,
        state.cells,
        state.words,
        state.arena_item,
        state.sketch,
        plan.column,
        plan.distinct_at,
        len(plan.distinct),
        np.flatnonzero(gone),
    )
    kept = np.flatnonzero(~gone)
    slot_key, cells = np.zeros_like(state.slot_key), np.zeros_like(state.cells)
    slot_key[: len(kept)] = state.slot_key[:keys][kept]
    cells[: len(kept)] = state.cells[:keys][kept]
    state.meta[KEYS] = len(kept)
    return _indexed(state._replace(slot_key=slot_key, cells=cells))


@njit(cache=True, nogil=True)
def _free_all(
    meta: Any,
    cells: Any,
    words: Any,
    arena_item: Any,
    sketch: Any,
    column: Any,
    first: int,
    count: int,
    slots: Any,
) -> None:
    for slot in slots:
        free_items(meta, cells, arena_item, sketch, first, count, slot)
        free_columns(meta, cells, words, column, slot)


def packed(state: State) -> dict[str, npt.NDArray[np.generic]]:
    """The used part of each array, to be saved. The index is left out: it is made anew."""
    tops = (KEYS, WORDS_TOP, ARENA_TOP, SKETCH_TOP)
    keys, words, items, sketches = (int(state.meta[at]) for at in tops)
    return {
        "meta": state.meta,
        "slot_key": state.slot_key[:keys],
        "cells": state.cells[:keys],
        "words": state.words[:words],
        "arena_item": state.arena_item[:items],
        "arena_seen": state.arena_seen[:items],
        "sketch": state.sketch[:sketches],
    }


def unpacked(plan: Plan, saved: Mapping[str, Any]) -> State:
    """A table from what `packed` gave."""
    state = new_state(plan)
    room = {name: _room(saved[name], getattr(state, name)) for name in saved if name != "meta"}
    return _indexed(state._replace(meta=saved["meta"].copy(), **room))


def _room(saved: Any, empty: Any) -> Any:
    """`saved` with at least the room of a new table, so that doubling always gives more."""
    if len(saved) >= len(empty):
        return saved
    larger = np.zeros(empty.shape, empty.dtype)
    larger[: len(saved)] = saved
    return larger


def resident_bytes(state: State) -> int:
    """Bytes in use: what `packed` holds, and the index."""
    used = sum(array.nbytes for array in packed(state).values())
    return used + state.index_key.nbytes + state.index_slot.nbytes
