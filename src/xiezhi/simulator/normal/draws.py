"""Small draws that several channels share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.domain.batch import Float64, Int64


def sorts(rng: np.random.Generator, shares: Float64, rows: int) -> Int64:
    """A sort 0..k-1 for each row, by shares."""
    return np.searchsorted(np.cumsum(shares) / shares.sum(), rng.random(rows) * 0.9999999).astype(np.int64)


def ticket(rng: np.random.Generator, lottery: npt.NDArray[Any], rows: int) -> Int64:
    """A draw from a lottery for each row."""
    return lottery[rng.integers(0, len(lottery), rows)].astype(np.int64)


def named(values: tuple[str | None, ...], index: Int64) -> pa.StringArray:
    """The value of each index, as an Arrow column."""
    return pa.array(values, type=pa.string()).take(pa.array(index))


def maybe(values: pa.Array, index: Int64, present: npt.NDArray[np.bool_]) -> pa.Array:
    """`values[index]`, missing where not `present`."""
    return values.take(pa.array(index, mask=~present))
