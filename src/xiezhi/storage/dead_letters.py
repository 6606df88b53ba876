"""Rows that could not be taken in: kept with file, row and reason until someone retries them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, insert, select, update

from xiezhi.storage.database import told
from xiezhi.storage.tables import dead_letters

WAITING, RETRIED = "waiting", "retried"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One rejected row: `row` counts data rows from 0, `line` lines of a text file from 1."""

    source: str
    row: int
    line: int | None
    channel: str | None
    reason: str
    raw: str | None

    @property
    def id(self) -> str:
        """Equal for the same row of the same source, so that a repeated run adds it once."""
        return hashlib.blake2b(f"{self.source}\0{self.row}".encode(), digest_size=16).hexdigest()


def keep(database: Engine, letters: Iterable[DeadLetter]) -> None:
    """Add letters; ones that are there already stay as they are."""
    now = time.time_ns() // 1_000_000
    rows = [
        {
            "id": letter.id,
            "source": letter.source,
            "row": letter.row,
            "line": letter.line,
            "channel": letter.channel,
            "reason": letter.reason,
            "raw": letter.raw,
            "seen_at": now,
            "state": WAITING,
        }
        for letter in letters
    ]
    if rows:
        with told("dead letters"), database.begin() as connection:
            connection.execute(insert(dead_letters).prefix_with("or ignore"), rows)


def waiting(database: Engine, source: str | None = None, limit: int | None = None) -> list[DeadLetter]:
    """Letters that no one has retried, by source and row."""
    found = select(dead_letters).where(dead_letters.c.state == WAITING)
    if source is not None:
        found = found.where(dead_letters.c.source == source)
    found = found.order_by(dead_letters.c.source, dead_letters.c.row).limit(limit)
    with database.connect() as connection:
        rows = connection.execute(found).all()
    return [DeadLetter(row.source, row.row, row.line, row.channel, row.reason, row.raw) for row in rows]


def count(database: Engine) -> int:
    """How many letters wait."""
    with database.connect() as connection:
        found = select(func.count()).select_from(dead_letters).where(dead_letters.c.state == WAITING)
        return int(connection.execute(found).scalar_one())


def retried(database: Engine, letters: Sequence[DeadLetter]) -> None:
    """Note that letters were taken in after all."""
    if letters:
        with told("dead letters"), database.begin() as connection:
            for letter in letters:
                connection.execute(
                    update(dead_letters).where(dead_letters.c.id == letter.id).values(state=RETRIED)
                )
