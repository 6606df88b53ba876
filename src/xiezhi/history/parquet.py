"""Decided events at rest: compact Parquet files, one a channel in a folder a stretch of offsets."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Float64, Int64
from xiezhi.domain.errors import XiezhiError
from xiezhi.history import postings

SEGMENT = 1_000_000
"""Events after which a folder is written. Long stretches compress better; what waits is held in memory."""

ROW_GROUP = 1 << 12
"""Rows that are packed together: a reader who wants one event unpacks all of them. A fourth larger on disk than with
groups of a million, and single events are read thirty times as fast."""

LOOSE = 256
"""Parts of a channel that wait before they are joined; one request makes one part."""

_ACTIONS = pa.array([action.name for action in Action])
_ASIDE = ".partial"

# Columns whose values follow one another closely; the rest goes by dictionary while that pays.
_DELTA = {"offset": "DELTA_BINARY_PACKED", "ts": "DELTA_BINARY_PACKED", "id": "DELTA_BYTE_ARRAY"}


@dataclass(frozen=True, slots=True)
class Decided:
    """Events of one channel with what was decided: offset int64[n], score float64[n], action int8[n]
    (`Action`), type int16[n] into `types` (-1: none)."""

    table: pa.RecordBatch
    offset: Int64
    score: Float64
    action: npt.NDArray[np.int8]
    type: npt.NDArray[np.int16]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All history at one moment: the folders that are whole, oldest first, and by channel what still waits in
    memory. No event is in both, none in neither."""

    stretches: tuple[Path, ...]
    waiting: Mapping[str, pa.Table]


@dataclass(slots=True)
class _Waiting:
    """A channel's events that are not written yet: parts as they came, and before them joined ones."""

    loose: list[Decided] = field(default_factory=list)
    joined: list[pa.Table] = field(default_factory=list)

    def join(self) -> None:
        if self.loose:
            # Their kinds of fraud are numbered alike until the rules change; a table each would cost far more.
            alike = [list(parts) for _, parts in groupby(self.loose, key=lambda part: part.types)]
            self.joined.append(pa.concat_tables([_with_verdicts(parts) for parts in alike]))
            self.loose = []

    def table(self) -> pa.Table:
        """Everything, as one table."""
        self.join()
        if len(self.joined) > 1:
            self.joined = [pa.concat_tables(self.joined).combine_chunks()]
        return self.joined[0]


@dataclass(slots=True)
class HistoryWriter:
    """Gathers decided events and writes them out, with the postings of `fields` (identifier fields by channel).

    A stretch is written aside, synced and renamed whole, so readers never see half of one. What waits
    is lost in a crash and made again from the journal, from `end` on. One thread may write while others
    take snapshots.
    """

    folder: Path
    fields: postings.Fields = field(default_factory=dict)
    segment: int = SEGMENT
    reached: int = 0
    """The offset after the newest event taken in."""
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _rows: int = 0
    _first: int = -1
    _end: int = -1
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self) -> int:
        """The offset after the last event that is safely written."""
        return max((end for _, end in map(stretch, self.stretches())), default=0)

    def stretches(self) -> list[Path]:
        """Folders that are whole, in order. Half-written ones of an earlier crash are deleted."""
        for path in self.folder.glob(f"*{_ASIDE}"):
            shutil.rmtree(path)
        return stretches(self.folder)

    def snapshot(self) -> Snapshot:
        """What there is now, with nothing missing in between."""
        with self._lock:
            waiting = {channel: found.table() for channel, found in self._waiting.items()}
            return Snapshot(tuple(stretches(self.folder)), waiting)

    def add(self, first: int, end: int, parts: Mapping[str, list[Decided]]) -> None:
        """Take in the events of a journal entry with offsets `first` to `end - 1`."""
        with self._lock:
            self._first = first if self._first < 0 else self._first
            self._end = self.reached = end
            for channel, decided in parts.items():
                waiting = self._waiting.setdefault(channel, _Waiting())
                waiting.loose += decided
                if len(waiting.loose) >= LOOSE:
                    waiting.join()
                self._rows += sum(len(part.offset) for part in decided)
        if self._rows >= self.segment:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits. Raises `XiezhiError` where the disk won't take it."""
        if not self._rows:
            self._waiting, self._first, self._end = {}, -1, -1
            return
        name = f"{self._first:012d}-{self._end:012d}"
        aside = self.folder / (name + _ASIDE)
        try:
            aside.mkdir(parents=True, exist_ok=True)
            tables = self.snapshot().waiting
            for channel, table in tables.items():
                _write(aside / f"{channel}.parquet", table)
            postings.write_from(aside, self._first, self._end, self.fields, tables.items())
            with self._lock:
                os.replace(aside, self.folder / name)
                self._waiting, self._rows, self._first, self._end = {}, 0, -1, -1
            _sync(self.folder)
        except OSError as error:
            raise XiezhiError(
                f"{self.folder / name}: can't be written ({error.strerror or error})",
                "make room or mend the folder's rights and start again; nothing is lost",
            ) from error


def stretches(folder: Path) -> list[Path]:
    """The folders below a store's history that are whole, oldest first."""
    return sorted(path for path in folder.glob("*-*") if not path.name.endswith(_ASIDE))


def stretch(path: Path) -> tuple[int, int]:
    """The offsets that a folder holds: first, and the one after the last."""
    first, end = path.name.split("-")
    return int(first), int(end)


def _with_verdicts(parts: Sequence[Decided]) -> pa.Table:
    """Events of one channel, their kinds of fraud numbered alike, with what was decided beside them."""
    type = np.concatenate([part.type for part in parts])
    types = pa.DictionaryArray.from_arrays(
        pa.array(type.astype(np.int32), mask=type < 0), pa.array(parts[0].types, pa.string())
    )
    events = pa.Table.from_batches([part.table for part in parts])
    columns = {"offset": pa.array(np.concatenate([part.offset for part in parts]))}
    columns |= dict(zip(events.column_names, events.columns, strict=True))
    columns["score"] = pa.array(np.concatenate([part.score for part in parts]).astype(np.float32))
    columns["type"] = types.cast(pa.string())
    columns["action"] = _ACTIONS.take(pa.array(np.concatenate([part.action for part in parts])))
    return pa.table(columns)


def _write(path: Path, table: pa.Table) -> None:
    delta = {name: encoding for name, encoding in _DELTA.items() if name in table.schema.names}
    with open(path, "wb") as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            compression_level=3,
            use_dictionary=[name for name in table.schema.names if name not in delta],
            column_encoding=delta,
            write_statistics=[
                "offset",
                "ts",
                "id",
            ],  # ids mostly ascend, so a search for one skips most groups
            row_group_size=ROW_GROUP,
        )
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
