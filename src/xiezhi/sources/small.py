"""Arrow columns of a few values, made without the fixed cost of `pyarrow.array`."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa


def _bitmap(bits: Iterable[bool], size: int) -> Any:
    value = 0
    for place, bit in enumerate(bits):
        if bit:
            value |= 1 << place
    return pa.py_buffer(value.to_bytes((size + 7) >> 3, "little"))


def small_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """As `pa.array(values, kind)` for string, int64, float64 and bool, None for missing."""
    size = len(values)
    validity = _bitmap((value is not None for value in values), size) if None in values else None
    if kind == pa.string():
        octets = [b"" if value is None else value.encode() for value in values]
        offsets = array("i", accumulate(map(len, octets), initial=0))
        buffers = [validity, pa.py_buffer(offsets), pa.py_buffer(b"".join(octets))]
    elif kind == pa.bool_():
        buffers = [validity, _bitmap((value is True for value in values), size)]
    else:
        code = "q" if kind == pa.int64() else "d"
        buffers = [validity, pa.py_buffer(array(code, [0 if value is None else value for value in values]))]
    return pa.Array.from_buffers(kind, size, buffers)
