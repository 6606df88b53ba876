"""Blocks of a CSV file with their records marked; a record may reach over blocks."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xiezhi.domain.buffers import Bytes
from xiezhi.sources.csv_scan import TOO_LONG, Records, new_records, scan

MAX_RECORD = 1 << 23
"""Bytes of a record that are held while its end is looked for."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The first `count` entries of `records` are consecutive records of the file within `data`; `line` is
    the line of the file (from 1) that the record with `lines` 0 begins on. Good until the next one is
    asked for."""

    data: Bytes
    records: Records
    count: int
    line: int


def scanned_blocks(
    blocks: Iterator[bytes], delimiter: int, columns: int, room: int, max_field: int
) -> Iterator[Scanned]:
    """Scan a file in parts of at most `room` records; the header is the first record. A record of which
    more than `MAX_RECORD` bytes show no end is given up: it is too long, and scanning goes on with the
    next line."""
    records = new_records(room, columns)
    rest, line, first, lost = b"", 1, True, b""
    for block in _with_end(blocks):
        final = block is None
        if first and block:
            block, first = block.removeprefix(codecs.BOM_UTF8), False
        if lost:
            _, newline, after = (block or b"").partition(b"\n")
            if not newline and not final:
                continue
            yield _given_up(lost, records, line)
            rest, lost, line = after, b"", line + 1
        else:
            rest += block or b""
        data = np.frombuffer(rest, dtype=np.uint8)
        at = 0
        while at < len(data):
            count, end, newlines = scan(data, at, len(data), final, delimiter, max_field, records)
            if count:
                yield Scanned(data, records, count, line)
            line += newlines
            if (not count and end == at) or (not count and len(data) - end > MAX_RECORD):
                at = end
                if final or len(data) - at <= MAX_RECORD:
                    break
                newline_at = rest.find(b"\n", at)
                if newline_at < 0:
                    lost, at = rest[at : at + (1 << 18)], len(data)
                    break
                yield _given_up(rest[at : min(newline_at, at + (1 << 18))], records, line)
                at, line = newline_at + 1, line + 1
            else:
                at = end
        rest = rest[at:]


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    yield from blocks
    yield None


def _given_up(beginning: bytes, records: Records, line: int) -> Scanned:
    records.begin[0], records.end[0], records.lines[0] = 0, len(beginning), 0
    records.fields[0], records.status[0] = 0, TOO_LONG
    return Scanned(np.frombuffer(beginning, dtype=np.uint8), records, 1, line)
