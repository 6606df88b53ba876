"""Fixed-width text made by column: digits as byte matrices, turned into Arrow without copies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.domain.batch import Int64, UInt64

Bytes = npt.NDArray[np.uint8]

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_PAIRS = np.array([[48 + i // 10, 48 + i % 10] for i in range(100)], dtype=np.uint8)


def digits(values: Int64, width: int) -> Bytes:
    """Decimal digits of non-negative integers, zero-padded on the left: uint8[n, width]."""
    even = width + width % 2
    out = np.empty((len(values), even), dtype=np.uint8)
    rest = values
    for place in range(even - 2, -1, -2):
        rest, pair = np.divmod(rest, 100)
        out[:, place : place + 2] = _PAIRS[pair]
    return out[:, even - width :]


def hexadecimals(values: UInt64, width: int = 16) -> Bytes:
    """The low `width` hexadecimal digits of unsigned integers: uint8[n, width]."""
    shifts = np.arange(4 * (width - 1), -1, -4, dtype=np.uint64)
    return np.asarray(_HEX[((values[:, None] >> shifts[None, :]) & np.uint64(15)).astype(np.int64)])


def constant(text: str, rows: int) -> Bytes:
    """The same ASCII text on every row: uint8[rows, len(text)]."""
    return np.broadcast_to(np.frombuffer(text.encode("ascii"), dtype=np.uint8), (rows, len(text)))


def pick(texts: tuple[str, ...], index: Int64) -> Bytes:
    """One of several equally long ASCII texts for each row: uint8[n, len]."""
    table = np.array([list(text.encode("ascii")) for text in texts], dtype=np.uint8)
    return np.asarray(table[index])


def luhn(matrix: Bytes) -> Bytes:
    """The check digit (ISO/IEC 7812-1 annex B) that completes each row of digits: uint8[n, 1]."""
    values = matrix.astype(np.int64) - 48
    doubled = values[:, ::-1].copy()
    doubled[:, ::2] *= 2
    doubled[doubled > 9] -= 9
    check: Bytes = (48 + (10 - doubled.sum(axis=1) % 10) % 10).astype(np.uint8)[:, None]
    return check


def column(*parts: Bytes) -> pa.StringArray:
    """Rows of bytes set side by side, as an Arrow string column of n rows."""
    matrix = np.ascontiguousarray(np.hstack(parts))
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, max(width, 1), dtype=np.int32)[: rows + 1]
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(matrix))


def scramble(values: UInt64) -> UInt64:
    """The splitmix64 finaliser (Steele, Lea, Flood, 2014): a fixed bijection that looks random."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
