"""One value, whatever a file or a caller gave, as its field's type: the rule that columns follow as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from xiezhi.domain.identifiers import IDENTIFIERS, is_absent
from xiezhi.domain.schema import Field
from xiezhi.sources.numbers import parse_number
from xiezhi.sources.source import MAX_FIELD
from xiezhi.sources.times import parse_time, time_of_datetime, time_of_number
from xiezhi.sources.unfit import Unfit, shown

Value: TypeAlias = str | float | int | bool | None
Reader: TypeAlias = Callable[[Any], Value]

NON_NEGATIVE_UNITS = frozenset({"s", "CNY"})
"""Units of things that cannot be less than nothing: a time that something took, a sum of money moved."""
OVERDRAWN = frozenset({"balance"})
"""Fields that may be negative all the same."""

SHEET_ERRORS = ("#NAME?", "#N/A", "#REF!", "#VALUE!", "#NULL!", "#NUM!", "#DIV/0!")
"""What a spreadsheet writes where a formula failed: no value."""

CODE_LONGEST = 256
_TRUE = frozenset({"true", "1", "t", "yes", "y", "是", "1.0"})
_FALSE = frozenset({"false", "0", "f", "no", "n", "否", "0.0"})
_INT64 = 1 << 63
_plain = msgspec.json.Encoder(order="deterministic")


def as_text(value: Any) -> str:
    """A value of any type as text: whole floats without their `.0`, containers as JSON. Raises `Unfit`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise Unfit("is not UTF-8") from None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float | Decimal | dt.date | dt.time):
        return str(value)
    try:
        return _plain.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        raise Unfit(f"is of a type that is not understood: {type(value).__name__}") from None


def is_nothing(value: Any) -> bool:
    """Whether a value says that there is none: null, an empty text, a spreadsheet's error."""
    return value is None or (
        type(value) is str and (not value or (value[0] == "#" and value in SHEET_ERRORS))
    )


@lru_cache(maxsize=512)
def reader_of(field: Field, unit_ms: int = 0) -> Reader:
    """The function that turns any value into the field's canonical type (None = missing) or raises
    `Unfit`."""
    read = _READERS[field.type](field, unit_ms)

    def read_value(value: Any) -> Value:
        return None if is_nothing(value) else read(value)

    return read_value


def _time(field: Field, unit_ms: int) -> Reader:
    def read(value: Any) -> Value:
        if isinstance(value, str):
            return None if is_absent(value) else parse_time(value, unit_ms)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return time_of_number(value, unit_ms)
        if isinstance(value, dt.date):
            return time_of_datetime(value)
        raise Unfit(f"is no time: {shown(value)}")

    return read


def _identifier(field: Field, unit_ms: int) -> Reader:
    identifier = IDENTIFIERS[field.kind or "any"]

    def read(value: Any) -> Value:
        text = as_text(value)
        cleaned = identifier.clean(text)
        if cleaned is None and not is_absent(text):
            raise Unfit(f"is no {field.kind}: {shown(text)}")
        if cleaned is not None and not cleaned.isascii():
            check_text(cleaned)
        return cleaned

    return read


def check_text(text: str) -> str:
    """The text itself; `Unfit` when it is too long or cannot be written as UTF-8."""
    if len(text) * 4 > MAX_FIELD or not text.isascii():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise Unfit("is not Unicode: it holds half of a character") from None
        if size > MAX_FIELD:
            raise Unfit(f"is longer than {MAX_FIELD:,} bytes")
    return text


def _text(field: Field, unit_ms: int) -> Reader:
    return lambda value: check_text(as_text(value))


def _code(field: Field, unit_ms: int) -> Reader:
    known = {code.casefold(): code for code in field.values}

    def read(value: Any) -> Value:
        text = check_text(as_text(value)).strip()
        if is_absent(text):
            return None
        if not known:
            if len(text) > CODE_LONGEST:
                raise Unfit(f"is longer than {CODE_LONGEST} characters")
            return text
        code = known.get(text.casefold())
        if code is None:
            close = get_close_matches(text.casefold(), known, n=1, cutoff=0.6)
            hint = f"did you mean `{known[close[0]]}`? " if close else ""
            raise Unfit(f"is not known: {shown(text)} ({hint}known are {', '.join(field.values)})")
        return code

    return read


def _number(field: Field, unit_ms: int) -> Reader:
    check = sign_check(field)

    def read(value: Any) -> Value:
        if isinstance(value, str):
            if is_absent(value) and value.strip().lower() != "nan":
                return None
            number = parse_number(value)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = float("inf")
        else:
            raise Unfit(f"is no number: {shown(value)}")
        if number - number != 0:
            raise Unfit(f"is no number: {number}")
        if check and number < 0:
            raise Unfit(f"is negative: {number:g}")
        return number

    return read


def sign_check(field: Field) -> bool:
    """Whether a negative value of the field is a fault."""
    return field.unit in NON_NEGATIVE_UNITS and field.name not in OVERDRAWN


def _integer(field: Field, unit_ms: int) -> Reader:
    number_of = _number(field, unit_ms)

    def read(value: Any) -> Value:
        if isinstance(value, str) and value.strip().lstrip("+-").isdigit() and len(value) < 25:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            number = number_of(value)
            if number is None:
                return None
            if number != int(number):
                raise Unfit(f"is no whole number: {shown(value)}")
            value = int(number)
        if not -_INT64 <= value < _INT64:
            raise Unfit(f"does not fit 64 bits: {value}")
        if sign_check(field) and value < 0:
            raise Unfit(f"is negative: {value}")
        return int(value)

    return read


def _flag(field: Field, unit_ms: int) -> Reader:
    def read(value: Any) -> Value:
        if isinstance(value, bool):
            return value
        text = as_text(value).strip().casefold()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if is_absent(text):
            return None
        raise Unfit(f"is neither true nor false: {shown(value)}")

    return read


_READERS: dict[str, Callable[[Field, int], Reader]] = {
    "time": _time,
    "identifier": _identifier,
    "text": _text,
    "code": _code,
    "number": _number,
    "integer": _integer,
    "flag": _flag,
}
