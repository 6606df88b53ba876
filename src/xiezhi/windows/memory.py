"""What a table remembers, as flat arrays, and the index from a key to its slot."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

ITEM_CLASSES = 9
"""Sizes of a slab of distinct items: 1, 2, 4 ... 256."""

COLUMN_CLASSES = 6
"""Sizes of a slab of columns: 1, 2, 4 ... 32, at most as many as the window has buckets."""

MOST_WINDOWS = 8

# Places of the counters in State.meta.
KEYS, ARENA_TOP, SKETCH_TOP, WORDS_TOP, FREE_SKETCH, FREE_ITEMS = 0, 1, 2, 3, 4, 5
FREE_COLUMNS = FREE_ITEMS + ITEM_CLASSES
META = FREE_COLUMNS + MOST_WINDOWS * COLUMN_CLASSES

# Why the kernel came back before the end of its operations.
DONE, NEED_KEYS, NEED_ARENA, NEED_SKETCH, NEED_WORDS = 0, 1, 2, 3, 4


class State(NamedTuple):
    """A table's arrays. They grow by doubling; unused room is never touched, so never resident."""

    meta: npt.NDArray[np.int64]  # [META]
    index_key: npt.NDArray[np.uint64]  # [power of two] open addressing; 0 = free
    index_slot: npt.NDArray[np.int32]
    slot_key: npt.NDArray[np.uint64]  # [keys]
    cells: npt.NDArray[np.uint32]  # [keys, plan.cells]
    words: npt.NDArray[np.uint32]  # [words] slabs of columns
    arena_item: npt.NDArray[np.uint64]  # [items] slabs of distinct items
    arena_seen: npt.NDArray[np.uint32]  # [items] when each was last seen
    sketch: npt.NDArray[np.uint32]  # [sketches, SKETCH_ROWS, registers]: when a register last saw a rank


# The kernel's functions neither make nor keep arrays, so they are compiled without Numba's reference counts (`_nrt`):
# the atomic counts at every call from one of them to another cost as much as the work. They take single arrays, not
# the tuple, for the same reason.


@njit(cache=True, nogil=True, inline="always", _nrt=False)
def _home(key: np.uint64, mask: int) -> int:
    # Fibonacci hashing: identifiers' low bits may be alike after `combine`.
    return np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask


@njit(cache=True, nogil=True, _nrt=False)
def find(index_key: Any, index_slot: Any, key: np.uint64) -> int:
    """The slot of a key, or -1."""
    mask = len(index_key) - 1
    at = _home(key, mask)
    while index_key[at] != 0:
        if index_key[at] == key:
            return index_slot[at]
        at = (at + 1) & mask
    return -1


@njit(cache=True, nogil=True, _nrt=False)
def place_key(index_key: Any, index_slot: Any, key: np.uint64, slot: int) -> None:
    """Enter a key that the index does not hold."""
    mask = len(index_key) - 1
    at = _home(key, mask)
    while index_key[at] != 0:
        at = (at + 1) & mask
    index_key[at] = key
    index_slot[at] = slot


@njit(cache=True, nogil=True, _nrt=False)
def new_key(meta: Any, index_key: Any, index_slot: Any, slot_key: Any, key: np.uint64) -> int:
    """A slot for a key not seen before, or -1 where the table is full."""
    slot = meta[KEYS]
    if slot == len(slot_key) or 2 * slot >= len(index_key):
        return -1
    meta[KEYS] = slot + 1
    slot_key[slot] = key
    place_key(index_key, index_slot, key, slot)
    return slot
