"""Evaluation of oblivious trees: every level of a tree asks one question, so a leaf's number is the bits of
the answers (Kohavi and Li, "Oblivious Decision Trees", IJCAI 1995; Prokhorenkova et al., "CatBoost",
NeurIPS 2018).

Rows go through in blocks. First each feature is replaced by the number of borders below it (one byte), then
each tree's questions are asked of the whole block at once, which compilers turn into vector code. A row's
leaf values are added in the order of the trees whatever the block, so its sum has the same bits alone and
among a million others. There is one kernel for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

BLOCK: Final = 128
"""Rows handled together: 50 features of them fit in half of a first-level cache."""
DEEPEST: Final = 8
"""Levels that a leaf number of one byte can hold."""
MOST_BORDERS: Final = 254
"""Borders a feature may have."""
NEVER: Final = 255
"""A bin that no row reaches: the bit of a level that a short tree does not have stays 0."""


@dataclass(frozen=True)
class Forest:
    """T trees of D levels over F features, with K outputs.

    `borders` float32[sum] holds each feature's split values, ascending, from `border_starts[f]` on
    (int64[F + 1]). `nan_high` uint8[F] is 1 where a missing value counts as above all borders (else
    below). `split_features` int32[T, D] and `split_bins` uint8[T, D] say that level d's bit is set when the
    feature lies above `split_bins` borders or more (`NEVER` where a short tree has no such level).
    `leaves` float64[T, K, 2^D] and `leaf_weights` float64[T, 2^D] are values and training weight of the
    leaves; `scale` and `bias` (float64[K]) are applied to the sums.
    """

    borders: npt.NDArray[np.float32]
    border_starts: npt.NDArray[np.int64]
    nan_high: npt.NDArray[np.uint8]
    split_features: npt.NDArray[np.int32]
    split_bins: npt.NDArray[np.uint8]
    leaves: npt.NDArray[np.float64]
    leaf_weights: npt.NDArray[np.float64]
    scale: float
    bias: npt.NDArray[np.float64]

    @property
    def outputs(self) -> int:
        """K: 1 for two classes, else one per class."""
        return int(self.leaves.shape[1])

    def sums(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Raw outputs float64[n, K] for float32[n, F]; NaN is a missing value."""
        sums: npt.NDArray[np.float64] = _sums(
            matrix, self.borders, self.border_starts, self.nan_high, self.split_features, self.split_bins,
            self.leaves, self.scale, self.bias,
        )  # fmt: skip
        return sums

    def leaf_numbers(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """The leaf of every tree, uint8[n, T]."""
        leaves: npt.NDArray[np.uint8] = _leaf_numbers(
            matrix, self.borders, self.border_starts, self.nan_high, self.split_features, self.split_bins
        )
        return leaves


@njit(cache=True, nogil=True, inline="always")
def _bin_block(
    matrix: Any,
    first: Any,
    size: Any,
    borders: Any,
    border_starts: Any,
    nan_high: Any,
    values: Any,
    counts: Any,
    bins: Any,
) -> Any:
    """Fill bins[f, r] with the number of borders that feature f of row first + r lies above."""
    for feature in range(matrix.shape[1]):
        low = border_starts[feature]
        high = border_starts[feature + 1]
        for row in range(size):
            values[row] = matrix[first + row, feature]
            counts[row] = 0
        for place in range(low, high):
            border = borders[place]
            for row in range(size):
                counts[row] += values[row] > border
        if nan_high[feature]:
            for row in range(size):
                if values[row] != values[row]:
                    counts[row] = high - low
        for row in range(size):
            bins[feature, row] = counts[row]


@njit(cache=True, nogil=True, inline="always")
def _leaf_block(tree: Any, size: Any, split_features: Any, split_bins: Any, bins: Any, leaf: Any) -> Any:
    """Fill leaf[r] with the leaf number of each row of the block in one tree."""
    for row in range(size):
        leaf[row] = 0
    for level in range(split_features.shape[1]):
        feature = split_features[tree, level]
        threshold = split_bins[tree, level]
        bit = np.uint8(1 << level)
        for row in range(size):
            leaf[row] |= bit if bins[feature, row] >= threshold else np.uint8(0)


@njit(cache=True, nogil=True)
def _sums(
    matrix: Any,
    borders: Any,
    border_starts: Any,
    nan_high: Any,
    split_features: Any,
    split_bins: Any,
    leaves: Any,
    scale: Any,
    bias: Any,
) -> Any:
    rows = matrix.shape[0]
    outputs = leaves.shape[1]
    block = min(BLOCK, rows)
    values = np.empty(block, dtype=np.float32)
    counts = np.empty(block, dtype=np.int32)
    bins = np.empty((matrix.shape[1], block), dtype=np.uint8)
    leaf = np.empty(block, dtype=np.uint8)
    totals = np.empty((outputs, block), dtype=np.float64)
    sums = np.empty((rows, outputs), dtype=np.float64)
    for first in range(0, rows, BLOCK):
        size = min(BLOCK, rows - first)
        _bin_block(matrix, first, size, borders, border_starts, nan_high, values, counts, bins)
        totals[:] = 0.0
        for tree in range(len(leaves)):
            _leaf_block(tree, size, split_features, split_bins, bins, leaf)
            for k in range(outputs):
                for row in range(size):
                    totals[k, row] += leaves[tree, k, leaf[row]]
        for k in range(outputs):
            for row in range(size):
                sums[first + row, k] = totals[k, row] * scale + bias[k]
    return sums


@njit(cache=True, nogil=True)
def _leaf_numbers(
    matrix: Any, borders: Any, border_starts: Any, nan_high: Any, split_features: Any, split_bins: Any
) -> Any:
    rows = matrix.shape[0]
    block = min(BLOCK, rows)
    values = np.empty(block, dtype=np.float32)
    counts = np.empty(block, dtype=np.int32)
    bins = np.empty((matrix.shape[1], block), dtype=np.uint8)
    leaf = np.empty(block, dtype=np.uint8)
    numbers = np.empty((rows, len(split_features)), dtype=np.uint8)
    for first in range(0, rows, BLOCK):
        size = min(BLOCK, rows - first)
        _bin_block(matrix, first, size, borders, border_starts, nan_high, values, counts, bins)
        for tree in range(len(split_features)):
            _leaf_block(tree, size, split_features, split_bins, bins, leaf)
            for row in range(size):
                numbers[first + row, tree] = leaf[row]
    return numbers
