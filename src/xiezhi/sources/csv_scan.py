"""A compiled CSV scanner (RFC 4180, kinder): it finds records and fields in a block of bytes and judges
each record.

Kinder than the norm in that a quotation mark within a quoted field that does not end it stands for itself,
as long as the field has stayed on its line. A field whose mark is never closed spoils only the line it
begins on: scanning goes on with the next line.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.domain.batch import Int64
from xiezhi.domain.buffers import Bytes
from xiezhi.sources.slices import valid_utf8

GOOD, WRONG_COUNT, TOO_LONG, UNCLOSED, NOT_UTF8 = range(5)

_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


class Records(NamedTuple):
    """What a scan writes down for up to r records of c columns.

    Field j of record i is `data[starts[i, j]:ends[i, j]]`; `doubled[i, j]` says that marks in it are doubled.
    `begin`, `end`, `lines` and `fields` are each record's bytes, newlines before it in the block and
    number of fields found; `status` is one of the codes above.
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    doubled: npt.NDArray[np.uint8]
    begin: Int64
    end: Int64
    lines: Int64
    fields: Int64
    status: npt.NDArray[np.uint8]


def new_records(rows: int, columns: int) -> Records:
    """Room for the results of a scan."""
    shape = (rows, columns)
    begin, end, lines, fields = (np.zeros(rows, dtype=np.int64) for _ in range(4))
    starts, ends = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    doubled, status = np.zeros(shape, dtype=np.uint8), np.zeros(rows, dtype=np.uint8)
    return Records(starts, ends, doubled, begin, end, lines, fields, status)


@njit(cache=True, nogil=True)
def _next_line(data: Bytes, at: int, stop: int) -> int:
    while at < stop and data[at] != 10:
        at += 1
    return min(at + 1, stop)


@njit(cache=True, nogil=True)
def _quoted(data: Bytes, at: int, stop: int, final: bool, delimiter: int) -> tuple[int, int, bool]:
    """Scan a quoted field from after its mark: the place of the closing mark (-1: cut off by the block's
    end, -2: never closed), the newlines in it, and whether marks in it are doubled."""
    newlines, doubled = 0, False
    while at < stop:
        c = data[at]
        if c == 10:
            newlines += 1
        elif c == 34:
            if at + 1 >= stop:
                return (at if final else -1), newlines, doubled
            follow = data[at + 1]
            if follow == 34:
                doubled = True
                at += 1
            elif follow == delimiter or follow == 10 or follow == 13:
                return at, newlines, doubled
            elif newlines:
                return -2, newlines, doubled
        at += 1
    return (-2 if final else -1), newlines, doubled


@njit(cache=True, nogil=True)
def scan(data: Bytes, at: int, stop: int, final: bool, delimiter: int, max_field: int, out: Records) -> Any:
    """Scan records of `data[at:stop]` until `out` is full or no whole record is left.

    `final` says that nothing follows the block. Returns the number of records, the place after the last of
    them, and the newlines passed.
    """
    count, lines = 0, 0
    room, columns = out.starts.shape
    while at < stop and count < room:
        if data[at] == 10 or (data[at] == 13 and at + 1 < stop and data[at + 1] == 10):  # an empty line
            at += 1 if data[at] == 10 else 2
            lines += 1
            continue
        begin, column, status, newlines, marks = at, 0, 0, 0, np.uint8(0)
        while True:
            doubled = False
            if at < stop and data[at] == 34:
                start = at + 1
                close, inner, doubled = _quoted(data, start, stop, final, delimiter)
                if close == -1:
                    return count, begin, lines
                if close == -2:
                    status = 3
                    break
                newlines += inner
                end = close
                at = close + 1
                if at < stop and data[at] == 13:
                    at += 1
                    if at >= stop and not final:
                        return count, begin, lines
                    if at < stop and data[at] != 10:
                        status = 3
                        break
                marks = np.uint8(128)
            else:
                start = at
                while at < stop and data[at] != delimiter and data[at] != 10:
                    marks |= data[at]
                    at += 1
                if at >= stop and not final:
                    return count, begin, lines
                end = at
                if end > start and data[end - 1] == 13 and (at >= stop or data[at] == 10):
                    end -= 1
            if column < columns:
                out.starts[count, column] = start
                out.ends[count, column] = end
                out.doubled[count, column] = doubled
            if end - start > max_field:
                status = 2
            column += 1
            if at >= stop:
                break
            if data[at] == 10:
                at += 1
                newlines += 1
                break
            at += 1
        if status == 3:
            at = _next_line(data, begin, stop)
            newlines = 1
            if at >= stop and not final and data[stop - 1] != 10:
                return count, begin, lines
        elif status == 0 and column != columns:
            status = 1
        elif status == 0 and marks >= 128 and not valid_utf8(data, begin, at):
            status = 4
        out.begin[count], out.end[count], out.lines[count] = begin, at, lines
        out.fields[count], out.status[count] = column, status
        lines += newlines
        count += 1
    return count, at, lines
