"""Several sources as one stream in the order of time.

An event's place is decided by the running maximum of the times of its source, so that events which a source
holds out of order stay in their source's order; ties go by the order of the sources, then by row. The
result does not depend on how sources cut their rows into chunks, and so a replay can stop after any
micro-batch and go on from the positions that came with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.domain.batch import Int64, MicroBatch, Part
from xiezhi.domain.errors import XiezhiError
from xiezhi.sources.convert import joined
from xiezhi.sources.source import CHUNK_ROWS, BadRow, Chunk, Source

_BUFFERED = 1 << 20  # rows held of all sources together
_LEAST_ROWS = 1024
_BEFORE_ALL = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Merged:
    """A micro-batch and how far it has brought its sources.

    `positions` is the next row of each source by name, `clocks` the running maximum of its times; both are
    what `merge` takes to go on. `bad` are the rows between the last positions and these that did not fit.
    """

    batch: MicroBatch
    positions: dict[str, int]
    clocks: dict[str, int]
    bad: tuple[BadRow, ...]


class _Feed:
    """What has been read of one source and not yet been passed on."""

    def __init__(self, source: Source, position: int, clock: int, rows: int) -> None:
        self.source = source
        self.position = position
        self.clock = clock
        self.done = False
        self.keys: Int64 = np.zeros(0, dtype=np.int64)
        self._rows: Int64 = np.zeros(0, dtype=np.int64)
        self._tables: list[pa.RecordBatch] = []
        self._bad: list[BadRow] = []
        self._end = position
        self._chunks = source.chunks(position, rows)

    def read(self) -> None:
        """Take in chunks until there is an event more, or the end."""
        chunk: Chunk | None
        while (chunk := next(self._chunks, None)) is not None:
            self._bad += chunk.bad
            self._end = max(self._end, chunk.next_row)
            if chunk.table.num_rows:
                times = chunk.table.column("ts").to_numpy()
                last = self.keys[-1] if len(self.keys) else self.clock
                keys = np.maximum(np.maximum.accumulate(times), last)
                self.keys = np.concatenate([self.keys, keys])
                self._rows = np.concatenate([self._rows, chunk.rows])
                self._tables.append(chunk.table)
                return
        self.done = True

    def take(self, count: int) -> list[pa.RecordBatch]:
        """Pass on the first `count` events."""
        taken: list[pa.RecordBatch] = []
        left = count
        while left:
            table = self._tables[0]
            if table.num_rows <= left:
                taken.append(self._tables.pop(0))
                left -= table.num_rows
            else:
                taken.append(table.slice(0, left))
                self._tables[0] = table.slice(left)
                left = 0
        if count:
            self.clock = int(self.keys[count - 1])
            self.position = int(self._rows[count - 1]) + 1
            self.keys, self._rows = self.keys[count:], self._rows[count:]
        if self.done and not len(self.keys):
            self.position = self._end
        return taken

    def take_bad(self) -> list[BadRow]:
        """Bad rows before the position."""
        count = sum(bad.row < self.position for bad in self._bad)
        bad, self._bad = self._bad[:count], self._bad[count:]
        return bad


@njit(cache=True, nogil=True)
def _choose(keys: Int64, heads: Int64, ends: Int64, chosen: npt.NDArray[np.int32]) -> None:
    """Which source each next event comes from: the one with the least key, the first of equals. `keys`
    holds the sources' keys one after the other; source i has those from `heads[i]` (which moves on) to
    `ends[i]`."""
    for place in range(len(chosen)):
        best = -1
        for source in range(len(heads)):
            if heads[source] < ends[source] and (best < 0 or keys[heads[source]] < keys[heads[best]]):
                best = source
        chosen[place] = best
        heads[best] += 1


def merge(
    sources: Sequence[Source],
    chunk_events: int = CHUNK_ROWS,
    positions: Mapping[str, int] | None = None,
    clocks: Mapping[str, int] | None = None,
) -> Iterator[Merged]:
    """Micro-batches of exactly `chunk_events` events, the last one with what is left (perhaps only bad rows).

    With the `positions` and `clocks` of an earlier result, the later micro-batches are the same as
    without the stop. Without the clocks, the times of the rows passed over are read again to find them.
    """
    if not sources:
        return
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise XiezhiError(f"{twice}: is given twice", "name every file once")
    rows = max(_LEAST_ROWS, min(CHUNK_ROWS, _BUFFERED // max(len(names), 1)))
    feeds = []
    for source in sources:
        position = (positions or {}).get(source.name, 0)
        clock = _BEFORE_ALL if not position else (clocks or {}).get(source.name)
        feeds.append(_Feed(source, position, _clock_at(source, position) if clock is None else clock, rows))
    while True:
        ready = _fill(feeds, chunk_events)
        merged = _emit(feeds, ready, min(sum(ready), chunk_events))
        if merged.batch.size or merged.bad:
            yield merged
        if merged.batch.size < chunk_events:
            return


def _clock_at(source: Source, position: int) -> int:
    """The running maximum of the times of the rows before a position."""
    clock = _BEFORE_ALL
    for chunk in source.chunks():
        times = chunk.table.column("ts").to_numpy()[chunk.rows < position]
        clock = max(clock, int(times.max())) if len(times) else clock
        if chunk.next_row >= position:
            break
    return clock


def _fill(feeds: list[_Feed], wanted: int) -> list[int]:
    """Read until `wanted` events are known to be next, or all has been read: their number for each source."""
    for feed in feeds:
        while not feed.done and not len(feed.keys):
            feed.read()
    while True:
        ready, holding = _ready(feeds)
        if holding is None or sum(ready) >= wanted:
            return ready
        holding.read()


def _ready(feeds: list[_Feed]) -> tuple[list[int], _Feed | None]:
    """How many events of each source no unread event can come before, and the source that holds up the
    others."""
    reading = [place for place, feed in enumerate(feeds) if not feed.done]
    if not reading:
        return [len(feed.keys) for feed in feeds], None
    slowest = min(reading, key=lambda place: int(feeds[place].keys[-1]))
    bound = feeds[slowest].keys[-1]
    sides = [("right" if place <= slowest else "left") for place in range(len(feeds))]
    ready = [int(np.searchsorted(feed.keys, bound, side)) for feed, side in zip(feeds, sides, strict=True)]  # type: ignore[call-overload]
    return ready, feeds[slowest]


def _emit(feeds: list[_Feed], ready: list[int], count: int) -> Merged:
    """The first `count` of the events that are ready."""
    limits = np.minimum(ready, count)
    ends = np.cumsum(limits)
    keys = np.concatenate([feed.keys[:limit] for feed, limit in zip(feeds, limits, strict=True)])
    chosen = np.empty(count, dtype=np.int32)
    _choose(keys, ends - limits, ends, chosen)
    counts = np.bincount(chosen, minlength=len(feeds))
    pieces: dict[str, list[tuple[list[pa.RecordBatch], Int64]]] = {}
    bad: list[BadRow] = []
    for place, feed in enumerate(feeds):
        tables = feed.take(int(counts[place]))
        if tables:
            pieces.setdefault(feed.source.channel.name, []).append((tables, np.flatnonzero(chosen == place)))
        bad += feed.take_bad()
    parts = tuple(_part(channel, found) for channel, found in pieces.items())
    return Merged(
        MicroBatch(parts),
        {feed.source.name: feed.position for feed in feeds},
        {feed.source.name: feed.clock for feed in feeds if feed.clock != _BEFORE_ALL},
        tuple(bad),
    )


def _part(channel: str, found: list[tuple[list[pa.RecordBatch], Int64]]) -> Part:
    """The events of one channel, of however many sources, in their order."""
    tables = [table for group, _ in found for table in group]
    table = tables[0] if len(tables) == 1 else joined(tables)
    order = np.concatenate([order for _, order in found])
    if len(found) > 1:
        by_order = np.argsort(order, kind="stable")
        table, order = table.take(pa.array(by_order)), order[by_order]
    return Part(channel, table, order)
