"""Rows that come as dictionaries (from JSON lines or over HTTP) as canonical tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.domain.identifiers import IDENTIFIERS
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import Binding, match_columns
from xiezhi.sources.columns import Faults, read_column
from xiezhi.sources.convert import Converted, finish, joined, note
from xiezhi.sources.extra import EXTRA, json_text
from xiezhi.sources.small import small_array
from xiezhi.sources.source import BadRow, SourceOptions
from xiezhi.sources.unfit import Unfit
from xiezhi.sources.values import reader_of

MAX_DEPTH = 32
"""Levels of lists and objects that a value may have."""

_FEW = 48  # rows up to which reading value by value is faster than by column
_SHAPES = 1024
_RAW = 65_536
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
_HOMOGENEOUS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_encode = msgspec.json.Encoder().encode


class RowReader:
    """Reads dictionaries as events of one channel. Keys are matched to fields as a file's columns are, for
    each set of keys by itself."""

    def __init__(
        self,
        schema: EventSchema,
        mapping: Mapping[str, str] | None = None,
        options: SourceOptions | None = None,
    ) -> None:
        self.schema = schema
        self.options = options or SourceOptions()
        self._mapping = dict(mapping or {})
        self._readers = {field.name: reader_of(field, self.options.unit_ms) for field in schema.fields}
        self._undated = {field.name for field in schema.fields if field.type == "time" and not field.required}
        self._types = [(field.name, field.arrow_type) for field in schema.fields] + [(EXTRA, pa.string())]
        self._empty = {kind: pa.nulls(1, kind) for _, kind in self._types}
        self._by_url = {"url", "domain"} <= set(schema.by_name)
        self._shapes: dict[tuple[str, ...], Binding] = {}

    def read(self, rows: Sequence[Any], undated: int | None = None) -> Converted:
        """The canonical table of the rows that fit, their places, and the reasons of the others by place.
        `undated` (ms) goes before the one of the options."""
        when = self.options.undated if undated is None else undated
        return self._one_by_one(rows, when) if len(rows) <= _FEW else self._by_column(rows, when)

    def _binding(self, row: Mapping[str, Any]) -> Binding:
        shape = tuple(row)
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            found = self._shapes[shape] = match_columns(self.schema, shape, self._mapping)
        return found

    def _one_by_one(self, rows: Sequence[Any], undated: int) -> Converted:
        faults: Faults = {}
        kept: list[int] = []
        values: list[dict[str, Any]] = []
        for place, row in enumerate(rows):
            reason, event = self._event(row, undated)
            if reason:
                faults[place] = reason
            else:
                kept.append(place)
                values.append(event)
        seen = set().union(*values) if len(values) != 1 else values[0]
        arrays = [
            small_array([event.get(name) for event in values], kind)
            if name in seen
            else (self._empty[kind] if len(values) == 1 else pa.nulls(len(values), kind))
            for name, kind in self._types
        ]
        table = pa.RecordBatch.from_arrays(arrays, schema=self.schema.arrow)
        return Converted(table, np.array(kept, dtype=np.int64), faults)

    def _event(self, row: Any, undated: int) -> tuple[str, dict[str, Any]]:
        """What is wrong with a row ("" for nothing), and its canonical values."""
        wrong = _misshapen(row)
        if wrong:
            return wrong, {}
        binding = self._binding(row)
        event: dict[str, Any] = {}
        reasons = []
        for field, key in binding.columns.items():
            value = row[key]
            if value is not None:
                try:
                    event[field] = self._readers[field](value)
                except Unfit as unfit:
                    reasons.append(f"`{field}` {unfit}")
        if reasons:
            return "; ".join(reasons), {}
        missing = [f"`{field}` is missing" for field in self.schema.required if event.get(field) is None]
        for field in self._undated:
            if event.get(field) is None:
                event[field] = undated
        if self._by_url and event.get("domain") is None and event.get("url") is not None:
            event["domain"] = IDENTIFIERS["domain"].clean(event["url"])
        if binding.extra:
            event[EXTRA] = _extra(row, binding.extra)
        return "; ".join(missing), event

    def _by_column(self, rows: Sequence[Any], undated: int) -> Converted:
        shapes = [tuple(row) if isinstance(row, dict) else None for row in rows]
        alike = shapes[0] is not None and shapes.count(shapes[0]) == len(shapes)
        keyed = _transposed(rows, shapes[0]) if alike and shapes[0] else None
        if keyed is None:
            return self._ragged(rows, undated)
        faults: Faults = {}
        for column in keyed.values():
            if {dict, list} & set(map(type, column)):
                deep = {row: _TOO_DEEP for row, value in enumerate(column) if _is_deep(value)}
                faults.update(deep)
                column[:] = [None if row in deep else value for row, value in enumerate(column)]
        binding = self._binding(rows[0])
        arrays: dict[str, Any] = {}
        for field in self.schema.fields:
            key = binding.columns.get(field.name)
            if key is None:
                arrays[field.name] = pa.nulls(len(rows), field.arrow_type)
            else:
                arrays[field.name], found = self._column(field.name, keyed[key])
                note(
                    faults,
                    field.name,
                    {row: reason for row, reason in found.items() if faults.get(row) != _TOO_DEEP},
                )
        packed = [_extra(row, binding.extra) for row in rows] if binding.extra else [None] * len(rows)
        arrays[EXTRA] = pa.array(packed, pa.string())
        return finish(self.schema, arrays, len(rows), faults, undated)

    def _ragged(self, rows: Sequence[Any], undated: int) -> Converted:
        """Rows with different keys, a few at a time."""
        parts, kept, faults = [], [], {}
        for start in range(0, len(rows), _FEW):
            part = self._one_by_one(rows[start : start + _FEW], undated)
            parts.append(part.table)
            kept.append(part.kept + start)
            faults.update({place + start: reason for place, reason in part.faults.items()})
        return Converted(joined(parts), np.concatenate(kept), faults)

    def _column(self, name: str, values: list[Any]) -> tuple[pa.Array, Faults]:
        field = self.schema.by_name[name]
        types = set(map(type, values)) - {type(None)}
        if len(types) <= 1:
            try:
                kind = _HOMOGENEOUS.get(types.pop()) if types else field.arrow_type
                if kind is not None:
                    return read_column(field, pa.array(values, kind), self.options.unit_ms)
            except (UnicodeEncodeError, OverflowError, pa.ArrowInvalid):
                pass  # half a character, or a number beyond 64 bits: found below
        read, faults, found = self._readers[name], {}, []
        for place, value in enumerate(values):
            try:
                found.append(None if value is None else read(value))
            except Unfit as unfit:
                found.append(None)
                faults[place] = str(unfit)
        return pa.array(found, field.arrow_type), faults


def _misshapen(row: Any) -> str:
    if not isinstance(row, dict):
        return "is no JSON object"
    for value in row.values():
        if (type(value) is dict or type(value) is list) and _is_deep(value):
            return _TOO_DEEP
    return ""


def _transposed(rows: Sequence[Any], shape: tuple[str, ...]) -> dict[str, list[Any]]:
    """The columns of rows that all have the same keys in the same order."""
    return dict(zip(shape, map(list, zip(*(row.values() for row in rows), strict=True)), strict=True))


def _is_deep(value: Any) -> bool:
    return isinstance(value, dict | list) and _depth(value) >= MAX_DEPTH


def _depth(value: Any) -> int:
    """Levels of lists and objects, counted to one more than are allowed."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        depth += 1
    return depth


