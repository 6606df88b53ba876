"""Honest splits: no row is tested whose twin was learned from, and none is older than what was learned.

Fraud comes in campaigns, and a campaign's messages differ in a name or a number. Put at random, such twins
fall on both sides of a split and flatter every model. So rows of one group stay together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.detect.messages.symbols import SymbolTexts

Rows = npt.NDArray[np.int64]

BANDS: Final = 16
BAND_SIZE: Final = 4
SHINGLE: Final = 3
FOLDS: Final = 5
_MANY: Final = 50_000
_MASKS: Final = np.array([ord(mask) for mask in "UMPQWBD"], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Split:
    """One way to part n rows: what is learned and what is tested. `seed` tells its repetition."""

    seed: int
    train: Rows
    test: Rows


def near_duplicate_groups(texts: SymbolTexts) -> Rows:
    """A group number int64[n] for each text; texts alike share it, directly or by way of others.

    Two texts are alike when one of 16 bands of 4 MinHash values of their three-symbol shingles agrees
    (Broder, "On the resemblance and containment of documents", 1997): 99 of 100 pairs with 70 % of
    shingles in common are found, 64 of 100 with half of them. Masks (numbers, addresses) do not count.
    """
    signatures = _signatures(texts.symbols, texts.offsets, _MASKS, _multipliers())
    parent = np.arange(len(texts), dtype=np.int64)
    for band in range(BANDS):
        keys = signatures[:, band]
        order = np.argsort(keys, kind="stable")
        _unite(parent, keys, order)
    groups: Rows = _roots(parent)
    return groups


def host_groups(addresses: pa.Array) -> Rows:
    """A group number int64[n] for each web address; those of one host share it."""
    import polars as pl

    hosts = pl.Series(addresses).str.to_lowercase().str.extract(r"^(?:[a-z][a-z0-9+.-]*://)?([^/:?#]+)")
    found = np.unique(hosts.fill_null("").to_numpy().astype(str), return_inverse=True)[1]
    return found.astype(np.int64)


def equal_row_groups(matrix: npt.NDArray[np.float32]) -> Rows:
    """A group number int64[n] for each row; rows with the same values share it."""
    rows = np.ascontiguousarray(np.where(np.isnan(matrix), np.float32(np.nan), matrix) + np.float32(0))
    return np.unique(rows.view(np.uint32), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def grouped_splits(classes: Rows, groups: Rows, seeds: int) -> Iterator[Split]:
    """Five folds a seed, groups kept whole and classes spread evenly; above 50,000 rows one fold a seed."""
    from sklearn.model_selection import StratifiedGroupKFold

    for seed in range(seeds):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(classes, classes, groups)
        for number, (train, test) in enumerate(folds):
            if number and len(classes) > _MANY:
                break
            yield Split(seed, train.astype(np.int64), test.astype(np.int64))


def time_split(rows: int, share: float = 0.2) -> Split:
    """Rows that come oldest first: the last `share` of them is tested."""
    cut = rows - max(1, round(rows * share))
    return Split(0, np.arange(cut, dtype=np.int64), np.arange(cut, rows, dtype=np.int64))


def _multipliers() -> npt.NDArray[np.uint64]:
    """One odd multiplier for each MinHash value, always the same."""
    random = np.random.default_rng(20120411)
    return random.integers(0, 1 << 63, BANDS * BAND_SIZE, dtype=np.uint64) | np.uint64(1)


@njit(cache=True, nogil=True)
def _signatures(symbols: Any, offsets: Any, masks: Any, multipliers: Any) -> Any:
    rows = len(offsets) - 1
    signatures = np.empty((rows, BANDS), dtype=np.uint64)
    lowest = np.empty(len(multipliers), dtype=np.uint64)
    for row in range(rows):
        lowest[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
        key = np.uint64(0)
        seen = 0
        for at in range(offsets[row], offsets[row + 1]):
            if (masks == symbols[at]).any():
                continue
            key = (key << np.uint64(21) | np.uint64(symbols[at])) & np.uint64(0x7FFFFFFFFFFFFFFF)
            seen += 1
            if seen < SHINGLE:
                continue
            for index in range(len(multipliers)):
                mixed = (key ^ (key >> np.uint64(31))) * multipliers[index]
                mixed ^= mixed >> np.uint64(29)
                lowest[index] = min(lowest[index], mixed)
        if seen < SHINGLE:  # too short for shingles: equal texts only
            lowest[:] = key
        for band in range(BANDS):
            total = np.uint64(band)
            for index in range(band * BAND_SIZE, (band + 1) * BAND_SIZE):
                total = (total ^ lowest[index]) * np.uint64(0x9E3779B97F4A7C15)
                total ^= total >> np.uint64(32)
            signatures[row, band] = total
    return signatures


@njit(cache=True, nogil=True)
def _root(parent: Any, row: Any) -> Any:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@njit(cache=True, nogil=True)
def _unite(parent: Any, keys: Any, order: Any) -> None:
    for place in range(1, len(order)):
        if keys[order[place]] == keys[order[place - 1]]:
            first = _root(parent, order[place - 1])
            second = _root(parent, order[place])
            parent[max(first, second)] = min(first, second)


@njit(cache=True, nogil=True)
def _roots(parent: Any) -> Any:
    roots = np.empty(len(parent), dtype=np.int64)
    for row in range(len(parent)):
        roots[row] = _root(parent, row)
    return roots
