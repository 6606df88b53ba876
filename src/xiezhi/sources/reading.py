"""The door to sources: a path in, a source out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.base import load_knowledge
from xiezhi.sources.binding import check_mapping
from xiezhi.sources.csv_file import CsvSource
from xiezhi.sources.inputs import STDIN, ByteInput, split_name
from xiezhi.sources.jsonl_file import JsonlSource
from xiezhi.sources.parquet_file import ParquetSource
from xiezhi.sources.paths import READABLE
from xiezhi.sources.source import TIME_UNITS, Source, SourceOptions

_JSON = (".jsonl", ".ndjson")
_CSV = (".csv", ".tsv")


def open_source(
    path: str | Path,
    channel: EventSchema | None = None,
    mapping: Mapping[str, str] | None = None,
    options: SourceOptions | None = None,
    schemas: Mapping[str, EventSchema] | None = None,
) -> Source:
    """A file (or `-`, standard input: JSON lines when it begins with a brace, else CSV) as a source of
    events.

    Without a `channel` it is inferred from the file's name, else from its columns among `schemas` (the
    shipped ones unless given). `mapping` gives field -> column where names differ. Raises `XiezhiError`
    when the file cannot be read, is of an unknown format, or lacks columns that the channel must have.
    """
    options = options or SourceOptions()
    mapping = dict(mapping or {})
    _check(options)
    if channel is not None:
        check_mapping(channel, mapping, str(path))
    known = schemas if schemas is not None else load_knowledge().schemas
    name = str(path)
    if name == STDIN:
        data = ByteInput(STDIN)
        kind = ".jsonl" if data.peek().lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else ".csv"
        stem = ""
    else:
        stem, kind, compression = split_name(Path(name))
        if Path(name).is_dir():
            raise XiezhiError(f"{name}: is a folder", "name the files in it")
        if kind == ".parquet" and not compression:
            return ParquetSource(name, channel, mapping, options, known)
        data = ByteInput(name)
    if kind in _JSON:
        return JsonlSource(data, stem, channel, mapping, options, known)
    if kind in _CSV:
        return CsvSource(data, stem, channel, mapping, options, known)
    if not Path(name).exists():
        raise XiezhiError(f"{name}: no such file", "check the path")
    raise XiezhiError(
        f"{name}: is of no format that can be read", f"readable are {', '.join(READABLE)}; save it as CSV"
    )


def _check(options: SourceOptions) -> None:
    if options.time_unit is not None and options.time_unit not in TIME_UNITS:
        raise XiezhiError(f"`{options.time_unit}` is no unit of time", f"known are {', '.join(TIME_UNITS)}")
    delimiter = options.delimiter
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise XiezhiError(f"{delimiter!r} cannot part columns", "give one character, such as , or ;")
