"""The journal in one SQLite file: write-ahead log, one synced commit an append."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from xiezhi.domain.batch import MicroBatch
from xiezhi.domain.errors import XiezhiError
from xiezhi.journal.base import Entry, Positions
from xiezhi.journal.codec import decode, encode

_TABLES = """
create table if not exists entry (
    first integer primary key, -- offset of the first event
    size integer not null,
    control integer not null, -- 1: the body is a control record in JSON
    body blob not null,
    checksum integer not null,
    positions text
);
create index if not exists entry_control on entry (first) where control = 1;
create table if not exists position (source text primary key, next_row integer not null);
"""


class SqliteJournal:
    """A journal at `path`, made when it is not there. One process may append events, others control records.

    Raises `XiezhiError` where the disk is full or read-only, and for an entry whose checksum is wrong.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=full")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise _told(path, error) from error

    def append(self, events: MicroBatch, positions: Positions | None = None) -> Entry:
        """Write a micro-batch; returns when it is durable."""
        first = self._write(events.size, False, encode(events), positions)
        return Entry(first, events.size, events=events, positions=positions)

    def append_control(self, record: Mapping[str, Any]) -> Entry:
        """Write a control record; returns when it is durable."""
        first = self._write(1, True, msgspec.json.encode(record), None)
        return Entry(first, 1, control=record)

    def _write(self, size: int, control: bool, body: bytes, positions: Positions | None) -> int:
        with self._lock:
            try:
                return self._transaction(size, control, body, positions)
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise _told(self._path, error) from error

    def _transaction(self, size: int, control: bool, body: bytes, positions: Positions | None) -> int:
        self._db.execute("begin immediate")
        first = self._end()
        self._db.execute(
            "insert into entry values (?, ?, ?, ?, ?, ?)",
            (
                first,
                size,
                control,
                body,
                zlib.crc32(body),
                msgspec.json.encode(positions).decode() if positions else None,
            ),
        )
        if positions:
            self._db.executemany("insert or replace into position values (?, ?)", list(positions.items()))
        self._db.execute("commit")
        return first

    def read(self, offset: int = 0) -> Iterator[Entry]:
        """Entries from the one that holds `offset` on, in order, up to the end as it is now."""
        end, at = self.end(), offset
        while at < end:
            with self._lock:
                row = self._db.execute(
                    "select first, size, control, body, checksum, positions from entry"
                    " where first <= ? order by first desc limit 1",
                    (at,),
                ).fetchone()
            if row is None:
                raise XiezhiError(
                    f"{self._path}: no entry holds offset {at}", "restore the journal from a copy"
                )
            yield self._entry(*row)
            at = row[0] + row[1]

    def controls(self, until: int) -> Iterator[Entry]:
        """Control records with offsets below `until`, in order."""
        with self._lock:
            rows = self._db.execute(
                "select first, size, control, body, checksum, positions from entry"
                " where control = 1 and first < ? order by first",
                (until,),
            ).fetchall()
        for row in rows:
            yield self._entry(*row)

    def _entry(
        self, first: int, size: int, control: int, body: bytes, checksum: int, positions: str | None
    ) -> Entry:
        if zlib.crc32(body) != checksum:
            raise XiezhiError(
                f"{self._path}: the entry at offset {first} is damaged (its checksum is wrong)",
                "restore the journal from a copy; everything before this offset is sound",
            )
        if control:
            return Entry(first, size, control=msgspec.json.decode(body))
        return Entry(
            first, size, events=decode(body), positions=msgspec.json.decode(positions) if positions else None
        )

    def end(self) -> int:
        """The offset that the next event will get."""
        with self._lock:
            return self._end()

    def _end(self) -> int:
        row = self._db.execute("select first + size from entry order by first desc limit 1").fetchone()
        return row[0] if row else 0

    def positions(self) -> dict[str, int]:
        """The newest position of every source."""
        with self._lock:
            return dict(self._db.execute("select source, next_row from position").fetchall())

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


def _told(path: Path, error: sqlite3.Error) -> XiezhiError:
    """What a database fault means for the user. Nothing that was not durable has been acknowledged."""
    text = str(error)
    if "full" in text:
        return XiezhiError(
            f"{path}: the disk is full", "make room and start again; nothing acknowledged is lost"
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return XiezhiError(
            f"{path}: can't be written ({text})", "check the folder's owner, its rights and the mount"
        )
    if "malformed" in text or "not a database" in text:
        return XiezhiError(f"{path}: is damaged ({text})", "restore the journal from a copy")
    return XiezhiError(
        f"{path}: {text}", "see that no other program holds the file and that the disk is sound"
    )
