"""Single decided events out of Parquet files."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

OPEN = 256
"""Files whose footers are kept in memory."""

_OWN = frozenset({"offset", "score", "type", "action"})


@dataclass(frozen=True, slots=True)
class Row:
    """One decided event: `values` are the fields that it has, as they came."""

    offset: int
    channel: str
    ts: int
    id: str | None
    score: float
    type: str | None
    action: str
    values: dict[str, Any]


def rows_of(channel: str, table: pa.Table) -> list[Row]:
    """The rows of a table as history has it."""
    names = [name for name in table.column_names if name not in _OWN]
    return [
        Row(
            row["offset"],
            channel,
            row["ts"],
            row.get("id"),
            row["score"],
            row["type"],
            row["action"],
            {name: row[name] for name in names if row[name] is not None},
        )
        for row in table.to_pylist()
    ]


@dataclass(frozen=True, slots=True)
class _File:
    """A file's footer, and the first and last offset of each of its row groups."""

    metadata: Any
    first: Any
    last: Any


class RowFiles:
    """Reads rows by offset; keeps the footers of the files that were used last. May be used by several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, _File] = OrderedDict()
        self._lock = threading.Lock()

    def rows(self, path: Path, offsets: Sequence[int]) -> list[Row]:
        """The rows of a file with some offsets; no file, no rows."""
        file = self._file(path)
        if file is None:
            return []
        wanted = np.array(sorted(set(offsets)), np.int64)
        group = np.searchsorted(file.last, wanted)
        inside = group < len(file.last)
        wanted, group = wanted[inside], group[inside]
        groups = np.unique(group[file.first[group] <= wanted]).tolist()
        if not groups:
            return []
        with pq.ParquetFile(path, metadata=file.metadata) as opened:
            tables = [_picked(opened.read_row_group(each, use_threads=False), wanted) for each in groups]
        return [row for table in tables for row in rows_of(path.stem, table)]

    def _file(self, path: Path) -> _File | None:
        with self._lock:
            found = self._known.get(path)
            if found is not None:
                self._known.move_to_end(path)
                return found
        if not path.is_file():
            return None
        metadata = pq.read_metadata(path)
        at = metadata.schema.names.index("offset")
        stats = [metadata.row_group(group).column(at).statistics for group in range(metadata.num_row_groups)]
        found = _File(
            metadata,
            np.array([each.min for each in stats], np.int64),
            np.array([each.max for each in stats], np.int64),
        )
        with self._lock:
            self._known[path] = found
            if len(self._known) > OPEN:
                self._known.popitem(last=False)
        return found


def _picked(table: pa.Table, wanted: Any) -> pa.Table:
    """The rows of a table, which is in order of offset, that have one of the offsets."""
    offsets = table.column("offset").to_numpy()
    at = np.searchsorted(offsets, wanted)
    at = at[at < len(offsets)]
    return table.take(pa.array(np.unique(at[np.isin(offsets[at], wanted)])))
