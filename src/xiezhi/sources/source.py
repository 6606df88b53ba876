"""What a source of events gives: chunks of canonical columns, and the rows that did not fit with their
reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.domain.schema import EventSchema

UNDATED = 946_699_200_000
"""2000-01-01 12:00 in China, in milliseconds: when events happened whose source does not say."""

CHUNK_ROWS = 65_536
MAX_FIELD = 1_000_000
"""Bytes that one value may have."""

TIME_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Milliseconds in the units that plain numbers in a time column may count."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How to read what a file leaves open.

    `time_unit` (one of `TIME_UNITS`) is what plain numbers in the time column count from 1970-01-01 UTC; None
    tells by size. `undated` (ms) is the time of events without one. `encoding` is that of CSV files.
    `delimiter` of CSV is guessed from the header unless given.
    """

    time_unit: str | None = None
    undated: int = UNDATED
    encoding: str = "utf-8"
    delimiter: str | None = None

    @property
    def unit_ms(self) -> int:
        """Milliseconds a plain number counts, 0 for "by size"."""
        return TIME_UNITS[self.time_unit] if self.time_unit else 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no event. `row` is its number among the data rows from 0, `line` the line of the file it
    begins on from 1 (None where a file has no lines), `raw` its text, cut after 65,536 characters."""

    file: str
    row: int
    line: int | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows of a source.

    `table` has the channel's canonical schema; `rows` (int64[table.num_rows], ascending) are the numbers of
    its rows in the source; `bad` are the rows between that did not fit; `next_row` is the number after the
    last row that the chunk covers.
    """

    table: pa.RecordBatch
    rows: Int64
    bad: list[BadRow] = field(default_factory=list)
    next_row: int = 0


class Source(Protocol):
    """Events of one channel from one place, readable again from any row (standard input only once)."""

    @property
    def name(self) -> str:
        """What tells it from other sources: its path as given."""
        ...

    @property
    def channel(self) -> EventSchema:
        """The channel that its rows are events of."""
        ...

    def chunks(self, start_row: int = 0, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The rows from `start_row` on in order, in chunks of at most `rows`. How rows are cut into chunks
        has no meaning. Raises `XiezhiError` where the file as a whole cannot be read on."""
        ...
