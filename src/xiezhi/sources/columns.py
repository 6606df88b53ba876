"""Whole columns as their fields' types: compiled or vectorised where the values are plain, and for the others
value by value through the same rule as single rows (`values`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.domain.identifiers import clean_column
from xiezhi.domain.schema import Field
from xiezhi.sources.numbers import fast_numbers
from xiezhi.sources.slices import plain_codes, utf8_faults
from xiezhi.sources.source import MAX_FIELD
from xiezhi.sources.times import LATEST, fast_times
from xiezhi.sources.unfit import Unfit, shown
from xiezhi.sources.values import SHEET_ERRORS, Reader, reader_of, sign_check

Faults = dict[int, str]
"""Reasons by row."""
Rows = npt.NDArray[np.int64]

_SHEET = pa.array(["", *SHEET_ERRORS])


def read_column(field: Field, column: Any, unit_ms: int = 0) -> tuple[pa.Array, Faults]:
    """The canonical column of a field, missing where the value is or where it does not fit, and why it does
    not by row. `column` may be of any Arrow type."""
    column = _plain_layout(column)
    if column.null_count == len(column):
        return pa.nulls(len(column), field.arrow_type), {}
    text = pa.types.is_string(column.type)
    if text and field.type == "identifier":
        return _identifiers(field, column)
    if text and field.type == "time":
        times, left = fast_times(column, unit_ms)
        return _patched(field, times, column, left, reader_of(field, unit_ms))
    if text and field.type == "number":
        numbers, left = fast_numbers(column)
        return _patched(field, numbers, column, left, reader_of(field))
    if text:
        return _texts(field, column)
    if field.type == "number" and (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return _typed_numbers(field, column)
    if field.type == "time" and pa.types.is_timestamp(column.type):
        return _timestamps(field, column)
    if field.type == "time" and column.type == pa.int64():
        return _epochs(field, column, unit_ms)
    if field.type == "flag" and pa.types.is_boolean(column.type):
        return column, {}
    if field.type == "integer" and column.type == pa.int64() and not sign_check(field):
        return column, {}
    if field.type in ("identifier", "code") and pa.types.is_integer(column.type):
        return read_column(field, column.cast(pa.string()), unit_ms)
    return _one_by_one(field, column, np.arange(len(column)), reader_of(field, unit_ms))


def _plain_layout(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    odd = pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    return column.cast(pa.string()) if odd else column


def _python(column: Any) -> list[Any]:
    """The values in Python; what is not UTF-8 comes as bytes."""
    if pa.types.is_string(column.type):
        octets = column.cast(pa.binary()).to_pylist()
        return [_decoded(value) for value in octets]
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())


def _decoded(value: bytes | None) -> str | bytes | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value


def _each(values: Sequence[Any], read: Reader) -> tuple[list[Any], Faults]:
    found: list[Any] = []
    faults: Faults = {}
    for place, value in enumerate(values):
        try:
            found.append(read(value))
        except Unfit as unfit:
            found.append(None)
            faults[place] = str(unfit)
    return found, faults


def _one_by_one(field: Field, column: Any, rows: Rows, read: Reader) -> tuple[pa.Array, Faults]:
    try:
        values = _python(column)
    except (ValueError, OverflowError):
        return pa.nulls(len(column), field.arrow_type), dict.fromkeys(rows.tolist(), "is out of range")
    found, faults = _each(values, read)
    return pa.array(found, field.arrow_type), {int(rows[place]): reason for place, reason in faults.items()}


def _patched(
    field: Field, values: Any, column: Any, left: npt.NDArray[np.bool_], read: Reader
) -> tuple[Any, Faults]:
    """Plain values as they are, and each distinct other one read slowly."""
    faults: Faults = {}
    missing = column.is_null().to_numpy(zero_copy_only=False) if column.null_count else None
    if left.any():
        rows = np.flatnonzero(left)
        found, faults = _distinct(field, column.take(pa.array(rows)), rows, read)
        absent = found.is_null().to_numpy(zero_copy_only=False)
        values[rows[~absent]] = found.drop_null().to_numpy()
        missing = np.zeros(len(column), dtype=np.bool_) if missing is None else missing.copy()
        missing[rows[absent]] = True
    if field.type == "number" and sign_check(field) and (values < 0).any():
        for row in np.flatnonzero(values < 0).tolist():
            faults[row] = f"is negative: {values[row]:g}"
    return pa.array(values, field.arrow_type, mask=missing), faults


def _distinct(field: Field, column: Any, rows: Rows, read: Reader) -> tuple[pa.Array, Faults]:
    """Each distinct value is read once; `rows` are the numbers of the column's rows."""
    coded = (column.cast(pa.binary()) if pa.types.is_string(column.type) else column).dictionary_encode()
    values = [
        _decoded(value) if isinstance(value, bytes) else value for value in coded.dictionary.to_pylist()
    ]
    found, wrong = _each(values, read)
    faults: Faults = {}
    if wrong:
        codes = coded.indices.to_numpy(zero_copy_only=False)
        hit = np.isin(codes, list(wrong))
        faults = {int(row): wrong[int(code)] for row, code in zip(rows[hit], codes[hit], strict=True)}
    return pa.array(found, field.arrow_type).take(coded.indices), faults


