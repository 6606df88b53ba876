"""A linear model over hashed character n-grams: small, exact and fast.

Every run of one to three symbols is hashed to a bucket, with repeats. The score of class k is
`scale[k] * sum(weights[bucket, k]) / sqrt(number of n-grams) + bias[k]`. Weights are int8, so the
sum is one of whole numbers and comes out the same in whatever order and company a text is scored.
Hashing of features after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009;
character n-grams for short noisy texts after Cavnar and Trenkle, "N-Gram-Based Text Categorization", 1994.
Probabilities are a softmax at the temperature that held-out texts asked for (Guo et al., "On Calibration of
Modern Neural Networks", ICML 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.detect.messages.normal import Offsets
from xiezhi.detect.messages.symbols import SymbolTexts
from xiezhi.detect.models.calibration import softmax

LONGEST_GRAM: Final = 3
LANES: Final = 8
"""Rows of weights are padded to a multiple of this, so that the inner loop has a fixed length."""

_SYMBOL_BITS = np.uint64(21)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Knuth's multiplicative hashing (TAOCP 6.4)


@dataclass(frozen=True)
class LinearModel:
    """Weights of K classes over 2^bits buckets.

    `weights` is int8[2^bits, width], width >= K a multiple of 8 with zeros after column K; `scale` and
    `bias` are float64[K]; `temperature` > 0 divides scores before the softmax.
    """

    labels: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    temperature: float

    @property
    def bits(self) -> int:
        """Base-2 logarithm of the number of buckets."""
        return len(self.weights).bit_length() - 1

    def scores(self, texts: SymbolTexts) -> npt.NDArray[np.float64]:
        """Scores float64[n, K] before the softmax; a text without symbols gets the bias."""
        found: npt.NDArray[np.float64] = _scores(
            texts.symbols, texts.offsets, self.bits, self.weights, self.scale, self.bias
        )
        return found

    def probabilities(self, texts: SymbolTexts) -> npt.NDArray[np.float64]:
        """Calibrated probabilities float64[n, K]; each row sums to 1 up to rounding."""
        found: npt.NDArray[np.float64] = softmax(self.scores(texts), self.temperature)
        return found

    def reasons(self, texts: SymbolTexts, row: int, label: int, top: int = 5) -> list[tuple[str, float]]:
        """The n-grams of one text that speak most for a class, with what each adds to its score."""
        symbols = texts.symbols[texts.offsets[row] : texts.offsets[row + 1]]
        buckets, ends = buckets_of(symbols, np.array([0, len(symbols)]), self.bits)
        if not ends[-1]:
            return []
        shares = self.weights[buckets, label] * (self.scale[label] / np.sqrt(len(buckets)))
        found: dict[str, float] = {}
        for gram, share in zip(_grams("".join(map(chr, symbols.tolist()))), shares.tolist(), strict=True):
            found[gram] = found.get(gram, 0.0) + share
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:top]


def buckets_of(
    symbols: npt.NDArray[np.uint32], offsets: Offsets, bits: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The bucket of every n-gram of every text, with int64[n + 1] offsets: what training sees."""
    buckets, ends = _buckets(symbols, offsets, bits)
    return buckets, ends


def _grams(text: str) -> list[str]:
    """n-grams in the order in which the kernels meet them: by last symbol, shortest first."""
    return [
        text[end - size : end]
        for end in range(1, len(text) + 1)
        for size in range(1, min(LONGEST_GRAM, end) + 1)
    ]


@njit(cache=True, nogil=True, inline="always")
def _bucket(key: Any, shift: Any) -> Any:
    """The top bits of a mixed key; a key holds up to three symbols of 21 bits."""
    key ^= key >> np.uint64(32)
    return np.int64((key * _MIX) >> shift)


@njit(cache=True, nogil=True)
def _buckets(symbols: Any, offsets: Any, bits: Any) -> Any:
    shift = np.uint64(64 - bits)
    buckets = np.empty(LONGEST_GRAM * len(symbols), dtype=np.int32)
    ends = np.empty(len(offsets), dtype=np.int64)
    ends[0] = 0
    out = 0
    for row in range(len(offsets) - 1):
        start = offsets[row]
        for at in range(start, offsets[row + 1]):
            key = np.uint64(0)
            for back in range(min(LONGEST_GRAM, at - start + 1)):
                key |= np.uint64(symbols[at - back]) << (_SYMBOL_BITS * np.uint64(back))
                buckets[out] = _bucket(key, shift)
                out += 1
        ends[row + 1] = out
    return buckets[:out].copy(), ends


@njit(cache=True, nogil=True)
def _scores(symbols: Any, offsets: Any, bits: Any, weights: Any, scale: Any, bias: Any) -> Any:
    shift = np.uint64(64 - bits)
    rows = len(offsets) - 1
    classes = len(scale)
    width = weights.shape[1]
    scores = np.empty((rows, classes), dtype=np.float64)
    sums = np.empty(width, dtype=np.int32)
    for row in range(rows):
        start = offsets[row]
        sums[:] = 0
        grams = 0
        for at in range(start, offsets[row + 1]):
            key = np.uint64(0)
            for back in range(min(LONGEST_GRAM, at - start + 1)):
                key |= np.uint64(symbols[at - back]) << (_SYMBOL_BITS * np.uint64(back))
                bucket = _bucket(key, shift)
                for lane in range(0, width, LANES):
                    for step in range(LANES):
                        sums[lane + step] += weights[bucket, lane + step]
                grams += 1
        norm = np.sqrt(max(grams, 1))
        for k in range(classes):
            scores[row, k] = scale[k] * sums[k] / norm + bias[k]
    return scores
