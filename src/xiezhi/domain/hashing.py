"""Stable 64-bit keys of texts: what windows, lists and graphs use in place of identifiers.

The function is fixed for ever, since snapshots hold its values. It takes a text in little-endian words of
eight bytes (the last word is the last eight bytes, overlapping the one before; a text shorter than eight
is padded with zeros). Each word is spread by multiplication and folded in, in the way of MurmurHash3
(A. Appleby, public domain); the length follows, and last the finaliser of SplitMix64 ("variant 13" of
D. Stafford, "Better bit mixing", 2011). It is no cryptographic hash: whoever may choose texts can make
two of them collide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.domain.batch import UInt64
from xiezhi.domain.buffers import Bytes, is_missing, text_buffers

_SEED = np.uint64(0x786965_7A68690001)  # "xiezhi", version 1
_SPREAD = np.uint64(0x87C37B91114253D5)
_FOLD = np.uint64(0x4CF5AD432745937F)
_STEP = np.uint64(0x52DCE729)
_STAFFORD_1 = np.uint64(0xBF58476D1CE4E5B9)
_STAFFORD_2 = np.uint64(0x94D049BB133111EB)
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True, inline="always")
def _finish(h: np.uint64) -> np.uint64:
    h = (h ^ (h >> np.uint64(30))) * _STAFFORD_1
    h = (h ^ (h >> np.uint64(27))) * _STAFFORD_2
    return h ^ (h >> np.uint64(31))


@njit(cache=True, nogil=True, inline="always")
def _absorb(h: np.uint64, word: np.uint64) -> np.uint64:
    word *= _SPREAD
    word = ((word << np.uint64(31)) | (word >> np.uint64(33))) * _FOLD
    h ^= word
    return ((h << np.uint64(27)) | (h >> np.uint64(37))) * np.uint64(5) + _STEP


@njit(cache=True, nogil=True, inline="always")
def _word(data: Bytes, start: np.uint64) -> np.uint64:
    # Unsigned places spare Numba's test for negative ones, so that this becomes one load.
    word = np.uint64(0)
    for i in range(np.uint64(8)):
        word |= np.uint64(data[start + i]) << (np.uint64(8) * i)
    return word


@njit(cache=True, nogil=True)
def _hash_bytes(data: Bytes, start: int, end: int) -> np.uint64:
    h = _SEED
    at, stop, eight = np.uint64(start), np.uint64(end), np.uint64(8)
    length = stop - at
    if length >= eight:
        while at + eight < stop:
            h = _absorb(h, _word(data, at))
            at += eight
        h = _absorb(h, _word(data, stop - eight))
    elif length > np.uint64(0):
        word = np.uint64(0)
        for i in range(length):
            word |= np.uint64(data[at + i]) << (eight * i)
        h = _absorb(h, word)
    h = _finish(h ^ length)
    return h if h != np.uint64(0) else np.uint64(1)


@njit(cache=True, nogil=True)
def _hash_rows(data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, out: UInt64) -> None:
    for row in range(len(out)):
        if is_missing(validity, first + row):
            out[row] = np.uint64(0)
        else:
            out[row] = _hash_bytes(data, offsets[row], offsets[row + 1])


@njit(cache=True, nogil=True)
def _combine(a: UInt64, b: UInt64, out: UInt64) -> None:
    for row in range(len(out)):
        if a[row] == np.uint64(0) or b[row] == np.uint64(0):
            out[row] = np.uint64(0)
        else:
            h = _finish(a[row] * _PAIR + b[row])
            out[row] = h if h != np.uint64(0) else np.uint64(1)


def hash_text(text: str) -> int:
    """The key of one text, 1..2**64-1; the same as `hash_column` gives. A lone surrogate counts as its
    three bytes."""
    octets = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    return int(_hash_bytes(octets, 0, len(octets)))


def hash_column(column: Any) -> UInt64:
    """Keys of a text column: uint64[n], 0 where the value is missing. Takes string, large_string and
    dictionary arrays (slices too) and chunked ones."""
    if pa.types.is_dictionary(column.type):
        if isinstance(column, pa.ChunkedArray):
            column = column.unify_dictionaries().combine_chunks()
        keys = np.append(hash_column(column.dictionary), np.uint64(0))
        return np.asarray(keys[column.indices.fill_null(len(keys) - 1).to_numpy(zero_copy_only=False)])
    buffers = text_buffers(column)
    out = np.empty(len(column), dtype=np.uint64)
    _hash_rows(buffers.data, buffers.offsets, buffers.validity, buffers.first, out)
    return out


def combine(a: UInt64, b: UInt64) -> UInt64:
    """Keys of ordered pairs: uint64[n], 0 where either part is missing; (a, b) and (b, a) differ."""
    if len(a) != len(b):
        raise ValueError(f"{len(a)} keys cannot be paired with {len(b)}")
    out = np.empty(len(a), dtype=np.uint64)
    _combine(np.ascontiguousarray(a), np.ascontiguousarray(b), out)
    return out
