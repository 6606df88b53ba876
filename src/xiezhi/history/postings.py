"""Where each identifier occurs in a stretch of history: a small file beside the stretch's Parquet files.

An identifier's 64-bit key has a bucket (its top bits) and a fingerprint (its low 32 bits). Buckets lie one after
another, each in order of offset, so a look-up reads a few hundred bytes. What tells a key apart are bucket and
fingerprint together, some fifty bits: in a stretch of three million entries one look-up in 300 million finds an
event that is not the identifier's. `History.of` compares the event itself, `History.trace` does not.

The file can be made again from the Parquet files at any time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numba import njit

from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Int64, UInt64
from xiezhi.domain.hashing import hash_column, hash_text

UInt32 = npt.NDArray[np.uint32]

NAME = "identifiers.postings"
VERDICT_FROM = 0.1
"""Score from which an event counts as a verdict, whatever its action."""

_MAGIC = b"XZPOST01"
_SIZE = np.dtype("<u4")
_REACH = 1 << 24
"""Offsets in a stretch that a posting can name."""
_FIELDS = 1 << 7
_PER_BUCKET = 8
_LONGEST = 1 << 20
"""Bytes of a head; no real one is near it."""

Fields = Mapping[str, Sequence[str]]
"""The identifier fields of each channel."""


class _Head(msgspec.Struct):
    first: int
    bits: int
    entries: int
    fields: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Events with an identifier, in order of offset: offset int64[n], field int64[n] into `fields` of (channel,
    field), verdict bool[n]. An event with it in two fields comes twice."""

    fields: tuple[tuple[str, str], ...]
    offset: Int64
    field: Int64
    verdict: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.offset)


class Postings:
    """The postings of one stretch. Only a few bytes are read for each look-up; nothing is mapped, since a file that
    somebody cuts short must not end the process."""

    def __init__(self, path: Path) -> None:
        """Raises `ValueError` for a file that is none, `OSError` for one that can't be read."""
        self._path = path
        with open(path, "rb") as file:
            magic, size = file.read(8), int.from_bytes(file.read(8), "little")
            try:
                head = msgspec.json.decode(file.read(min(size, _LONGEST)), type=_Head)
            except msgspec.MsgspecError as error:
                raise ValueError(f"{path} holds no postings") from error
            buckets = (1 << head.bits) + 1
            self._starts = _aligned(16 + size)
            self._prints = self._starts + _SIZE.itemsize * buckets
            self._places = self._prints + _SIZE.itemsize * head.entries
            whole = self._places + _SIZE.itemsize * head.entries
            if magic != _MAGIC or os.fstat(file.fileno()).st_size != whole:
                raise ValueError(f"{path} is not whole")
        self._head, self.fields = head, tuple(head.fields)

    def find(self, key: int) -> Occurrences:
        """The events with an identifier, given by its key. Raises as the constructor does."""
        bucket = key >> (64 - self._head.bits) if self._head.bits else 0
        with open(self._path, "rb", buffering=0) as file:
            low, high = self._numbers(file.fileno(), self._starts, bucket, 2).tolist()
            prints = self._numbers(file.fileno(), self._prints, low, high - low)
            at = np.flatnonzero(prints == np.uint32(key & 0xFFFFFFFF))
            places = self._numbers(file.fileno(), self._places, low, high - low)[at].astype(np.int64)
        return Occurrences(
            self.fields,
            self._head.first + (places & (_REACH - 1)),
            (places >> 24) & (_FIELDS - 1),
            (places >> 31).astype(np.bool_),
        )

    def _numbers(self, file: int, start: int, at: int, count: int) -> UInt32:
        if not 0 <= at <= at + count <= self._head.entries + (1 << self._head.bits) + 1:
            raise ValueError(f"{self._path} is damaged")
        data = os.pread(file, _SIZE.itemsize * count, start + _SIZE.itemsize * at)
        if len(data) != _SIZE.itemsize * count:
            raise ValueError(f"{self._path} is not whole")
        return np.frombuffer(data, _SIZE)


def write(folder: Path, first: int, end: int, fields: Fields) -> None:
    """Make the postings of a stretch from the Parquet files in its folder. Raises `OSError` on a full disk."""
    channels = [path.stem for path in sorted(folder.glob("*.parquet"))]
    tables = (
        (channel, _read(folder / f"{channel}.parquet", fields.get(channel, ()))) for channel in channels
    )
    write_from(folder, first, end, fields, tables)


