"""The ledger: every verdict, hash-chained so that tampering shows.

An entry's hash is SHA-256 of the hash before it and its own bytes. An event that the ledger passes over was
allowed with a score below what counts as a verdict: entries are in order of offset, so leaving one out or
slipping one in breaks the chain, and the head stands for all decisions up to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa
from sqlalchemy import Connection, Engine, insert, select

from xiezhi.storage.database import reading
from xiezhi.storage.tables import ledger

GENESIS = "0" * 64
"""The head of an empty chain."""


def chain(head: str, entries: Sequence[tuple[int, bytes]]) -> str:
    """The head after some entries (offset, bytes)."""
    state = bytes.fromhex(head)
    for _, body in entries:
        state = hashlib.sha256(state + body).digest()
    return state.hex()


def append(connection: Connection, head: str, entries: Sequence[tuple[int, bytes]]) -> str:
    """Write entries behind `head`; returns the new head."""
    if not entries:
        return head
    after = chain(head, entries)
    body = b"\n".join(body for _, body in entries)
    packed = pa.compress(body, codec="zstd", asbytes=True)
    connection.execute(
        insert(ledger).values(
            first=entries[0][0],
            last=entries[-1][0],
            entries=len(entries),
            body=len(body).to_bytes(8, "little") + packed,
            before=head,
            head=after,
        )
    )
    return after


def _lines(body: bytes) -> list[bytes]:
    size = int.from_bytes(body[:8], "little")
    text: bytes = pa.decompress(body[8:], size, codec="zstd", asbytes=True)
    return text.split(b"\n")


@dataclass(frozen=True, slots=True)
class Check:
    """What a verification found. `broken_at` is the offset of the first block that does not fit."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""


def verify(engine: Engine, expected_head: str) -> Check:
    """Hash the whole ledger again and compare it with the stored heads and `expected_head`."""
    head, count = GENESIS, 0
    with engine.connect() as connection:
        for row in connection.execute(select(ledger).order_by(ledger.c.first)).yield_per(64):
            try:
                lines = _lines(row.body)
            except (pa.ArrowException, OSError, ValueError, OverflowError):
                return Check(count, head, row.first, "the block's bytes can't be unpacked")
            if row.before != head:
                return Check(count, head, row.first, "the block does not follow the one before it")
            head = chain(head, [(0, line) for line in lines])
            if head != row.head or len(lines) != row.entries:
                return Check(count, head, row.first, "an entry was changed, added or taken out")
            count += len(lines)
    if head != expected_head:
        return Check(count, head, None, "the last blocks are missing")
    return Check(count, head)


def entries(engine: Engine, first: int = 0, newest_first: bool = False) -> Iterator[dict[str, Any]]:
    """Entries from offset `first` on, oldest or newest first."""
    order = ledger.c.first.desc() if newest_first else ledger.c.first
    with engine.connect() as connection:
        for row in connection.execute(
            select(ledger.c.body).where(ledger.c.last >= first).order_by(order)
        ).yield_per(16):
            lines = _lines(row.body)
            for line in reversed(lines) if newest_first else lines:
                entry = msgspec.json.decode(line)
                if entry["offset"] >= first:
                    yield entry


def newest(engine: Engine, most: int) -> Iterator[bytes]:
    """The newest entries as JSON, newest first, at most about `most` of them. Makes no writer wait."""
    found = 0
    with reading(engine) as connection:
        for row in connection.execute(select(ledger.c.body).order_by(ledger.c.first.desc())).yield_per(16):
            lines = _lines(row.body)
            yield from reversed(lines)
            found += len(lines)
            if found >= most:
                return


def find(engine: Engine, offset: int) -> dict[str, Any] | None:
    """The entry of one event, None where there was no verdict on it."""
    with engine.connect() as connection:
        row = connection.execute(
            select(ledger.c.body).where(ledger.c.first <= offset, ledger.c.last >= offset)
        ).first()
    for line in _lines(row.body) if row else ():
        entry: dict[str, Any] = msgspec.json.decode(line)
        if entry["offset"] == offset:
            return entry
    return None


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and where it stands: in the block from offset `first` to `last` with the chain's `head` after it, at
    `position` counted from 0."""

    entry: dict[str, Any]
    first: int
    last: int
    head: str
    position: int


def placed(engine: Engine, offsets: Iterable[int]) -> dict[int, Placed]:
    """The entries of some events by offset; events without a verdict are left out."""
    wanted = sorted(set(offsets), reverse=True)
    found: dict[int, Placed] = {}
    with reading(engine) as connection:
        while wanted:
            near = select(ledger).where(ledger.c.first <= wanted[0]).order_by(ledger.c.first.desc()).limit(1)
            row = connection.execute(near).first()
            if row is None:
                break
            here = {offset for offset in wanted if row.first <= offset <= row.last}
            for position, line in enumerate(_lines(row.body) if here else ()):
                # Every entry begins so; reading only those wanted spares the rest of the block.
                offset = int(line[line.index(b":") + 1 : line.index(b",")])
                if offset in here:
                    found[offset] = Placed(msgspec.json.decode(line), row.first, row.last, row.head, position)
            wanted = [offset for offset in wanted if offset < row.first]
    return found
