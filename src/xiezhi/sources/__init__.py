"""Events in: files (CSV, Parquet, JSON lines), standard input and rows from callers, as canonical columns."""

from xiezhi.sources.merge import Merged, merge
from xiezhi.sources.paths import expand_paths
from xiezhi.sources.reading import open_source
from xiezhi.sources.rows import RowReader, rows_to_table
from xiezhi.sources.source import UNDATED, BadRow, Chunk, Source, SourceOptions

__all__ = [
    "UNDATED",
    "BadRow",
    "Chunk",
    "Merged",
    "RowReader",
    "Source",
    "SourceOptions",
    "expand_paths",
    "merge",
    "open_source",
    "rows_to_table",
]
