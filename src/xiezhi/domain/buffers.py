"""Arrow text columns as the flat arrays that compiled kernels read, without a copy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

Bytes = npt.NDArray[np.uint8]

_NOTHING = np.zeros(0, dtype=np.uint8)


class TextBuffers(NamedTuple):
    """A text column of n rows.

    Row i is `data[offsets[i]:offsets[i + 1]]` in UTF-8 (offsets: int32 or int64 [n + 1]). It is missing where
    bit `first + i` of `validity` is unset; an empty `validity` means that none is missing.
    """

    data: Bytes
    offsets: npt.NDArray[Any]
    validity: Bytes
    first: int


def text_buffers(column: Any) -> TextBuffers:
    """Flat arrays of a string or large_string array, slices included; other text layouts are cast first."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # nothing in it
            column = pa.array([], column.type)
    if column.type not in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        column = column.cast(pa.string())
    validity, offsets, data = column.buffers()
    rows, first = len(column), column.offset
    width = np.int64 if column.type in (pa.large_string(), pa.large_binary()) else np.int32
    if offsets is None or offsets.size == 0:
        places = np.zeros(rows + 1, dtype=width)
    else:
        places = np.frombuffer(offsets, dtype=width)[first : first + rows + 1]
    octets = _NOTHING if data is None or data.size == 0 else np.frombuffer(data, dtype=np.uint8)
    missing = validity is not None and column.null_count > 0
    return TextBuffers(
        octets, places, np.frombuffer(validity, dtype=np.uint8) if missing else _NOTHING, first
    )


@njit(cache=True, nogil=True, inline="always")
def is_missing(validity: Bytes, bit: int) -> bool:
    """Whether a bit of an Arrow validity bitmap says that the value is missing."""
    return len(validity) > 0 and (validity[bit >> 3] >> (bit & 7)) & 1 == 0
