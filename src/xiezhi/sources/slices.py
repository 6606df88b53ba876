"""Text columns made from, and checked as, slices of bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.domain.batch import Int64
from xiezhi.domain.buffers import Bytes, is_missing, text_buffers


@njit(cache=True, nogil=True)
def valid_utf8(data: Bytes, at: int, end: int) -> bool:
    """Whether bytes are well-formed UTF-8 (Unicode 15, table 3-7)."""
    while at < end:
        c = data[at]
        if c < 128:
            at += 1
            continue
        if 194 <= c <= 223:
            more, low, high = 1, 128, 191
        elif c == 224:
            more, low, high = 2, 160, 191
        elif c == 237:
            more, low, high = 2, 128, 159
        elif 225 <= c <= 239:
            more, low, high = 2, 128, 191
        elif c == 240:
            more, low, high = 3, 144, 191
        elif 241 <= c <= 243:
            more, low, high = 3, 128, 191
        elif c == 244:
            more, low, high = 3, 128, 143
        else:
            return False
        if at + more >= end or not low <= data[at + 1] <= high:
            return False
        for i in range(2, more + 1):
            if not 128 <= data[at + i] <= 191:
                return False
        at += more + 1
    return True


@njit(cache=True, nogil=True)
def _utf8_rows(data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, bad: Any) -> None:
    for row in range(len(bad)):
        bad[row] = not is_missing(validity, first + row) and not valid_utf8(
            data, offsets[row], offsets[row + 1]
        )


def utf8_faults(column: Any) -> Int64:
    """The rows of a string column that are not UTF-8, ascending."""
    buffers = text_buffers(column)
    bad = np.empty(len(column), dtype=np.bool_)
    _utf8_rows(buffers.data, buffers.offsets, buffers.validity, buffers.first, bad)
    return np.flatnonzero(bad)


@njit(cache=True, nogil=True)
def _plain_rows(data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, plain: Any) -> None:
    for row in range(len(plain)):
        if is_missing(validity, first + row):
            plain[row] = True
            continue
        start, end = offsets[row], offsets[row + 1]
        digits, fine = False, 0 < end - start <= 256
        for at in range(start, end):
            c = data[at]
            fine = fine and 33 <= c <= 126 and c != 35
            digits = digits or 48 <= c <= 57
        plain[row] = fine and digits


def plain_codes(column: Any) -> npt.NDArray[np.bool_]:
    """Rows that surely hold a code as it should be: missing, or 1 to 256 printable ASCII characters
    without blank or `#`, a digit among them (so that it is no word for "missing"): bool[n]."""
    buffers = text_buffers(column)
    plain = np.empty(len(column), dtype=np.bool_)
    _plain_rows(buffers.data, buffers.offsets, buffers.validity, buffers.first, plain)
    return plain


@njit(cache=True, nogil=True)
def _sizes(data: Bytes, starts: Int64, ends: Int64, doubled: Any, offsets: npt.NDArray[np.int32]) -> int:
    total = 0
    for row in range(len(starts)):
        size = ends[row] - starts[row]
        if doubled[row]:
            at = starts[row]
            while at + 1 < ends[row]:
                if data[at] == 34 and data[at + 1] == 34:
                    size -= 1
                    at += 1
                at += 1
        total += size
        offsets[row + 1] = total
    return total


@njit(cache=True, nogil=True)
def _copy(data: Bytes, starts: Int64, ends: Int64, doubled: Any, offsets: Any, out: Bytes) -> None:
    for row in range(len(starts)):
        to, at, end = offsets[row], starts[row], ends[row]
        if not doubled[row]:
            for i in range(end - at):
                out[to + i] = data[at + i]
            continue
        while at < end:
            out[to] = data[at]
            to += 1
            at += 2 if data[at] == 34 and at + 1 < end and data[at + 1] == 34 else 1


def text_of_slices(data: Bytes, starts: Int64, ends: Int64, doubled: npt.NDArray[np.uint8]) -> pa.StringArray:
    """The texts `data[starts[i]:ends[i]]`, missing where empty; where `doubled`, two quotation marks stand
    for one. The bytes must be UTF-8 and less than 2 GiB in all."""
    rows = len(starts)
    offsets = np.zeros(rows + 1, dtype=np.int32)
    out = np.empty(_sizes(data, starts, ends, doubled, offsets), dtype=np.uint8)
    _copy(data, starts, ends, doubled, offsets, out)
    present = offsets[1:] > offsets[:-1]
    validity = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(out), validity)
