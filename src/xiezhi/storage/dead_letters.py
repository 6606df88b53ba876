"""Rows that could not be taken in: kept with file, row and reason until someone retries them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func, insert, select, update

from xiezhi.storage.database import reading, told
from xiezhi.storage.tables import dead_letters, letter_sources

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


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter as it lies in the table."""

    letter: DeadLetter
    seen_at: int
    state: str


@dataclass(frozen=True, slots=True)
class CsvReading:
    """How the rows of a CSV file were to be read: `mapping` is field -> column, `time_unit` as in its options."""

    columns: tuple[str, ...]
    delimiter: str = ","
    mapping: Mapping[str, str] = field(default_factory=dict)
    time_unit: str | None = None


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


def keep_reading(database: Engine, source: str, how: CsvReading) -> None:
    """Note how a CSV source is read, so that its letters can be read again without it."""
    row = {
        "source": source,
        "columns": json.dumps(how.columns, ensure_ascii=False),
        "delimiter": how.delimiter,
        "mapping": json.dumps(dict(how.mapping), ensure_ascii=False),
        "time_unit": how.time_unit,
    }
    with told("dead letters"), database.begin() as connection:
        connection.execute(insert(letter_sources).prefix_with("or replace").values(row))


def reading_of(database: Engine, source: str) -> CsvReading | None:
    """How a CSV source was read; None for other sources, and where nobody noted it."""
    with reading(database) as connection:
        found = connection.execute(select(letter_sources).where(letter_sources.c.source == source)).first()
    if found is None:
        return None
    columns, mapping = json.loads(found.columns), json.loads(found.mapping)
    return CsvReading(tuple(columns), found.delimiter, mapping, found.time_unit)


def waiting(database: Engine, source: str | None = None, limit: int | None = None) -> list[DeadLetter]:
    """Letters that no one has retried, by source and row."""
    return [each.letter for each in page(database, source, WAITING, limit)]


def page(
    database: Engine,
    source: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: tuple[str, int] | None = None,
) -> list[KeptLetter]:
    """Letters by source and row; `after` is (source, row) of the last one seen."""
    found = select(dead_letters)
    if source is not None:
        found = found.where(dead_letters.c.source == source)
    if state is not None:
        found = found.where(dead_letters.c.state == state)
    if after is not None:
        same, later = dead_letters.c.source == after[0], dead_letters.c.source > after[0]
        found = found.where(later | (same & (dead_letters.c.row > after[1])))
    found = found.order_by(dead_letters.c.source, dead_letters.c.row).limit(limit)
    with reading(database) as connection:
        return [_kept(row) for row in connection.execute(found)]


def find(database: Engine, id: str) -> KeptLetter | None:
    """One letter, None where there is none."""
    with reading(database) as connection:
        row = connection.execute(select(dead_letters).where(dead_letters.c.id == id)).first()
    return None if row is None else _kept(row)


def sources(database: Engine) -> dict[str, int]:
    """How many letters of each source wait."""
    found = (
        select(dead_letters.c.source, func.count())
        .where(dead_letters.c.state == WAITING)
        .group_by(dead_letters.c.source)
        .order_by(dead_letters.c.source)
    )
    with reading(database) as connection:
        return {source: int(number) for source, number in connection.execute(found)}


def count(database: Engine) -> int:
    """How many letters wait."""
    with reading(database) as connection:
        found = select(func.count()).select_from(dead_letters).where(dead_letters.c.state == WAITING)
        return int(connection.execute(found).scalar_one())


def retried(database: Engine, letters: Sequence[DeadLetter]) -> None:
    """Note that letters were taken in after all."""
    if letters:
        with told("dead letters"), database.begin() as connection:
            mark_retried(connection, [letter.id for letter in letters])


def mark_retried(connection: Connection, ids: Sequence[str]) -> None:
    """The same within a transaction, by ids."""
    for id in ids:
        connection.execute(update(dead_letters).where(dead_letters.c.id == id).values(state=RETRIED))


def _kept(row: object) -> KeptLetter:
    names = ("source", "row", "line", "channel", "reason", "raw")
    letter = DeadLetter(*(getattr(row, name) for name in names))
    return KeptLetter(letter, row.seen_at, row.state)  # type: ignore[attr-defined]
