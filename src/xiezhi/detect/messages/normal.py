"""Texts in normal form: full-width, circled and other compatibility characters made plain, invisible
characters taken out. Letter case is kept, for the masks of published corpora are written in capitals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.detect.messages.characters import LIMIT, LONGEST, character_tables
from xiezhi.domain.buffers import text_buffers

Points = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NormalTexts:
    """n texts as code points: text i is `points[offsets[i]:offsets[i + 1]]` (a missing text is empty)."""

    points: Points
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def searchable(self) -> tuple[npt.NDArray[np.uint8], Offsets]:
        """The same texts to look words up in: UTF-8 bytes with int64[n + 1] offsets, letters in lower case,
        spaces only between Latin words, for a space within Chinese words hides them from a search."""
        data, offsets = _searchable(self.points, self.offsets, character_tables().letter)
        return data, offsets

    def text(self, row: int) -> str:
        """One text as a Python string."""
        return "".join(map(chr, self.points[self.offsets[row] : self.offsets[row + 1]].tolist()))


def normalise(texts: pa.Array) -> NormalTexts:
    """Normal form of an Arrow string array of n texts. Malformed UTF-8 cannot occur in a valid array."""
    data, starts, stops = _bounds(texts)
    tables = character_tables()
    return NormalTexts(*_normalise(data, starts, stops, tables.normal, tables.expansion))


def _bounds(texts: Any) -> tuple[npt.NDArray[np.uint8], Offsets, Offsets]:
    """Bytes of a string array with int64[n] starts and stops into them; missing texts are empty.

    All three are read-only, so that one compiled kernel serves every caller.
    """
    data, places, validity, first = text_buffers(texts)
    offsets = places.astype(np.int64, copy=False)
    starts, stops = offsets[:-1], offsets[1:]
    if len(validity):
        bits = np.unpackbits(validity, bitorder="little")
        stops = np.where(bits[first : first + len(starts)], stops, starts)
    views = data.view(), starts.view(), stops.view()
    for array in views:
        array.flags.writeable = False
    return views


@njit(cache=True, nogil=True, inline="always")
def _decode(data: Any, at: int) -> Any:
    """Code point at a byte position and its number of bytes (RFC 3629; input is valid UTF-8)."""
    first = np.int64(data[at])
    if first < 0x80:
        return first, 1
    if first < 0xE0:
        return (first & 0x1F) << 6 | (np.int64(data[at + 1]) & 0x3F), 2
    if first < 0xF0:
        middle = (np.int64(data[at + 1]) & 0x3F) << 6
        return (first & 0x0F) << 12 | middle | (np.int64(data[at + 2]) & 0x3F), 3
    high = (np.int64(data[at + 1]) & 0x3F) << 12 | (np.int64(data[at + 2]) & 0x3F) << 6
    return (first & 0x07) << 18 | high | (np.int64(data[at + 3]) & 0x3F), 4


@njit(cache=True, nogil=True)
def _normalise(data: Any, starts: Any, stops: Any, normal: Any, expansion: Any) -> Any:
    total = 0
    for row in range(len(starts)):
        total += stops[row] - starts[row]
    points = np.empty(LONGEST * total, dtype=np.uint32)
    offsets = np.empty(len(starts) + 1, dtype=np.int64)
    offsets[0] = 0
    out = 0
    for row in range(len(starts)):
        at = starts[row]
        stop = stops[row]
        while at < stop:
            code, size = _decode(data, at)
            at += size
            form = normal[code] if code < LIMIT else 0
            if form > 0:
                points[out] = form
                out += 1
            elif form < 0:
                place = -form - 1
                while expansion[place] != 0:
                    points[out] = expansion[place]
                    out += 1
                    place += 1
        offsets[row + 1] = out
    return points[:out], offsets


@njit(cache=True, nogil=True)
def _searchable(points: Any, offsets: Any, letter: Any) -> Any:
    data = np.empty(4 * len(points), dtype=np.uint8)
    ends = np.empty(len(offsets), dtype=np.int64)
    ends[0] = 0
    out = 0
    for row in range(len(offsets) - 1):
        stop = offsets[row + 1]
        last: Any = 0  # the last character written
        for at in range(offsets[row], stop):
            code: Any = np.int64(points[at])
            if code <= 32:
                after = points[at + 1] if at + 1 < stop else 0
                if last <= 32 or last >= 128 or after >= 128:
                    continue
                code = 32
            elif code < LIMIT and letter[code]:
                code = np.int64(letter[code])
            last = code
            if code < 0x80:
                data[out] = code
                out += 1
                continue
            width = 2 if code < 0x800 else 3 if code < 0x10000 else 4
            lead = 0xC0 if width == 2 else 0xE0 if width == 3 else 0xF0
            data[out] = lead | (code >> (6 * (width - 1)))
            for step in range(1, width):
                data[out + step] = 0x80 | ((code >> (6 * (width - 1 - step))) & 0x3F)
            out += width
        ends[row + 1] = out
    return data[:out], ends


@njit(cache=True, nogil=True)
def with_line_ends(data: Any, offsets: Any) -> Any:
    """Texts (bytes with offsets) one behind the other, a line's end after each."""
    joined = np.empty(len(data) + len(offsets) - 1, dtype=np.uint8)
    out = 0
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1]):
            joined[out] = data[at]
            out += 1
        joined[out] = 10
        out += 1
    return joined
