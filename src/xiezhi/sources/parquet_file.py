"""Parquet files as sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import bind
from xiezhi.sources.convert import Converted, convert, recheck
from xiezhi.sources.extra import json_text
from xiezhi.sources.infer import infer_channel
from xiezhi.sources.inputs import unreadable
from xiezhi.sources.source import CHUNK_ROWS, BadRow, Chunk, SourceOptions

_RAW = 65_536


class ParquetSource:
    """A Parquet file. One with the channel's canonical schema is taken at its word but for identifiers,
    texts and missing values; other layouts are mapped and converted like any file's."""

    def __init__(
        self,
        name: str,
        channel: EventSchema | None,
        mapping: Mapping[str, str],
        options: SourceOptions,
        schemas: Mapping[str, EventSchema],
    ) -> None:
        self._name = name
        self._options = options
        with self._open() as file:
            self._schema = file.schema_arrow
        columns = [column for column in self._schema.names if column]
        self._channel = channel or infer_channel(Path(name).stem, columns, mapping, schemas, name)
        self._binding = bind(self._channel, columns, mapping, name)
        self._canonical = self._schema.equals(self._channel.arrow) and not mapping

    @property
    def name(self) -> str:
        """The file's path as given."""
        return self._name

    @property
    def channel(self) -> EventSchema:
        """The channel that its rows are events of."""
        return self._channel

    def chunks(self, start_row: int = 0, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """See `Source.chunks`. Groups of rows that lie before `start_row` are not read."""
        with self._open() as file:
            row, groups = 0, list(range(file.metadata.num_row_groups))
            while groups and row + file.metadata.row_group(groups[0]).num_rows <= start_row:
                row += file.metadata.row_group(groups.pop(0)).num_rows
            batches = file.iter_batches(batch_size=rows, row_groups=groups)
            while groups and (batch := self._next(batches)) is not None:
                skipped = min(max(start_row - row, 0), batch.num_rows)
                if skipped < batch.num_rows:
                    yield self._chunk(batch.slice(skipped), row + skipped)
                row += batch.num_rows

    def _open(self) -> Any:
        try:
            return pq.ParquetFile(self._name)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self._name, error) from None

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self._name, error) from None

    def _chunk(self, batch: Any, row: int) -> Chunk:
        read = self._read(batch)
        bad = [
            BadRow(self._name, row + place, None, read.faults[place], self._raw(batch, place))
            for place in sorted(read.faults)
        ]
        return Chunk(read.table, row + read.kept, bad, row + batch.num_rows)

    def _read(self, batch: Any) -> Converted:
        if self._canonical:
            table = pa.RecordBatch.from_arrays(batch.columns, schema=self._channel.arrow)
            return recheck(self._channel, table, self._options)
        columns = {name: batch.column(place) for place, name in enumerate(self._schema.names)}
        return convert(self._channel, self._binding, columns, batch.num_rows, self._options)

    def _raw(self, batch: Any, place: int) -> str:
        row: dict[str, Any] = {}
        for at, name in enumerate(self._schema.names):
            value = batch.column(at)[place]
            try:
                row[name] = value.as_py()
            except (ValueError, OverflowError):
                row[name] = (
                    str(value.cast(pa.binary()).as_py()) if pa.types.is_string(value.type) else str(value)
                )
        present = {name: value for name, value in row.items() if value is not None}
        return json_text(present)[:_RAW]
