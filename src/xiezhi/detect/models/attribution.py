"""Why a forest gave a row its score: what each feature added on the way down every tree.

A node's value is the mean of the leaves below it, weighted by their training rows. Going from a node to its
child changes that value, and the change is credited to the feature that was asked (Saabas, "Interpreting
random forests", 2014; the method of the package treeinterpreter). Over a tree the changes add up to leaf
minus root, so a row's contributions add up to its score minus the forest's base.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.detect.models.forest import Forest


class Attribution:
    """Node values of a forest, made once when the first reasons are asked for."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._nodes = _node_values(forest.leaves, forest.leaf_weights)

    @property
    def base(self) -> npt.NDArray[np.float64]:
        """The outputs float64[K] before any question: roots, scale and bias together."""
        total: npt.NDArray[np.float64] = (
            self._nodes[:, :, 1].sum(axis=0) * self._forest.scale + self._forest.bias
        )
        return total

    def contributions(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """What each feature adds to each output, float64[n, K, F]; over F they sum to `sums - base`."""
        forest = self._forest
        leaves = forest.leaf_numbers(matrix)
        shares: npt.NDArray[np.float64] = _contributions(
            leaves, self._nodes, forest.split_features, matrix.shape[1], forest.scale
        )
        return shares


def _node_values(
    leaves: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Values float64[T, K, 2^(D+1)] in heap order.

    The root is 1; node j at depth d (the answers of the first d levels as bits of j, lowest first) is
    2^d + j. A node that no training row reached has its parent's value, unless it is a leaf.
    """
    trees, outputs, size = leaves.shape
    depth = size.bit_length() - 1
    nodes = np.zeros((trees, outputs, 2 * size))
    nodes[:, :, size:] = leaves
    for level in range(depth):
        groups = 1 << level
        weight = weights.reshape(trees, -1, groups).sum(axis=1)
        total = (leaves * weights[:, None, :]).reshape(trees, outputs, -1, groups).sum(axis=2)
        here = nodes[:, :, groups : 2 * groups]
        here[:] = total / np.where(weight > 0, weight, 1.0)[:, None, :]
        if level:
            parents = nodes[:, :, groups // 2 : groups]
            both = np.concatenate([parents, parents], axis=2)
            empty = np.broadcast_to((weight == 0)[:, None, :], here.shape)
            here[empty] = both[empty]
    return nodes


@njit(cache=True, nogil=True)
def _contributions(leaves: Any, nodes: Any, split_features: Any, features: Any, scale: Any) -> Any:
    rows, trees = leaves.shape
    outputs = nodes.shape[1]
    depth = split_features.shape[1]
    shares = np.zeros((rows, outputs, features), dtype=np.float64)
    for row in range(rows):
        for tree in range(trees):
            leaf = np.int64(leaves[row, tree])
            for k in range(outputs):
                value = nodes[tree, k, 1]
                for level in range(depth):
                    size = 1 << (level + 1)
                    after = nodes[tree, k, size + (leaf & (size - 1))]
                    shares[row, k, split_features[tree, level]] += (after - value) * scale
                    value = after
    return shares