def write_from(
    folder: Path, first: int, end: int, fields: Fields, tables: Iterable[tuple[str, pa.Table]]
) -> None:
    """The same from tables that are still in memory."""
    if end - first >= _REACH:
        return  # so long a stretch is only scanned
    named: list[tuple[str, str]] = []
    keys: list[UInt64] = []
    places: list[UInt32] = []
    for channel, table in tables:
        offsets = table.column("offset").to_numpy() - first
        told = _told(table)
        for field in fields.get(channel, ()):
            if field not in table.column_names or len(named) >= _FIELDS:
                continue
            column = hash_column(table.column(field).combine_chunks())
            present = np.flatnonzero(column)
            keys.append(column[present])
            place = (offsets[present] | (len(named) << 24)).astype(np.uint32)
            places.append(place | (told[present].astype(np.uint32) << np.uint32(31)))
            named.append((channel, field))
    _write(folder / NAME, first, named, keys, places)


def _write(
    path: Path, first: int, fields: list[tuple[str, str]], keys: list[UInt64], places: list[UInt32]
) -> None:
    key = np.concatenate([np.zeros(0, np.uint64), *keys])
    place = np.concatenate([np.zeros(0, np.uint32), *places])
    bits = max(len(key) // _PER_BUCKET, 1).bit_length() - 1
    starts = np.zeros((1 << bits) + 1, np.uint32)
    prints, ordered = np.empty(len(key), np.uint32), np.empty(len(key), np.uint32)
    _distribute(key, place, bits, starts, prints, ordered)
    head = msgspec.json.encode(_Head(first, bits, len(key), fields))
    filler = b"\0" * (_aligned(16 + len(head)) - 16 - len(head))
    aside = path.with_suffix(".partial")
    with open(aside, "wb") as file:
        file.write(_MAGIC + len(head).to_bytes(8, "little") + head + filler)
        for array in (starts, prints, ordered):
            file.write(array.astype(_SIZE, copy=False).data)
    os.replace(aside, path)


@njit(cache=True, nogil=True)
def _distribute(
    key: UInt64, place: UInt32, bits: int, starts: UInt32, prints: UInt32, ordered: UInt32
) -> None:
    """A counting sort by bucket; it keeps the order of offsets within a field."""
    shift = np.uint64(64 - bits)
    for at in range(len(key)):
        starts[(key[at] >> shift if bits else np.uint64(0)) + np.uint64(1)] += np.uint32(1)
    for after in range(1, len(starts)):
        starts[after] += starts[after - 1]
    filled = starts[:-1].copy()
    for at in range(len(key)):
        bucket = np.int64(key[at] >> shift) if bits else np.int64(0)
        to = filled[bucket]
        prints[to] = np.uint32(key[at] & np.uint64(0xFFFFFFFF))
        ordered[to] = place[at]
        filled[bucket] = to + np.uint32(1)


def _told(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Which events count as verdicts."""
    score = table.column("score").to_numpy()
    action = table.column("action").combine_chunks()
    if not pa.types.is_dictionary(action.type):
        action = action.dictionary_encode()
    names = action.dictionary.to_pylist()
    acted = np.array([name != Action.allow.name for name in names], np.bool_)
    told = (score >= np.float32(VERDICT_FROM)) | acted[action.indices.to_numpy()]
    return np.asarray(told, np.bool_)


def _read(path: Path, fields: Sequence[str]) -> pa.Table:
    known = pq.read_schema(path).names
    return pq.read_table(
        path, columns=[name for name in ("offset", "score", "action", *fields) if name in known]
    )


def _aligned(size: int) -> int:
    return (size + 63) // 64 * 64


def key_of(value: str) -> int:
    """The key of an identifier as it stands in events."""
    return hash_text(value)


def in_table(channel: str, table: pa.Table, fields: Sequence[str], value: str) -> Occurrences:
    """The occurrences of an identifier in events that are still in memory."""
    named = [field for field in fields if field in table.column_names]
    told = _told(table)
    found = [np.flatnonzero(_is(table.column(field), value)) for field in named]
    rows = np.concatenate([np.zeros(0, np.int64), *found])
    place = np.concatenate(
        [np.zeros(0, np.int64), *(np.full(len(each), at) for at, each in enumerate(found))]
    )
    offsets = table.column("offset").to_numpy()
    return Occurrences(tuple((channel, field) for field in named), offsets[rows], place, told[rows])


def _is(column: pa.ChunkedArray, value: str) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.equal(column, value), False).to_numpy(), np.bool_)
