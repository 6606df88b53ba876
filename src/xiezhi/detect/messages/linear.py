"""A linear model over hashed character n-grams of several views of a text: small, exact and fast.

A view is one way to read a text: its letters with details masked, every character as it stands, its sounds. Every run
of one to three symbols of a view is hashed to a bucket, with repeats. The score of class k is

    bias[k] + sum over views of scale[k] * sum(weights[bucket, k]) / sqrt(sum(importance[bucket]^2))

where the importance of a bucket is its inverse document frequency (Spärck Jones 1972) in sixteenths; 0 for a bucket
that training met too seldom, whose weights are 0 too. Weights are int8 and importances uint8, so sums are of whole
numbers and come out the same in whatever order and company a text is scored. Each view has length one, so that a long
one does not drown a short one.
Hashing of features after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009;
character n-grams for short noisy texts after Cavnar and Trenkle, "N-Gram-Based Text Categorization", 1994.
Probabilities are a softmax at the temperature that held-out texts asked for (Guo et al., "On Calibration of
Modern Neural Networks", ICML 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
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
_SALTS: Final = tuple(np.uint64(number * 0xA0761D6478BD642F % (1 << 64)) for number in range(4))
"""What tells the same n-gram in different views apart."""
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Knuth's multiplicative hashing (TAOCP 6.4)


@dataclass(frozen=True)
class LinearModel:
    """Weights of K classes over 2^bits buckets.

    `weights` is int8[2^bits, width], width >= K a multiple of 8 with zeros after column K; `importance` is
    uint8[2^bits]; `scale` and `bias` are float64[K]; `temperature` > 0 divides scores before the softmax.
    """

    labels: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    importance: npt.NDArray[np.uint8]
    scale: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    temperature: float

    @property
    def bits(self) -> int:
        """Base-2 logarithm of the number of buckets."""
        return len(self.weights).bit_length() - 1

    def scores(self, views: Sequence[SymbolTexts]) -> npt.NDArray[np.float64]:
        """Scores float64[n, K] before the softmax, of n texts in their views; one without symbols gets the bias."""
        found = np.tile(self.bias, (len(views[0]), 1))
        for number, texts in enumerate(views):
            _add_scores(
                texts.symbols,
                texts.offsets,
                self.bits,
                _SALTS[number],
                self.weights,
                self.importance,
                self.scale,
                found,
            )
        return found

    def probabilities(self, views: Sequence[SymbolTexts]) -> npt.NDArray[np.float64]:
        """Calibrated probabilities float64[n, K]; each row sums to 1 up to rounding."""
        found: npt.NDArray[np.float64] = softmax(self.scores(views), self.temperature)
        return found

    def reasons(self, texts: SymbolTexts, view: int, row: int, label: int) -> dict[str, float]:
        """What each n-gram of one text in one view adds to the score of a class."""
        symbols = texts.symbols[texts.offsets[row] : texts.offsets[row + 1]]
        buckets, ends = buckets_of(symbols, np.array([0, len(symbols)]), self.bits, view)
        if not ends[-1]:
            return {}
        length = np.sqrt(max(int((self.importance[buckets].astype(np.int64) ** 2).sum()), 1))
        counted = self.weights[buckets, label] * (self.importance[buckets] > 0)
        shares = counted * (self.scale[label] / length)
        found: dict[str, float] = {}
        for gram, share in zip(_grams("".join(map(chr, symbols.tolist()))), shares.tolist(), strict=True):
            found[gram] = found.get(gram, 0.0) + share
        return found


def buckets_of(
    symbols: npt.NDArray[np.uint32], offsets: Offsets, bits: int, view: int = 0
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The bucket of every n-gram of every text in a view, with int64[n + 1] offsets: what training sees."""
    buckets, ends = _buckets(symbols, offsets, bits, _SALTS[view])
    return buckets, ends


def _grams(text: str) -> list[str]:
    """n-grams in the order in which the kernels meet them: by last symbol, shortest first."""
    return [
        text[end - size : end]
        for end in range(1, len(text) + 1)
        for size in range(1, min(LONGEST_GRAM, end) + 1)
    ]


@njit(cache=True, nogil=True, inline="always")
def _bucket(key: Any, salt: Any, shift: Any) -> Any:
    """The top bits of a mixed key; a key holds up to three symbols of 21 bits."""
    key ^= salt ^ (key >> np.uint64(32))
    return np.int64((key * _MIX) >> shift)


@njit(cache=True, nogil=True)
def _buckets(symbols: Any, offsets: Any, bits: Any, salt: Any) -> Any:
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
                buckets[out] = _bucket(key, salt, shift)
                out += 1
        ends[row + 1] = out
    return buckets[:out].copy(), ends


@njit(cache=True, nogil=True)
def _add_scores(
    symbols: Any, offsets: Any, bits: Any, salt: Any, weights: Any, importance: Any, scale: Any, scores: Any
) -> None:
    shift = np.uint64(64 - bits)
    width = weights.shape[1]
    sums = np.empty(width, dtype=np.int32)
    for row in range(len(offsets) - 1):
        start = offsets[row]
        sums[:] = 0
        length = np.int64(0)
        for at in range(start, offsets[row + 1]):
            key = np.uint64(0)
            for back in range(min(LONGEST_GRAM, at - start + 1)):
                key |= np.uint64(symbols[at - back]) << (_SYMBOL_BITS * np.uint64(back))
                bucket = _bucket(key, salt, shift)
                worth = np.int64(importance[bucket])
                if worth == 0:
                    continue
                length += worth * worth
                for lane in range(0, width, LANES):
                    for step in range(LANES):
                        sums[lane + step] += weights[bucket, lane + step]
        if length:
            for k in range(len(scale)):
                scores[row, k] += scale[k] * sums[k] / np.sqrt(length)