def _extra(row: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    kept = {key: row[key] for key in keys if row[key] is not None and row[key] != ""}
    if not kept:
        return None
    if list(kept) == [EXTRA] and isinstance(kept[EXTRA], str):
        text: str = kept[EXTRA]
        return text if text.isascii() else text.encode(errors="replace").decode()
    try:
        return _encode(kept).decode()
    except (TypeError, ValueError):
        return "{" + ",".join(f"{json_text(key)}:{json_text(value)}" for key, value in kept.items()) + "}"


_readers: dict[tuple[int, int, tuple[tuple[str, str], ...]], RowReader] = {}


def rows_to_table(
    schema: EventSchema,
    rows: list[dict[str, Any]],
    mapping: Mapping[str, str] | None = None,
    options: SourceOptions | None = None,
    file: str = "rows",
) -> tuple[pa.RecordBatch, list[BadRow], Int64]:
    """Rows as the channel's canonical table: the table of those that fit, the others with reasons, and the
    places (int64, ascending) of those that fit. `BadRow.row` is the place in `rows`, its `raw` the row as
    JSON. Give `options.undated` as the time of arrival for events that may come without their own time."""
    options = options or SourceOptions()
    read = _reader(schema, mapping or {}, options).read(rows, options.undated)
    bad = [
        BadRow(file, place, None, read.faults[place], json_text(rows[place])[:_RAW])
        for place in sorted(read.faults)
    ]
    return read.table, bad, read.kept


def _reader(schema: EventSchema, mapping: Mapping[str, str], options: SourceOptions) -> RowReader:
    """A reader made before for the same, so that a single row is read at once."""
    key = (id(schema), options.unit_ms, tuple(mapping.items()))
    reader = _readers.get(key)
    if reader is None or reader.schema is not schema:
        if len(_readers) >= 256:
            _readers.clear()
        reader = _readers[key] = RowReader(schema, mapping, options)
    return reader
