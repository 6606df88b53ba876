"""Columns as a file has them, turned into a channel's canonical table and the reasons of the rows that do
not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.domain.batch import Int64
from xiezhi.domain.identifiers import clean_column
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import Binding
from xiezhi.sources.columns import Faults, read_column
from xiezhi.sources.extra import EXTRA, pack_extra
from xiezhi.sources.hosts import domains_of
from xiezhi.sources.slices import utf8_faults
from xiezhi.sources.source import SourceOptions


@dataclass(frozen=True, slots=True)
class Converted:
    """`table` has the rows that fit, `kept` (int64) their places in the input, `faults` why others do not."""

    table: pa.RecordBatch
    kept: Int64
    faults: Faults


def convert(
    schema: EventSchema, binding: Binding, columns: Mapping[str, Any], rows: int, options: SourceOptions
) -> Converted:
    """Read every field from its column; `columns` are Arrow arrays of `rows` values by column name."""
    faults: Faults = {}
    arrays: dict[str, Any] = {}
    for field in schema.fields:
        name = binding.columns.get(field.name)
        if name is None or name not in columns:
            arrays[field.name] = pa.nulls(rows, field.arrow_type)
        else:
            arrays[field.name], found = read_column(field, columns[name], options.unit_ms)
            note(faults, field.name, found)
    arrays[EXTRA] = pack_extra({name: columns[name] for name in binding.extra if name in columns}, rows)
    return finish(schema, arrays, rows, faults, options.undated)


def note(faults: Faults, field: str, found: Faults) -> None:
    """Add a field's faults to those of the rows."""
    for row, reason in found.items():
        text = f"`{field}` {reason}"
        faults[row] = f"{faults[row]}; {text}" if row in faults else text


def finish(schema: EventSchema, arrays: dict[str, Any], rows: int, faults: Faults, undated: int) -> Converted:
    """What follows once every column has its type: missing values, undated events, domains of URLs."""
    unfit = set(faults)
    for field in schema.fields:
        column = arrays[field.name]
        if field.required and column.null_count:
            missing = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)).tolist()
            note(faults, field.name, {row: "is missing" for row in missing if row not in unfit})
        elif field.type == "time" and column.null_count:
            arrays[field.name] = pc.fill_null(column, undated)
    if "url" in arrays and "domain" in arrays and arrays["domain"].null_count:
        arrays["domain"] = pc.coalesce(arrays["domain"], domains_of(arrays["url"]))
    table = pa.RecordBatch.from_arrays([arrays[name] for name in schema.arrow.names], schema=schema.arrow)
    if not faults:
        return Converted(table, np.arange(rows, dtype=np.int64), faults)
    good = np.ones(rows, dtype=np.bool_)
    good[list(faults)] = False
    return Converted(table.filter(pa.array(good)), np.flatnonzero(good), faults)


def recheck(schema: EventSchema, table: pa.RecordBatch, options: SourceOptions) -> Converted:
    """As `convert`, of a table that has the canonical schema already: only that identifiers are canonical,
    texts are UTF-8 and nothing required is missing is looked at."""
    faults: Faults = {}
    arrays: dict[str, Any] = {EXTRA: table.column(EXTRA)}
    for field in schema.fields:
        column = table.column(field.name)
        if field.type == "identifier" and column.null_count < len(column):
            column, bad = clean_column(field.kind or "any", column)
            if bad.any():
                note(faults, field.name, dict.fromkeys(np.flatnonzero(bad).tolist(), f"is no {field.kind}"))
        elif column.null_count < len(column) and pa.types.is_string(column.type):
            note(faults, field.name, dict.fromkeys(utf8_faults(column).tolist(), "is not UTF-8"))
        arrays[field.name] = column
    note(faults, EXTRA, dict.fromkeys(utf8_faults(arrays[EXTRA]).tolist(), "is not UTF-8"))
    return finish(schema, arrays, table.num_rows, faults, options.undated)


def joined(tables: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Tables of one schema (at least one) below one another."""
    if len(tables) == 1:
        return tables[0]
    columns = [
        pa.concat_arrays([table.column(place) for table in tables]) for place in range(tables[0].num_columns)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=tables[0].schema)
