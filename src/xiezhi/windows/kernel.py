"""The hot loop: one pass over a table's operations that reads features and updates state.

The plain-Python `reference` module says what every number must be; this one is its fast twin.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.windows.columns import (
    EMPTY_LEAST,
    EMPTY_MOST,
    FULL,
    MISSING,
    column_for,
    feed,
    free_columns,
    sum_up,
)
from xiezhi.windows.items import add_item, count_items, free_items
from xiezhi.windows.layout import DISTINCT_CELLS, LAST_SEEN, Plan, Read, Stamp
from xiezhi.windows.memory import DONE, NEED_KEYS, NEED_WORDS, State, find, new_key

__all__ = ["DONE", "MISSING", "Operations", "run"]


class Operations(NamedTuple):
    """What happens to a table in one micro-batch, in order; n operations."""

    key: npt.NDArray[np.uint64]  # [n]; 0 = the event has no such identifier
    ts: npt.NDArray[np.int64]  # [n] seconds, at least 1; 0 = too late to count
    place: npt.NDArray[np.int64]  # [n]
    mask: npt.NDArray[np.bool_]  # [masks, n]
    value: npt.NDArray[np.int64]  # [values, n] fixed point; MISSING = none
    item: npt.NDArray[np.uint64]  # [items, n]; 0 = none
    now: npt.NDArray[np.int64]  # [windows] room to work in
    spot: npt.NDArray[np.int64]  # [windows]
    sums: npt.NDArray[np.int64]  # [rings]


@njit(cache=True, nogil=True, _nrt=False)
def _update_stamps(
    stamp: Any, cells: Any, stamp_at: int, slot: int, place: int, ts: int, mask: Any, i: int
) -> None:
    for s in range(len(stamp)):
        if (stamp[s, 1] != place and stamp[s, 1] != -1) or (stamp[s, 2] >= 0 and not mask[stamp[s, 2], i]):
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


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
def _read_unknown(read: int) -> float:
    """The value of a feature for a key that was never seen."""
    if read == Read.is_new:
        return 1.0
    if read == Read.count or read == Read.total or read == Read.distinct:
        return 0.0
    return 0.0 if read >= Read.sequence else np.nan


@njit(cache=True, nogil=True, _nrt=False)
def run(plan: Plan, state: State, operations: Operations, start: int, out: Any) -> tuple[int, int]:
    """Carry out operations from `start` on; features go to out (float64[features, n], NaN before).

    Returns (n, DONE), or (i, what room is wanted) with operation i without effect: give room and call again
    with start = i.
    """
    idle, is_writer, window, column, ring = plan.idle, plan.is_writer, plan.window, plan.column, plan.ring
    feeds, feed_ring, sums_of, sum_ring = plan.feeds, plan.feed_ring, plan.sums, plan.sum_ring
    stamp, distinct, feature, feature_of = plan.stamp, plan.distinct, plan.feature, plan.feature_of
    stamp_at, distinct_at = plan.stamp_at, plan.distinct_at
    meta, index_key, index_slot, slot_key = state.meta, state.index_key, state.index_slot, state.slot_key
    cells, words, sketch = state.cells, state.words, state.sketch
    arena_item, arena_seen = state.arena_item, state.arena_seen
    keys, times, places = operations.key, operations.ts, operations.place
    mask, value, item = operations.mask, operations.value, operations.item

    # Each window's bucket of the event (divisions are dear), and where the event's column of it lies.
    now, spot, sums = operations.now, operations.spot, operations.sums
    for i in range(start, len(keys)):
        key, ts, place = keys[i], times[i], places[i]
        if key == 0 or ts == 0:
            continue
        slot = find(index_key, index_slot, key)
        if slot >= 0 and ts - np.int64(cells[slot, LAST_SEEN]) > idle:
            if is_writer[place]:
                free_items(meta, cells, arena_item, sketch, distinct_at, len(distinct), slot)
                free_columns(meta, cells, words, column, slot)
                for cell in range(distinct_at):
                    cells[slot, cell] = 0
            else:
                slot = -1
        if slot < 0 and is_writer[place]:
            slot = new_key(meta, index_key, index_slot, slot_key, key)
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
        for span in range(len(window)):
            now[span] = ts // window[span, 1]
        if is_writer[place]:
            # What can run out of room comes first; done again, it changes nothing.
            for d in range(len(distinct)):
                chosen = distinct[d, 1] < 0 or mask[distinct[d, 1], i]
                if distinct[d, 0] == place and chosen and item[distinct[d, 2], i] != 0:
                    wanted = add_item(
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
            for span in range(len(window)):
                if column[span, 0]:
                    buckets = window[span, 0]
                    spot[span] = column_for(meta, cells, words, column, ring, slot, span, buckets, now[span])
                    if spot[span] == FULL:
                        return i, NEED_WORDS
            for span in range(len(window)):
                if column[span, 0] and spot[span] >= 0:
                    first, last = feeds[place, span, 0], feeds[place, span, 1]
                    feed(words, ring, feed_ring, first, last, spot[span], mask, value, i)
            _update_stamps(stamp, cells, stamp_at, slot, place, ts, mask, i)
            cells[slot, LAST_SEEN] = max(cells[slot, LAST_SEEN], np.uint32(ts))
        if slot >= 0:
            for span in range(len(window)):
                first, last = sums_of[place, span, 0], sums_of[place, span, 1]
                if first < last:
                    buckets = window[span, 0]
                    sum_up(
                        cells,
                        words,
                        column,
                        ring,
                        sum_ring,
                        first,
                        last,
                        slot,
                        span,
                        buckets,
                        now[span],
                        sums,
                    )
        for f in range(feature_of[place, 1], feature_of[place, 2]):  # the event included
            read, a, b, span = feature[f, 0], feature[f, 2], feature[f, 3], feature[f, 4]
            if slot < 0:
                out[f, i] = _read_unknown(read)
            elif read == Read.distinct:
                since = (now[span] - window[span, 0] + 1) * window[span, 1]
                out[f, i] = count_items(
                    cells, arena_seen, sketch, slot, distinct_at + DISTINCT_CELLS * a, since, span
                )
            elif read == Read.least or read == Read.most:
                if sums[a] != EMPTY_LEAST and sums[a] != EMPTY_MOST:
                    out[f, i] = sums[a] / feature[f, 5]
            elif read == Read.mean or read == Read.ratio:
                whole = sums[b] / feature[f, 6]
                if whole:
                    out[f, i] = sums[a] / feature[f, 5] / whole
            else:
                out[f, i] = sums[a] / feature[f, 5]
    return len(keys), DONE
