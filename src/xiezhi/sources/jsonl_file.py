"""Files of one JSON object a line as sources."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
import numpy as np

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import bind
from xiezhi.sources.infer import infer_channel
from xiezhi.sources.inputs import ByteInput
from xiezhi.sources.rows import RowReader
from xiezhi.sources.source import CHUNK_ROWS, BadRow, Chunk, SourceOptions

MAX_LINE = 1 << 23
"""Bytes a line may have."""

_LOOKED_AT = 1000
_RAW = 65_536
_decoder = msgspec.json.Decoder()

Line = tuple[int, bytes, bool]
"""Line number from 1, its bytes, and whether it was cut for being too long."""


class JsonlSource:
    """JSON lines. Lines with different keys are read each by its own keys; empty lines are no rows."""

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
        keys = self._keys()
        self._channel = channel or infer_channel(stem, keys, mapping, schemas, data.name)
        bind(self._channel, keys, mapping, data.name)
        self._reader = RowReader(self._channel, mapping, options)

    @property
    def name(self) -> str:
        """The file's path as given."""
        return self._data.name

    @property
    def channel(self) -> EventSchema:
        """The channel that its rows are events of."""
        return self._channel

    def chunks(self, start_row: int = 0, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """See `Source.chunks`."""
        row = start_row
        batch: list[Line] = []
        size = 0
        for line in islice(_lines(self._data.blocks()), start_row, None):
            batch.append(line)
            size += len(line[1])
            if len(batch) >= rows or size >= MAX_LINE:
                yield self._chunk(batch, row)
                row += len(batch)
                batch, size = [], 0
        if batch:
            yield self._chunk(batch, row)

    def _keys(self) -> list[str]:
        """The keys of the first lines that are objects."""
        keys: dict[str, None] = {}
        objects = 0
        for _, line, _ in islice(_lines(iter([self._data.peek()])), _LOOKED_AT):
            value, _ = _value(line)
            if isinstance(value, dict):
                keys.update(dict.fromkeys(value))
                objects += 1
        if not objects:
            raise XiezhiError(
                f"{self.name}: holds no JSON object", 'every line must be one JSON object, such as {"ts": 1}'
            )
        return list(keys)

    def _chunk(self, batch: list[Line], row: int) -> Chunk:
        values, reasons = _decoded(batch)
        good = np.delete(np.arange(len(batch)), list(reasons))
        read = self._reader.read([values[place] for place in good] if reasons else values)
        reasons.update({int(good[place]): reason for place, reason in read.faults.items()})
        bad = []
        for place in sorted(reasons):
            number, line, _ = batch[place]
            bad.append(
                BadRow(self.name, row + place, number, reasons[place], line.decode(errors="replace")[:_RAW])
            )
        return Chunk(read.table, row + good[read.kept], bad, row + len(batch))


def _decoded(batch: list[Line]) -> tuple[list[Any], dict[int, str]]:
    """The values of lines, and by place why there is none."""
    decode = _decoder.decode
    if not any(cut for _, _, cut in batch):
        try:
            return [decode(line) for _, line, _ in batch], {}
        except (ValueError, RecursionError):
            pass  # found below
    values, reasons = [], {}
    for place, (_, line, cut) in enumerate(batch):
        value, reason = (None, f"is longer than {MAX_LINE:,} bytes") if cut else _value(line)
        values.append(value)
        if reason:
            reasons[place] = reason
    return values, reasons


def _value(line: bytes) -> tuple[Any, str]:
    """A line's value, or why there is none."""
    try:
        return _decoder.decode(line), ""
    except RecursionError:
        return None, "is nested too deeply"
    except ValueError as error:  # msgspec's own and Unicode's
        return None, f"is no JSON: {error}"


def _lines(blocks: Iterator[bytes]) -> Iterator[Line]:
    """The lines that are not empty. What goes beyond `MAX_LINE` bytes of a line is dropped."""
    rest, number, first, cut = b"", 1, True, False
    for block in blocks:
        if first:
            block, first = block.removeprefix(codecs.BOM_UTF8), False
        *whole, last = block.split(b"\n")
        for line in whole:
            line, rest = rest + line if not cut else rest, b""
            if cut or len(line) > MAX_LINE:
                yield number, line[:_RAW], True
            elif line.strip():
                yield number, line, False
            number, cut = number + 1, False
        if not cut:
            rest += last
            if len(rest) > MAX_LINE:
                rest, cut = rest[:_RAW], True
    if cut or rest.strip():
        yield number, rest, cut
