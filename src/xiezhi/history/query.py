"""Questions to history: DuckDB over the Parquet files, asked through Ibis expressions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xiezhi.domain.errors import XiezhiError

if TYPE_CHECKING:
    import ibis


def events(folder: Path, channel: str) -> ibis.Table:
    """The decided events of a channel as an Ibis table: the channel's fields with offset, score, type, action.

    `folder` is a store's history folder. Raises `XiezhiError` when it holds no such events yet.
    """
    import ibis  # costs a tenth of a second, and only questions need it

    if not any(folder.glob(f"*/{channel}.parquet")):
        raise XiezhiError(f"{folder}: there is no history of {channel} events", "replay some events first")
    connection = ibis.duckdb.connect()
    return connection.read_parquet(str(folder / "*" / f"{channel}.parquet"), table_name=channel)


def size(folder: Path) -> tuple[int, int]:
    """(bytes, events) of a store's history."""
    import pyarrow.parquet as pq

    files = list(folder.glob("*-*/*.parquet"))
    return sum(path.stat().st_size for path in files), sum(pq.read_metadata(path).num_rows for path in files)
