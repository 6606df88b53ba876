"""Work on the distinct values of a text column instead of on every row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class Uniques(NamedTuple):
    """Row i has `values[codes[i]]`; `values[-1]` is None and stands for missing."""

    values: list[str | None]
    codes: npt.NDArray[np.int32]


def uniques(column: Any) -> Uniques:
    """The distinct values of a string column of n rows in order of appearance, with codes int32[n]."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    indices = column.indices if column.null_count == 0 else column.indices.fill_null(-1)
    codes = indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Uniques([*column.dictionary.to_pylist(), None], codes)
