"""Columns that no field takes, kept as one JSON object a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.sources.slices import utf8_faults

EXTRA = "extra"
_ESCAPED = r'["\\\x00-\x1f\x7f]'
_DEPTH = 32


def _odd(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    return str(value)


_encoder = msgspec.json.Encoder(enc_hook=_odd)


def pack_extra(columns: Mapping[str, Any], rows: int) -> pa.Array:
    """A string column of JSON objects with each row's present values by column name, missing where there are
    none. A lone column called `extra` is passed on as it is."""
    if not columns:
        return pa.nulls(rows, pa.string())
    if list(columns) == [EXTRA] and _is_text(columns[EXTRA]):
        return columns[EXTRA].cast(pa.string())
    pieces = [piece for name, column in columns.items() if (piece := _piece(name, column)) is not None]
    if not pieces:
        return pa.nulls(rows, pa.string())
    joined = pc.utf8_rtrim(pc.binary_join_element_wise(*pieces, ""), ",")
    packed = pc.binary_join_element_wise("{", joined, "}", "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), packed)


def _is_text(column: Any) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _piece(name: str, column: Any) -> pa.Array | None:
    """`"name":value,` on every row that has a value, "" on the others."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.null_count == len(column):
        return None
    key = _encoder.encode(name).decode() + ":"
    return pc.fill_null(pc.binary_join_element_wise(key, _json(column), ",", ""), "")


def _json(column: Any) -> pa.Array:
    """Each value as JSON, missing where it is."""
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return column.cast(pa.string())
    if _is_text(column) and len(utf8_faults(column)) == 0:
        return _quoted(column.cast(pa.string()))
    return pa.array([None if value is None else json_text(value) for value in _python(column)], pa.string())


def _python(column: Any) -> list[Any]:
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):  # not UTF-8, or a time that Python cannot hold
        if pa.types.is_timestamp(column.type):
            return list(column.cast(pa.int64()).to_pylist())
        octets = column.cast(pa.binary()).to_pylist()
        return [None if value is None else value.decode(errors="replace") for value in octets]


def _quoted(column: Any) -> pa.Array:
    text = pc.binary_join_element_wise('"', column, '"', "")
    odd = pc.fill_null(pc.match_substring_regex(column, _ESCAPED), False)
    if not pc.any(odd).as_py():
        return text
    return pc.replace_with_mask(
        text, odd, pa.array([json_text(v) for v in pc.filter(column, odd).to_pylist()])
    )


def json_text(value: Any) -> str:
    """A value as JSON; what JSON has no form for becomes a text."""
    if isinstance(value, str):
        try:
            return _encoder.encode(value).decode()
        except UnicodeEncodeError:
            return _encoder.encode(value.encode(errors="replace").decode()).decode()
    try:
        return _encoder.encode(bounded(value)).decode()
    except (TypeError, ValueError, RecursionError):
        return _encoder.encode(repr(value)[:1000].encode(errors="replace").decode()).decode()


def bounded(value: Any, depth: int = 0) -> Any:
    """A value with what lies deeper than 32 levels replaced by null."""
    if depth >= _DEPTH:
        return None
    if isinstance(value, dict):
        return {str(key): bounded(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [bounded(inner, depth + 1) for inner in value]
    return value
