"""Decided events looked up again: newest first under conditions, by identifier, by offset.

Whole stretches are read from their Parquet files and postings, what has not been written yet from the writer's memory;
one snapshot of both misses nothing in between.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.domain.errors import XiezhiError
from xiezhi.history import postings
from xiezhi.history.conditions import Wanted, holds, sql
from xiezhi.history.parquet import Snapshot, stretch, stretches
from xiezhi.history.postings import Occurrences, Postings
from xiezhi.history.rows import Row, RowFiles, rows_of

MOST_LOOKED_AT = 5_000
"""Events of an identifier that one page looks through for those that meet the other conditions."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows newest first. `below` is the offset to go on below, None at the end: a page may hold few rows and still
    have one after it."""

    rows: list[Row]
    below: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an identifier occurs, in order of offset: `offset` int64[n], `place` int64[n] into `places` of (channel,
    field), `verdict` bool[n]."""

    places: tuple[tuple[str, str], ...]
    offset: Int64
    place: Int64
    verdict: Any

    def __len__(self) -> int:
        return len(self.offset)


class History:
    """The history below `folder`; `now` gives what a running writer has, without it only what is on disk is seen.

    May be used by several threads.
    """

    def __init__(
        self, folder: Path, fields: postings.Fields, now: Callable[[], Snapshot] | None = None
    ) -> None:
        """`fields` are the identifier fields of each channel, for stretches that have no postings yet."""
        self._folder, self._fields = folder, fields
        self._now = now or (lambda: Snapshot(tuple(stretches(folder)), {}))
        self._postings: dict[str, Postings | None] = {}
        self._files = RowFiles()
        self._lock = threading.Lock()
        self._duckdb: Any = None

    def newest(self, wanted: Wanted, limit: int) -> Found:
        """The newest events that meet the conditions."""
        snapshot = self._now()
        rows = self._waiting_rows(snapshot, wanted, limit)
        for group in _growing(_below(snapshot.stretches, wanted.below)):
            if len(rows) >= limit:
                break
            offsets = self._scan(group, wanted, limit - len(rows))
            rows += self._fetch(group, offsets)
        rows = sorted(rows, key=lambda row: -row.offset)
        return Found(rows[:limit], rows[limit - 1].offset if len(rows) >= limit else None)

    def of(self, value: str, wanted: Wanted, limit: int, places: Sequence[tuple[str, str]] = ()) -> Found:
        """The newest events with an identifier, given as it stands in them; `places` are the (channel, field) it
        may stand in, all without them."""
        snapshot = self._now()
        trace = self._trace(snapshot, value, places)
        keep = np.ones(len(trace), np.bool_) if not wanted.verdicts else np.asarray(trace.verdict)
        channels = [channel in wanted.channels for channel, _ in trace.places]
        keep &= np.array(channels, np.bool_)[trace.place] if len(trace) else keep
        if wanted.below is not None:
            keep &= trace.offset < wanted.below
        order = np.flatnonzero(keep)[::-1]
        offsets, first = np.unique(-trace.offset[order], return_index=True)
        spots = [
            (int(-offset), trace.places[trace.place[order[at]]][0])
            for offset, at in zip(offsets, first, strict=True)
        ]
        rows: list[Row] = []
        looked = 0
        while looked < min(len(spots), MOST_LOOKED_AT) and len(rows) < limit:
            chunk = spots[looked : looked + (limit if wanted.plain else max(limit, 200))]
            looked += len(chunk)
            rows += [
                row for row in self._at(snapshot, chunk) if wanted.meets(row) and value in row.values.values()
            ]
        more = len(rows) > limit or looked < len(spots)
        last = rows[limit - 1].offset if len(rows) >= limit else spots[looked - 1][0] if looked else 0
        return Found(rows[:limit], last if more else None)

    def trace(self, value: str, places: Sequence[tuple[str, str]] = ()) -> Trace:
        """Where an identifier occurs, in all of history."""
        return self._trace(self._now(), value, places)

    def at(self, offset: int) -> Row | None:
        """The event with an offset, None where there is none."""
        snapshot = self._now()
        for channel, table in snapshot.waiting.items():
            place = _place(table, offset)
            if place is not None:
                return rows_of(channel, table.slice(place, 1))[0]
        for path in snapshot.stretches:
            first, end = stretch(path)
            if first <= offset < end:
                for file in sorted(path.glob("*.parquet")):
                    rows = self._files.rows(file, [offset])
                    if rows:
                        return rows[0]
        return None

    def rows(self, spots: Iterable[tuple[int, str]]) -> list[Row]:
        """Events given as (offset, channel), newest first; what there is not is left out."""
        return self._at(self._now(), list(spots))

    def with_id(self, id: str, channels: Iterable[str], limit: int) -> list[Row]:
        """The newest events whose own id this is. Every stretch is scanned."""
        wanted = Wanted(tuple(channels), id=id)
        return self.newest(wanted, limit).rows

    def _trace(self, snapshot: Snapshot, value: str, places: Sequence[tuple[str, str]]) -> Trace:
        key = postings.key_of(value)
        names: dict[tuple[str, str], int] = {}
        parts: list[tuple[Int64, Int64, Any]] = []

        def take(found: Occurrences) -> None:
            renamed = np.array([names.setdefault(name, len(names)) for name in found.fields], np.int64)
            if len(found):
                parts.append((found.offset, renamed[found.field], found.verdict))

        for path in snapshot.stretches:
            found = self._occurrences(path, key)
            if found is not None:
                take(found)
        for channel, table in snapshot.waiting.items():
            take(postings.in_table(channel, table, self._fields.get(channel, ()), value))
        offset = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in parts)])
        place = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
        verdict = np.concatenate([np.zeros(0, np.bool_), *(part[2] for part in parts)])
        order = np.argsort(offset, kind="stable")
        if places:
            fits = np.array([name in set(places) for name in names], np.bool_)
            order = order[fits[place[order]]] if len(order) else order
        return Trace(tuple(names), offset[order], place[order], verdict[order])

    def _occurrences(self, path: Path, key: int) -> Occurrences | None:
        """An identifier's occurrences in a stretch; None for a stretch too long for postings."""
        for _ in range(2):
            opened = self._opened(path)
            if opened is None:
                return None
            try:
                return opened.find(key)
            except (OSError, ValueError):
                self._postings.pop(path.name, None)  # somebody cut it short or took it away: made again
        return None

    def _opened(self, path: Path) -> Postings | None:
        """A stretch's postings, made if it has none; None for a stretch too long for them."""
        found = self._postings.get(path.name)
        if found is None and path.name not in self._postings:
            with self._lock:
                try:
                    found = _open(path, self._fields)
                except OSError as error:
                    raise XiezhiError(
                        f"{path}: its postings can't be read or made ({error.strerror or error})",
                        "make room or mend the folder's rights",
                    ) from error
                self._postings[path.name] = found
        return found

    def _at(self, snapshot: Snapshot, spots: Sequence[tuple[int, str]]) -> list[Row]:
        rows: list[Row] = []
        left: dict[str, list[int]] = {}
        for offset, channel in spots:
            left.setdefault(channel, []).append(offset)
        for channel, offsets in left.items():
            table = snapshot.waiting.get(channel)
            places = [None if table is None else _place(table, offset) for offset in offsets]
            inside = [place for place in places if place is not None]
            if table is not None and inside:
                taken = rows_of(channel, table.take(inside))
                rows += taken
                gone = {row.offset for row in taken}
                offsets = [offset for offset in offsets if offset not in gone]
            for path in snapshot.stretches:
                first, end = stretch(path)
                within = [offset for offset in offsets if first <= offset < end]
                if within:
                    rows += self._files.rows(path / f"{channel}.parquet", within)
        return sorted(rows, key=lambda row: -row.offset)

    def _waiting_rows(self, snapshot: Snapshot, wanted: Wanted, limit: int) -> list[Row]:
        rows: list[Row] = []
        for channel in wanted.channels:
            table = snapshot.waiting.get(channel)
            if table is not None:
                found = table.filter(holds(table, wanted))
                rows += rows_of(channel, found.slice(max(found.num_rows - limit, 0)))
        return rows

    def _scan(self, group: Sequence[Path], wanted: Wanted, limit: int) -> list[tuple[int, str]]:
        """(offset, channel) of the newest events of some stretches that meet the conditions."""
        parts, values = [], []
        for channel in wanted.channels:
            files = [path / f"{channel}.parquet" for path in group if (path / f"{channel}.parquet").is_file()]
            if files:
                condition, more = sql(wanted)
                listed = ", ".join(_quoted(str(file)) for file in files)
                parts.append(
                    f'select "offset", {_quoted(channel)} as channel from read_parquet([{listed}]) where {condition}'
                )
                values += more
        if not parts:
            return []
        query = " union all ".join(parts) + ' order by "offset" desc limit ' + str(int(limit))
        found: list[tuple[int, str]] = self._connection().execute(query, values).fetchall()
        return found

    def _fetch(self, group: Sequence[Path], spots: Sequence[tuple[int, str]]) -> list[Row]:
        return self._at(Snapshot(tuple(group), {}), spots)

    def _connection(self) -> Any:
        """A cursor of one database in memory, held small so that the engine keeps its room."""
        with self._lock:
            if self._duckdb is None:
                import duckdb

                self._duckdb = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
            return self._duckdb.cursor()


def _open(path: Path, fields: Mapping[str, Sequence[str]]) -> Postings | None:
    file = path / postings.NAME
    first, end = stretch(path)
    for _ in range(2):
        if file.is_file():
            try:
                return Postings(file)
            except ValueError:
                pass  # damaged, or of another version: made again
        postings.write(path, first, end, fields)
    return None


def _below(paths: Sequence[Path], below: int | None) -> list[Path]:
    """Stretches newest first, without those that begin at `below` or after it."""
    return [path for path in reversed(paths) if below is None or stretch(path)[0] < below]


def _growing(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Stretches in groups of growing size: the newest mostly hold what is wanted."""
    at, size = 0, 1
    while at < len(paths):
        yield paths[at : at + size]
        at, size = at + size, size * 2


def _place(table: pa.Table, offset: int) -> int | None:
    """The row of an offset in a table in order of offset."""
    offsets = table.column("offset").to_numpy()
    at = int(np.searchsorted(offsets, offset))
    return at if at < len(offsets) and offsets[at] == offset else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
