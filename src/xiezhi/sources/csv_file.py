"""CSV files as sources."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.domain.buffers import Bytes
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import bind
from xiezhi.sources.convert import convert
from xiezhi.sources.csv_blocks import Scanned, scanned_blocks
from xiezhi.sources.csv_scan import GOOD, NOT_UTF8, TOO_LONG, UNCLOSED, WRONG_COUNT, new_records, scan
from xiezhi.sources.infer import infer_channel
from xiezhi.sources.inputs import ByteInput, in_utf8
from xiezhi.sources.slices import text_of_slices
from xiezhi.sources.source import CHUNK_ROWS, MAX_FIELD, BadRow, Chunk, SourceOptions

RAW = 65_536
MAX_COLUMNS = 4096
_CELLS = 4_000_000  # of records held at a time
_DELIMITERS = ",\t;|"
_REASONS = {
    TOO_LONG: f"has a value longer than {MAX_FIELD:,} bytes",
    UNCLOSED: "has a quotation mark that is not closed",
    NOT_UTF8: "is not UTF-8",
}


class CsvSource:
    """A CSV file with a header line. Empty fields are missing values; empty lines are no rows; a column
    without a name is a mere row number and is left out."""

    def __init__(
        self,
        data: ByteInput,
        stem: str,
        channel: EventSchema | None,
        mapping: Mapping[str, str],
        options: SourceOptions,
        schemas: Mapping[str, EventSchema],
    ) -> None:
        self._data = data
        self._options = options
        self._encoding = _known_encoding(options.encoding)
        self._delimiter, self.columns = self._header()
        named = [name for name in self.columns if name]
        self._channel = channel or infer_channel(stem, named, mapping, schemas, data.name)
        self._binding = bind(self._channel, named, mapping, data.name)
        wanted = {*self._binding.columns.values(), *self._binding.extra}
        self._wanted = {name: place for place, name in enumerate(self.columns) if name in wanted}

    @property
    def name(self) -> str:
        """The file's path as given."""
        return self._data.name

    @property
    def channel(self) -> EventSchema:
        """The channel that its rows are events of."""
        return self._channel

    @property
    def delimiter(self) -> str:
        """The mark between two values."""
        return chr(self._delimiter)

    def chunks(self, start_row: int = 0, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """See `Source.chunks`."""
        width = len(self.columns)
        room = max(1, min(rows, _CELLS // width))
        row = -1  # the header
        for part in scanned_blocks(self._blocks(), self._delimiter, width, room, MAX_FIELD):
            first = max(start_row - row, 0) if row >= 0 else max(start_row, 0) + 1
            if first < part.count:
                yield self._chunk(part, first, row)
            row += part.count

    def _blocks(self) -> Iterator[bytes]:
        blocks = self._data.blocks()
        return blocks if self._encoding is None else in_utf8(blocks, self._encoding)

    def _header(self) -> tuple[int, list[str]]:
        head = self._data.peek()
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and self._encoding is None:
            raise XiezhiError(f"{self.name}: is in UTF-16", "give its encoding: --encoding utf-16")
        if self._encoding is not None:
            head = next(in_utf8(iter([head]), self._encoding))
        head = head.removeprefix(codecs.BOM_UTF8)
        line = head.lstrip(b"\r\n").partition(b"\n")[0]
        if not line.strip():
            raise XiezhiError(
                f"{self.name}: is empty", "a CSV file begins with a line that names its columns"
            )
        delimiter = ord(
            self._options.delimiter or max(_DELIMITERS, key=lambda mark: line.count(mark.encode()))
        )
        found = new_records(1, MAX_COLUMNS)
        data = np.frombuffer(head, dtype=np.uint8)
        count, _, _ = scan(data, 0, len(data), True, delimiter, MAX_FIELD, found)
        if not count or found.status[0] not in (GOOD, WRONG_COUNT) or found.fields[0] > MAX_COLUMNS:
            raise XiezhiError(
                f"{self.name}:1: the header cannot be read", "check that it is text, and its quotation marks"
            )
        return delimiter, self._names(head, found, int(found.fields[0]))

    def _names(self, head: bytes, found: Any, width: int) -> list[str]:
        names = []
        for place in range(width):
            octets = head[found.starts[0, place] : found.ends[0, place]]
            if found.doubled[0, place]:
                octets = octets.replace(b'""', b'"')
            try:
                names.append(octets.decode().strip())
            except UnicodeDecodeError:
                cure = "save it as UTF-8, or give its encoding: --encoding gb18030"
                raise XiezhiError(f"{self.name}:1: the header is not UTF-8", cure) from None
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise XiezhiError(f"{self.name}:1: two columns are called `{twice[0]}`", "rename one of them")
        return names

    def _chunk(self, part: Scanned, first: int, row: int) -> Chunk:
        """Records `first` to `part.count`, the first record of the part being row `row`."""
        records = part.records
        good = first + np.flatnonzero(records.status[first : part.count] == GOOD)
        columns = {name: _column(part, good, place) for name, place in self._wanted.items()}
        converted = convert(self._channel, self._binding, columns, len(good), self._options)
        reasons = {int(good[place]): reason for place, reason in converted.faults.items()}
        for place in (first + np.flatnonzero(records.status[first : part.count] != GOOD)).tolist():
            reasons[place] = self._reason(part, place)
        bad = [self._bad_row(part, place, row, reasons[place]) for place in sorted(reasons)]
        return Chunk(converted.table, row + good[converted.kept], bad, row + part.count)

    def _reason(self, part: Scanned, place: int) -> str:
        status = int(part.records.status[place])
        if status == WRONG_COUNT:
            return f"has {part.records.fields[place]} columns instead of {len(self.columns)}"
        return _REASONS[status]

    def _bad_row(self, part: Scanned, place: int, row: int, reason: str) -> BadRow:
        records = part.records
        octets = bytes(
            part.data[records.begin[place] : min(records.end[place], records.begin[place] + 4 * RAW)]
        )
        raw = octets.decode(errors="replace").rstrip("\r\n")[:RAW]
        return BadRow(self.name, row + place, part.line + int(records.lines[place]), reason, raw)


def _column(part: Scanned, good: Int64, place: int) -> pa.StringArray:
    records = part.records
    data: Bytes = part.data
    return text_of_slices(
        data, records.starts[good, place], records.ends[good, place], records.doubled[good, place]
    )


def _known_encoding(encoding: str) -> str | None:
    """None for UTF-8; `XiezhiError` when Python does not know the encoding."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        cure = "such as utf-8, gb18030, big5 or utf-16"
        raise XiezhiError(f"`{encoding}` is no encoding that is known", cure) from None
    return None if name in ("utf-8", "ascii", "utf-8-sig") else name
