"""Fitting the linear character model of `detect.messages.linear`.

One linear support vector machine a class against the rest (Cortes and Vapnik 1995), classes weighted
against their frequency, on n-gram counts divided by the root of their number. The kernels' own hashing gives
the features, so that what is learned is what will be seen.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from xiezhi.detect.messages.linear import LANES, LinearModel, buckets_of
from xiezhi.detect.messages.symbols import SymbolTexts

BITS: Final = 16
MARGIN: Final = 1.0
"""The C of the machines: how dear a row on the wrong side is."""


def counts_matrix(texts: SymbolTexts, bits: int = BITS) -> Any:
    """Features of n texts: a SciPy CSR matrix [n, 2^bits] of float64."""
    from scipy.sparse import csr_matrix

    buckets, ends = buckets_of(texts.symbols, texts.offsets, bits)
    sizes = np.diff(ends)
    values = np.repeat(1.0 / np.sqrt(np.maximum(sizes, 1)), sizes)
    matrix = csr_matrix((values, buckets, ends), shape=(len(texts), 1 << bits))
    matrix.sum_duplicates()
    return matrix


def fit_linear(
    matrix: Any, classes: npt.NDArray[np.int64], labels: tuple[str, ...], temperature: float = 1.0
) -> LinearModel:
    """Fit to features and class numbers 0..len(labels)-1; a class without rows gets a score out of reach."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=MARGIN, class_weight="balanced", random_state=0).fit(matrix, classes)
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    found = np.zeros((len(labels), matrix.shape[1]))
    shift = np.full(len(labels), -100.0)
    found[machine.classes_] = weights
    shift[machine.classes_] = bias
    return _quantised(found, shift, labels, temperature)


def _quantised(
    weights: npt.NDArray[np.float64],
    bias: npt.NDArray[np.float64],
    labels: tuple[str, ...],
    temperature: float,
) -> LinearModel:
    """Weights float64[K, buckets] rounded to int8 with one scale a class, laid out bucket by bucket."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127.0
    width = -(-len(labels) // LANES) * LANES
    packed = np.zeros((weights.shape[1], width), dtype=np.int8)
    packed[:, : len(labels)] = np.rint(weights / scale[:, None]).T.astype(np.int8)
    return LinearModel(labels, packed, scale, bias, temperature)
