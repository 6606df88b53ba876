"""The hot loop: one pass over a table's operations that reads features and updates state.

The plain-Python `reference` module says what every number must be; this one is its fast twin.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.windows.layout import DISTINCT_CELLS, LAST_SEEN, Plan, Read, Ring, Stamp
from xiezhi.windows.sketch import sketch_add, sketch_count

SMALLEST_SLAB = 4
SLAB_CLASSES = 7  # 4, 8, ... 256 items; beyond that a key's items go into a HyperLogLog
SKETCH_CLASS = SLAB_CLASSES

# Places of the counters in State.meta.
KEYS, ARENA_TOP, SKETCH_TOP, FREE_SKETCH, FREE_SLAB = 0, 1, 2, 3, 4
META = FREE_SLAB + SLAB_CLASSES

# Why the kernel came back before the end of its operations.
DONE, NEED_KEYS, NEED_ARENA, NEED_SKETCH = 0, 1, 2, 3

_EMPTY_LEAST = np.iinfo(np.int64).max
_EMPTY_MOST = np.iinfo(np.int64).min
MISSING = _EMPTY_MOST
"""A missing value among an operation's fixed-point values."""


class State(NamedTuple):
    """What a table remembers. Arrays grow by doubling; unused room is never touched, so never resident."""

    meta: npt.NDArray[np.int64]  # [META]
    index_key: npt.NDArray[np.uint64]  # [power of two] open addressing; 0 = free
    index_slot: npt.NDArray[np.int32]
    slot_key: npt.NDArray[np.uint64]  # [keys]
    cells: npt.NDArray[np.uint32]  # [keys, plan.cells]
    totals: npt.NDArray[np.int64]  # [keys, plan.totals]: the sum of each ring, then buckets of amounts
    arena_item: npt.NDArray[np.uint64]  # [items] slabs of distinct items
    arena_seen: npt.NDArray[np.uint32]  # [items] when each was last seen
    sketch: npt.NDArray[np.uint32]  # [sketches, SKETCH_ROWS, registers]: when a register last saw a rank


class Operations(NamedTuple):
    """What happens to a table in one micro-batch, in order; n operations."""

    key: npt.NDArray[np.uint64]  # [n]; 0 = the event has no such identifier
    ts: npt.NDArray[np.int64]  # [n] seconds, at least 1; 0 = too late to count
    place: npt.NDArray[np.int64]  # [n]
    mask: npt.NDArray[np.bool_]  # [masks, n]
    value: npt.NDArray[np.int64]  # [values, n] fixed point; MISSING = none
    item: npt.NDArray[np.uint64]  # [items, n]; 0 = none


@njit(cache=True, nogil=True, inline="always")
def _home(key: np.uint64, mask: int) -> int:
    # Fibonacci hashing: identifiers' low bits may be alike after `combine`.
    return np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask


