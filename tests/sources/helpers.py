"""What the tests of sources share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.base import load_knowledge
from xiezhi.sources import BadRow, Chunk, Source, open_source
from xiezhi.sources.convert import joined

SCHEMAS = load_knowledge().schemas
CALL, MESSAGE, TRANSFER, VISIT = (SCHEMAS[name] for name in ("call", "message", "transfer", "visit"))
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_all(
    source: Source, start_row: int = 0, rows: int = 65_536
) -> tuple[pa.RecordBatch, list[int], list[BadRow]]:
    """The whole table, the row numbers and the bad rows of a source; chunks must follow each other."""
    tables, numbers, bad, end = [], [], [], start_row
    for chunk in source.chunks(start_row, rows):
        assert chunk.table.schema.equals(source.channel.arrow)
        assert chunk.table.num_rows <= rows
        chunk.table.validate(full=True)
        here = sorted([*chunk.rows.tolist(), *(row.row for row in chunk.bad)])
        assert here == list(range(end, chunk.next_row))
        end = chunk.next_row
        tables.append(chunk.table)
        numbers += chunk.rows.tolist()
        bad += chunk.bad
    return joined(tables) if tables else source.channel.arrow.empty_table().combine_chunks(), numbers, bad


def read_text(
    folder: Path, name: str, content: str | bytes, **settings: Any
) -> tuple[list[dict[str, Any]], list[BadRow]]:
    """Rows (without what is missing) and bad rows of a file with this content."""
    table, _, bad = read_all(open_source(written(folder, name, content), **settings))
    return present(table), bad


def present(table: pa.RecordBatch) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in table.to_pylist()]


class Memory:
    """A source of given chunks, for tests of merging."""

    def __init__(
        self, name: str, channel: EventSchema, times: Iterable[int], bad: set[int], cuts: int
    ) -> None:
        self.name, self.channel = name, channel
        self.times, self.bad, self.cuts = list(times), bad, cuts

    def chunks(self, start_row: int = 0, rows: int = 65_536) -> Iterator[Chunk]:
        size = min(rows, self.cuts)
        for start in range(start_row, len(self.times), size):
            numbers = range(start, min(start + size, len(self.times)))
            good = [number for number in numbers if number not in self.bad]
            values: dict[str, Any] = {
                "ts": pa.array([self.times[number] for number in good], pa.int64()),
                "id": pa.array([f"{self.name}:{number}" for number in good], pa.string()),
            }
            arrays = [values.get(f.name, pa.nulls(len(good), f.type)) for f in self.channel.arrow]
            table = pa.RecordBatch.from_arrays(arrays, schema=self.channel.arrow)
            bad = [BadRow(self.name, number, None, "bad", "") for number in numbers if number in self.bad]
            yield Chunk(table, np.array(good, dtype=np.int64), bad, numbers[-1] + 1)
