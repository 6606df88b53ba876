"""Fitting the linear character model of `detect.messages.linear`.

One linear support vector machine a class against the rest (Cortes and Vapnik 1995), classes weighted
against their frequency, on n-gram counts times inverse document frequency, each view divided by its length. The
kernels' own hashing gives the features, so that what is learned is what will be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from xiezhi.detect.messages.linear import LANES, LinearModel, buckets_of
from xiezhi.detect.messages.symbols import SymbolTexts

BITS: Final = 18
MARGIN: Final = 0.5
"""The C of the machines: how dear a row on the wrong side is."""

SELDOM: Final = 2
"""Texts in which an n-gram must occur to count, where there are `MANY` texts or more."""
MANY: Final = 200
_PARTS: Final = 16
"""An importance is kept in so many parts of one."""


def counts_matrix(views: Sequence[SymbolTexts], bits: int = BITS) -> Any:
    """How often each bucket occurs in each view of n texts: a list of SciPy CSR matrices [n, 2^bits] of float32."""
    from scipy.sparse import csr_matrix

    found = []
    for number, texts in enumerate(views):
        buckets, ends = buckets_of(texts.symbols, texts.offsets, bits, number)
        values = np.ones(len(buckets), np.float32)
        matrix = csr_matrix((values, buckets, ends), shape=(len(texts), 1 << bits))
        matrix.sum_duplicates()
        found.append(matrix)
    return found


def importance_of(counts: Sequence[Any], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """The importance of each bucket (uint8[2^bits]) as some rows of the views' counts tell it."""
    size = counts[0].shape[1]
    seen = np.zeros(size, np.int64)
    for matrix in counts:
        seen += np.bincount(matrix[rows].indices, minlength=size)
    worth = np.log((1 + len(rows)) / (1 + seen)) + 1
    worth[seen < (SELDOM if len(rows) >= MANY else 1)] = 0
    found: npt.NDArray[np.uint8] = np.minimum(np.rint(worth * _PARTS), 255).astype(np.uint8)
    return found


def weighed(counts: Sequence[Any], importance: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64]) -> Any:
    """Features of some rows: a SciPy CSR matrix [rows, 2^bits] of float64, each view of length one."""
    from scipy.sparse import csr_matrix

    worth = importance.astype(np.float64)
    total = None
    for matrix in counts:
        part = matrix[rows]
        length = np.sqrt(np.maximum(part @ worth**2, 1.0))
        values = part.data * worth[part.indices] / np.repeat(length, np.diff(part.indptr))
        scaled = csr_matrix((values, part.indices, part.indptr), shape=part.shape)
        scaled.eliminate_zeros()
        total = scaled if total is None else total + scaled
    return total


def fit_linear(
    counts: Sequence[Any],
    rows: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    labels: tuple[str, ...],
    temperature: float = 1.0,
) -> LinearModel:
    """Fit to some rows of the views' counts and their class numbers 0..len(labels)-1 (`classes`, int64[len(rows)]);
    a class without rows gets a score out of reach."""
    from sklearn.svm import LinearSVC

    importance = importance_of(counts, rows)
    machine = LinearSVC(C=MARGIN, class_weight="balanced", random_state=0)
    machine.fit(weighed(counts, importance, rows), classes)
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    found = np.zeros((len(labels), len(importance)))
    shift = np.full(len(labels), -100.0)
    found[machine.classes_] = weights * importance
    shift[machine.classes_] = bias
    return _quantised(found, importance, shift, labels, temperature)


def _quantised(
    weights: npt.NDArray[np.float64],
    importance: npt.NDArray[np.uint8],
    bias: npt.NDArray[np.float64],
    labels: tuple[str, ...],
    temperature: float,
) -> LinearModel:
    """Weights float64[K, buckets] rounded to int8 with one scale a class, laid out bucket by bucket."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127.0
    width = -(-len(labels) // LANES) * LANES
    packed = np.zeros((weights.shape[1], width), dtype=np.int8)
    packed[:, : len(labels)] = np.rint(weights / scale[:, None]).T.astype(np.int8)
    return LinearModel(labels, packed, importance, scale, bias, temperature)