@njit(cache=True, nogil=True)
def find(index_key: Any, index_slot: Any, key: np.uint64) -> int:
    """The slot of a key, or -1."""
    mask = len(index_key) - 1
    at = _home(key, mask)
    while index_key[at] != 0:
        if index_key[at] == key:
            return index_slot[at]
        at = (at + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def place_key(index_key: Any, index_slot: Any, key: np.uint64, slot: int) -> None:
    """Enter a key that the index does not hold."""
    mask = len(index_key) - 1
    at = _home(key, mask)
    while index_key[at] != 0:
        at = (at + 1) & mask
    index_key[at] = key
    index_slot[at] = slot


# Functions below take single arrays, not the tuples: each field taken out of a tuple costs two atomic
# counts of references, which made the whole ten times slower.


@njit(cache=True, nogil=True)
def free_distinct(
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


@njit(cache=True, nogil=True, inline="always")
def _free_slab(meta: Any, arena_item: Any, kind: int, where: int) -> None:
    arena_item[where] = np.uint64(meta[FREE_SLAB + kind])
    meta[FREE_SLAB + kind] = where + 1


@njit(cache=True, nogil=True)
def _take_slab(meta: Any, arena_item: Any, kind: int) -> int:
    """Room for 4 << kind items, or -1 where the arena is full."""
    free = meta[FREE_SLAB + kind]
    if free:
        meta[FREE_SLAB + kind] = np.int64(arena_item[free - 1])
        return free - 1
    top = meta[ARENA_TOP]
    if top + (SMALLEST_SLAB << kind) > len(arena_item):
        return -1
    meta[ARENA_TOP] = top + (SMALLEST_SLAB << kind)
    return top


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _add_item(
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
    if kind >= 0 and used == SMALLEST_SLAB << kind:
        used = _drop_old(arena_item, arena_seen, where, used, ts - keep)
        cells[slot, at + 2] = used
    if kind < 0 or used == SMALLEST_SLAB << kind:
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


@njit(cache=True, nogil=True)
def _drop_old(arena_item: Any, arena_seen: Any, where: int, used: int, before: int) -> int:
    """Squeeze out items last seen at `before` or earlier; how many stay."""
    kept = 0
    for i in range(where, where + used):
        if np.int64(arena_seen[i]) > before:
            arena_item[where + kept] = arena_item[i]
            arena_seen[where + kept] = arena_seen[i]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _count_items(
    cells: Any, arena_seen: Any, sketch: Any, slot: int, at: int, since: int, span: int
) -> float:
    kind, where = np.int64(cells[slot, at]) - 1, np.int64(cells[slot, at + 1])
    if kind == SKETCH_CLASS:
        return sketch_count(sketch, where, since, span)
    found, since32 = 0, np.uint32(since)
    for i in range(where, where + np.int64(cells[slot, at + 2])):
        found += arena_seen[i] >= since32
    return float(found)


@njit(cache=True, nogil=True)
def _advance(window: Any, now: Any, ring: Any, cells: Any, totals: Any, head_at: int, slot: int) -> None:
    """Move a key's rings on to the buckets `now` of its event, emptying those that are re-used."""
    for span in range(len(window)):
        head = np.int64(cells[slot, head_at + span])
        if now[span] <= head:
            continue
        buckets = window[span, 0]
        cells[slot, head_at + span] = now[span]
        first, steps = (head + 1) % buckets, min(now[span] - head, buckets)
        for r in range(len(ring)):
            if ring[r, 4] == span:
                _clear(cells, totals, slot, r, ring[r, 0], ring[r, 5], buckets, first, steps)


@njit(cache=True, nogil=True)
def _clear(
    cells: Any, totals: Any, slot: int, r: int, kind: int, offset: int, buckets: int, first: int, steps: int
) -> None:
    if kind == Ring.count and totals[slot, r] == 0:
        return  # every bucket is empty
    if steps == buckets and kind <= Ring.total:
        totals[slot, r] = 0
        if kind == Ring.count:
            for cell in range(offset, offset + buckets):
                cells[slot, cell] = 0
        else:
            for cell in range(offset, offset + buckets):
                totals[slot, cell] = 0
        return
    at = first
    for _ in range(steps):
        if kind == Ring.count:
            totals[slot, r] -= np.int64(cells[slot, offset + at])
            cells[slot, offset + at] = 0
        elif kind == Ring.total:
            totals[slot, r] -= totals[slot, offset + at]
            totals[slot, offset + at] = 0
        else:
            totals[slot, offset + at] = _EMPTY_LEAST if kind == Ring.least else _EMPTY_MOST
        at = at + 1 if at + 1 < buckets else 0


@njit(cache=True, nogil=True)
def _new_key(meta: Any, index_key: Any, index_slot: Any, slot_key: Any, key: np.uint64) -> int:
    """A slot for a key not seen before, or -1 where the table is full."""
    slot = meta[KEYS]
    if slot == len(slot_key) or 2 * slot >= len(index_key):
        return -1
    meta[KEYS] = slot + 1
    slot_key[slot] = key
    place_key(index_key, index_slot, key, slot)
    return slot


@njit(cache=True, nogil=True, inline="always")
def _picks(mask: Any, row: int, i: int) -> bool:
    return row < 0 or mask[row, i]


@njit(cache=True, nogil=True)
def _update_rings(
    window: Any,
    now: Any,
    spot: Any,
    ring: Any,
    first: int,
    last: int,
    cells: Any,
    totals: Any,
    head_at: int,
    slot: int,
    mask: Any,
    value: Any,
    i: int,
) -> None:
    for r in range(first, last):
        if not _picks(mask, ring[r, 2], i):
            continue
        kind, row, span = ring[r, 0], ring[r, 3], ring[r, 4]
        amount = value[row, i] if row >= 0 else np.int64(0)
        if amount == MISSING or now[span] <= np.int64(cells[slot, head_at + span]) - window[span, 0]:
            continue  # nothing to count, or its bucket has been re-used
        at = ring[r, 5] + spot[span]
        if kind == Ring.count:
            cells[slot, at] += np.uint32(1)
            totals[slot, r] += 1
        elif kind == Ring.total:
            totals[slot, at] += amount
            totals[slot, r] += amount
        elif kind == Ring.least:
            totals[slot, at] = min(totals[slot, at], amount)
        else:
            totals[slot, at] = max(totals[slot, at], amount)


@njit(cache=True, nogil=True)
def _update_stamps(
    stamp: Any, cells: Any, stamp_at: int, slot: int, place: int, ts: int, mask: Any, i: int
) -> None:
    for s in range(len(stamp)):
        if (stamp[s, 1] != place and stamp[s, 1] != -1) or not _picks(mask, stamp[s, 2], i):
            continue
        kind, at = stamp[s, 0], stamp_at + s
        held = np.int64(cells[slot, at])
        if kind == Stamp.first:
            if held == 0 or ts < held:
                cells[slot, at] = ts
        elif kind == Stamp.last:
            if ts > held:
                cells[slot, at] = ts
                if s + 1 < len(stamp) and stamp[s + 1, 3] == s:
                    cells[slot, at + 1] = 0
        else:
            asked = np.int64(cells[slot, stamp_at + stamp[s, 3]])
            if held == 0 and 0 < asked <= ts:
                cells[slot, at] = ts


@njit(cache=True, nogil=True)
def _ring_sum(
    window: Any, now: Any, ring: Any, cells: Any, totals: Any, head_at: int, slot: int, r: int
) -> int:
    span, offset = ring[r, 4], ring[r, 5]
    buckets = window[span, 0]
    head, total = np.int64(cells[slot, head_at + span]), np.int64(0)
    count = ring[r, 0] == Ring.count
    if now[span] == head:  # the usual case: every bucket is in the window, and their sum is kept
        return totals[slot, r]
    for bucket in range(max(now[span], head) - buckets + 1, min(now[span], head) + 1):
        at = offset + bucket % buckets
        total += np.int64(cells[slot, at]) if count else totals[slot, at]
    return total


@njit(cache=True, nogil=True)
def _ring_extreme(window: Any, now: Any, ring: Any, totals: Any, head: int, slot: int, r: int) -> int:
    span, offset = ring[r, 4], ring[r, 5]
    buckets = window[span, 0]
    least = ring[r, 0] == Ring.least
    best = np.int64(_EMPTY_LEAST) if least else np.int64(_EMPTY_MOST)
    for bucket in range(max(now[span], head) - buckets + 1, min(now[span], head) + 1):
        value = totals[slot, offset + bucket % buckets]
        best = min(best, value) if least else max(best, value)
    return best


@njit(cache=True, nogil=True)
def _read_stamp(read: int, stamp: int, reply: int, limit: int, ts: int) -> float:
    if read == Read.is_new:
        return 1.0 if stamp == 0 else 0.0
    if read <= Read.since:
        return float(max(ts - stamp, 0)) if stamp else np.nan
    if stamp == 0 or ts < stamp:
        return 0.0
    if read == Read.sequence:
        return 1.0 if ts - stamp <= limit else 0.0
    return 1.0 if ts - stamp >= limit and (reply == 0 or reply - stamp > limit) else 0.0


@njit(cache=True, nogil=True)
def _read_unknown(read: int) -> float:
    """The value of a feature for a key that was never seen."""
    if read == Read.is_new:
        return 1.0
    if read == Read.count or read == Read.total or read == Read.distinct:
        return 0.0
    return 0.0 if read >= Read.sequence else np.nan


@njit(cache=True, nogil=True)
def run(plan: Plan, state: State, operations: Operations, start: int, out: Any) -> tuple[int, int]:
    """Carry out operations from `start` on; features go to out (float64[features, n], NaN before).

    Returns (n, DONE), or (i, what room is wanted) with operation i without effect: give room and call again
    with start = i.
    """
    idle, is_writer, window, ring, ring_of = plan.idle, plan.is_writer, plan.window, plan.ring, plan.ring_of
    stamp, distinct, feature, feature_of = plan.stamp, plan.distinct, plan.feature, plan.feature_of
    head_at, stamp_at, distinct_at = plan.head_at, plan.stamp_at, plan.distinct_at
    meta, index_key, index_slot, slot_key = state.meta, state.index_key, state.index_slot, state.slot_key
    cells, totals, sketch = state.cells, state.totals, state.sketch
    arena_item, arena_seen = state.arena_item, state.arena_seen
    keys, times, places = operations.key, operations.ts, operations.place
    mask, value, item = operations.mask, operations.value, operations.item

    # Each window's bucket of the event, and where it lies in the ring: divisions are the dearest thing here.
    now, spot = np.zeros(len(window), np.int64), np.zeros(len(window), np.int64)
    for i in range(start, len(keys)):
        key, ts, place = keys[i], times[i], places[i]
        if key == 0 or ts == 0:
            continue
        for span in range(len(window)):
            now[span] = ts // window[span, 1]
            spot[span] = now[span] % window[span, 0]
        slot = find(index_key, index_slot, key)
        if slot >= 0 and ts - np.int64(cells[slot, LAST_SEEN]) > idle:
            if is_writer[place]:
                free_distinct(meta, cells, arena_item, sketch, distinct_at, len(distinct), slot)
                for cell in range(distinct_at):
                    cells[slot, cell] = 0
            else:
                slot = -1
        if slot < 0 and is_writer[place]:
            slot = _new_key(meta, index_key, index_slot, slot_key, key)
            if slot < 0:
                return i, NEED_KEYS
        for f in range(feature_of[place, 0], feature_of[place, 1]):  # as of just before the event
            read = feature[f, 0]
            if slot < 0:
                out[f, i] = _read_unknown(read)
                continue
            span = feature[f, 4]
            limit = window[span, 0] * window[span, 1] if read >= Read.sequence else 0
            reply = np.int64(cells[slot, stamp_at + feature[f, 3]]) if read == Read.absence else 0
            out[f, i] = _read_stamp(read, np.int64(cells[slot, stamp_at + feature[f, 2]]), reply, limit, ts)
        if is_writer[place]:
            # Items first: only they can run out of room, and adding the same item again changes nothing.
            for d in range(len(distinct)):
                if (
                    distinct[d, 0] == place
                    and item[distinct[d, 2], i] != 0
                    and _picks(mask, distinct[d, 1], i)
                ):
                    wanted = _add_item(
                        meta,
                        cells,
                        arena_item,
                        arena_seen,
                        sketch,
                        slot,
                        distinct_at + DISTINCT_CELLS * d,
                        distinct[d, 3],
                        item[distinct[d, 2], i],
                        ts,
                    )
                    if wanted != DONE:
                        return i, wanted
            _advance(window, now, ring, cells, totals, head_at, slot)
            _update_rings(
                window,
                now,
                spot,
                ring,
                ring_of[place, 0],
                ring_of[place, 1],
                cells,
                totals,
                head_at,
                slot,
                mask,
                value,
                i,
            )
            _update_stamps(stamp, cells, stamp_at, slot, place, ts, mask, i)
            cells[slot, LAST_SEEN] = max(cells[slot, LAST_SEEN], np.uint32(ts))
        for f in range(feature_of[place, 1], feature_of[place, 2]):  # the event included
            read, a, b, span = feature[f, 0], feature[f, 2], feature[f, 3], feature[f, 4]
            if slot < 0:
                out[f, i] = _read_unknown(read)
            elif read == Read.distinct:
                since = (now[span] - window[span, 0] + 1) * window[span, 1]
                out[f, i] = _count_items(
                    cells, arena_seen, sketch, slot, distinct_at + DISTINCT_CELLS * a, since, span
                )
            elif read == Read.least or read == Read.most:
                head = np.int64(cells[slot, head_at + span])
                best = _ring_extreme(window, now, ring, totals, head, slot, a)
                if best != _EMPTY_LEAST and best != _EMPTY_MOST:
                    out[f, i] = best / feature[f, 5]
            else:
                part = _ring_sum(window, now, ring, cells, totals, head_at, slot, a) / feature[f, 5]
                if read == Read.mean or read == Read.ratio:
                    whole = _ring_sum(window, now, ring, cells, totals, head_at, slot, b) / feature[f, 6]
                    if whole:
                        out[f, i] = part / whole
                else:
                    out[f, i] = part
    return len(keys), DONE