def _identifiers(field: Field, column: Any) -> tuple[pa.Array, Faults]:
    cleaned, bad = clean_column(field.kind or "any", column)
    if not bad.any():
        return cleaned, {}
    rows = np.flatnonzero(bad)
    values = _python(column.take(pa.array(rows)))
    reasons = ["is not UTF-8" if isinstance(v, bytes) else f"is no {field.kind}: {shown(v)}" for v in values]
    return cleaned, dict(zip(rows.tolist(), reasons, strict=True))


def _texts(field: Field, column: Any) -> tuple[pa.Array, Faults]:
    """Columns of type text, code, flag and integer that come as strings."""
    if field.type == "text":
        return _free_text(column)
    if field.type == "code" and not field.values:
        left = ~plain_codes(column)
        if not left.any():
            return column, {}
        rows = np.flatnonzero(left)
        found, faults = _distinct(field, column.take(pa.array(rows)), rows, reader_of(field))
        return pc.replace_with_mask(column, pa.array(left), found), faults
    return _distinct(field, column, np.arange(len(column)), reader_of(field))


def _free_text(column: Any) -> tuple[pa.Array, Faults]:
    faults: Faults = dict.fromkeys(utf8_faults(column).tolist(), "is not UTF-8")
    sizes = pc.binary_length(column)
    if (pc.max(sizes).as_py() or 0) > MAX_FIELD:
        for row in np.flatnonzero(
            pc.fill_null(pc.greater(sizes, MAX_FIELD), False).to_numpy(zero_copy_only=False)
        ):
            faults[int(row)] = f"is longer than {MAX_FIELD:,} bytes"
    nothing = pc.is_in(column, value_set=_SHEET)
    if pc.any(nothing).as_py():
        column = pc.if_else(nothing, pa.scalar(None, pa.string()), column)
    if faults:
        good = np.ones(len(column), dtype=np.bool_)
        good[list(faults)] = False
        column = pc.if_else(pa.array(good), column, pa.scalar(None, pa.string()))
    return column, faults


def _typed_numbers(field: Field, column: Any) -> tuple[pa.Array, Faults]:
    values = column.cast(pa.float64(), safe=False)
    flat = pc.fill_null(values, 0.0).to_numpy()
    faults: Faults = {
        row: f"is no number: {flat[row]}" for row in np.flatnonzero(~np.isfinite(flat)).tolist()
    }
    if sign_check(field) and (flat < 0).any():
        for row in np.flatnonzero(flat < 0).tolist():
            faults.setdefault(row, f"is negative: {flat[row]:g}")
    return values, faults


def _timestamps(field: Field, column: Any) -> tuple[pa.Array, Faults]:
    """Arrow timestamps; without a zone they are China's."""
    shift = 0 if column.type.tz else 28_800_000
    whole = column.cast(pa.timestamp("ms", column.type.tz), safe=False).cast(pa.int64())
    values = pc.subtract(whole, shift)
    flat = pc.fill_null(values, 0).to_numpy()
    outside = np.flatnonzero((flat < 0) | (flat >= LATEST))
    return values, dict.fromkeys(outside.tolist(), "lies outside the years 1970 to 2199")


def _epochs(field: Field, column: Any, unit_ms: int) -> tuple[pa.Array, Faults]:
    """Whole numbers as `times.time_of_number` takes them."""
    numbers = pc.fill_null(column, 0).to_numpy()
    plain = (numbers >= 0) & (numbers < (LATEST // unit_ms if unit_ms else 100_000_000_000_000))
    seconds = numbers < 100_000_000_000
    values = numbers * unit_ms if unit_ms else np.where(seconds, numbers * 1000, numbers)
    plain &= (values >= 0) & (values < LATEST)
    return _patched(field, values, column, ~plain, reader_of(field, unit_ms))
