"""Decided events at rest: compact Parquet files, one a channel in a folder a stretch of offsets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Float64, Int64
from xiezhi.domain.errors import XiezhiError

SEGMENT = 1_000_000
"""Events after which a folder is written. Long stretches compress better; what waits is held in memory."""

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


@dataclass(slots=True)
class HistoryWriter:
    """Gathers decided events and writes them out.

    A stretch is written aside, synced and renamed whole, so readers never see half of one. What waits
    is lost in a crash and made again from the journal, from `end` on.
    """

    folder: Path
    segment: int = SEGMENT
    _waiting: dict[str, list[Decided]] = field(default_factory=dict)
    _rows: int = 0
    _first: int = -1
    _end: int = -1

    def end(self) -> int:
        """The offset after the last event that is safely written."""
        return max((end for _, end in map(_stretch, self.stretches())), default=0)

    def stretches(self) -> list[Path]:
        """Folders that are whole, in order. Half-written ones of an earlier crash are deleted."""
        found = []
        for path in sorted(self.folder.glob("*-*")):
            if path.name.endswith(_ASIDE):
                shutil.rmtree(path)
            else:
                found.append(path)
        return found

    def add(self, first: int, end: int, parts: Mapping[str, list[Decided]]) -> None:
        """Take in the events of a journal entry with offsets `first` to `end - 1`."""
        self._first = first if self._first < 0 else self._first
        self._end = end
        for channel, decided in parts.items():
            self._waiting.setdefault(channel, []).extend(decided)
            self._rows += sum(len(part.offset) for part in decided)
        if self._rows >= self.segment:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits. Raises `XiezhiError` where the disk won't take it."""
        if self._rows:
            name = f"{self._first:012d}-{self._end:012d}"
            aside = self.folder / (name + _ASIDE)
            try:
                aside.mkdir(parents=True, exist_ok=True)
                for channel, decided in self._waiting.items():
                    tables = [_with_verdicts(part) for part in decided]
                    _write(aside / f"{channel}.parquet", pa.Table.from_batches(tables))
                os.replace(aside, self.folder / name)
                _sync(self.folder)
            except OSError as error:
                raise XiezhiError(
                    f"{self.folder / name}: can't be written ({error.strerror or error})",
                    "make room or mend the folder's rights and start again; nothing is lost",
                ) from error
        self._waiting, self._rows, self._first, self._end = {}, 0, -1, -1


def _stretch(path: Path) -> tuple[int, int]:
    first, end = path.name.split("-")
    return int(first), int(end)


def _with_verdicts(part: Decided) -> pa.RecordBatch:
    types = pa.DictionaryArray.from_arrays(
        pa.array(part.type.astype(np.int32), mask=part.type < 0), pa.array(part.types, pa.string())
    )
    columns = {"offset": pa.array(part.offset)}
    columns |= dict(zip(part.table.schema.names, part.table.columns, strict=True))
    columns["score"] = pa.array(part.score.astype(np.float32))
    columns["type"] = types.cast(pa.string())
    columns["action"] = _ACTIONS.take(pa.array(part.action))
    return pa.RecordBatch.from_pydict(columns)


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
            write_statistics=["offset", "ts"],
            row_group_size=1 << 20,
        )
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
