"""Decimal numbers in texts."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.domain.batch import Float64
from xiezhi.domain.buffers import Bytes, is_missing, text_buffers
from xiezhi.sources.unfit import Unfit, shown

WHOLE = re.compile(r"[+-]?\d{1,20}", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(E[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_LONGEST = 400

_POWERS = np.array([10.0**power for power in range(23)])  # the powers of ten that a float64 holds exactly


def parse_number(text: str) -> float:
    """One text as a finite number. Raises `Unfit`."""
    value = text.strip()
    if not value.isascii() and len(value) <= _LONGEST:
        value = unicodedata.normalize("NFKC", value).strip()
    if len(value) <= _LONGEST and DECIMAL.fullmatch(value):
        number = float(value)
        if number - number == 0:  # neither infinite nor NaN
            return number
    raise Unfit(f"is no number: {shown(text)}")


@njit(cache=True, nogil=True)
def _number(data: Bytes, at: int, end: int) -> tuple[float, bool]:
    """A plain decimal whose float64 one exact division or multiplication gives (W. Clinger, "How to read
    floating point numbers accurately", 1990), or False for "look at it slowly"."""
    negative = at < end and data[at] == 45
    if negative:
        at += 1
    mantissa, digits, places, point = np.int64(0), 0, 0, False
    while at < end:
        c = data[at]
        if 48 <= c <= 57:
            mantissa = mantissa * 10 + (c - 48)
            digits += 1
            if point:
                places += 1
        elif c == 46 and not point:
            point = True
        else:
            return 0.0, False
        if digits > 15:
            return 0.0, False
        at += 1
    if digits == 0:
        return 0.0, False
    value = np.float64(mantissa) / _POWERS[places]
    return -value if negative else value, True


@njit(cache=True, nogil=True)
def _numbers(
    data: Bytes,
    offsets: npt.NDArray[Any],
    validity: Bytes,
    first: int,
    out: Float64,
    left: npt.NDArray[np.bool_],
) -> None:
    for row in range(len(out)):
        out[row] = 0.0
        left[row] = False
        if not is_missing(validity, first + row):
            value, fine = _number(data, offsets[row], offsets[row + 1])
            out[row] = value
            left[row] = not fine


def fast_numbers(column: Any) -> tuple[Float64, npt.NDArray[np.bool_]]:
    """Numbers of a string column: float64[n], and bool[n] of the rows that `parse_number` has to look at."""
    buffers = text_buffers(column)
    out = np.empty(len(column), dtype=np.float64)
    left = np.empty(len(column), dtype=np.bool_)
    _numbers(buffers.data, buffers.offsets, buffers.validity, buffers.first, out, left)
    return out, left
