"""Which column of a file feeds which field of a channel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema, Field

_BETWEEN = re.compile(r"[\s._\-]+")


@dataclass(frozen=True, slots=True)
class Binding:
    """`columns` gives the column of each field found; `extra` are the columns that no field takes."""

    columns: dict[str, str]
    extra: tuple[str, ...]


def match_columns(
    schema: EventSchema, columns: Iterable[str], mapping: Mapping[str, str] | None = None
) -> Binding:
    """Give each field its column: by the mapping (field -> column), else the same name, else the same but for
    case and the marks between words, else by the field's aliases in their order. What is missing is just
    not there."""
    names = list(columns)
    free = dict.fromkeys(names)
    found: dict[str, str] = {}
    for name, column in (mapping or {}).items():
        if column in free:
            found[name] = column
    for column in found.values():
        free.pop(column, None)
    for match in (_same_name, _same_but_case, _alias):
        for field in schema.fields:
            if field.name not in found:
                column_found = match(field, free)
                if column_found is not None:
                    found[field.name] = column_found
                    del free[column_found]
    in_order = {field.name: found[field.name] for field in schema.fields if field.name in found}
    return Binding(in_order, tuple(column for column in free if column))


def _same_name(field: Field, free: Mapping[str, None]) -> str | None:
    return field.name if field.name in free else None


def _same_but_case(field: Field, free: Mapping[str, None]) -> str | None:
    return _fold_match(field.name, free)


def _alias(field: Field, free: Mapping[str, None]) -> str | None:
    return next((hit for alias in field.aliases if (hit := _fold_match(alias, free)) is not None), None)


def _fold_match(name: str, free: Mapping[str, None]) -> str | None:
    if name in free:
        return name
    folded = _fold(name)
    return next((column for column in free if _fold(column) == folded), None)


def _fold(name: str) -> str:
    """A name without case and without regard to how its words are parted (`Cell.Tower` is `cell_tower`)."""
    return _BETWEEN.sub("_", name.casefold()).strip("_")


def bind(
    schema: EventSchema, columns: Iterable[str], mapping: Mapping[str, str] | None, name: str
) -> Binding:
    """As `match_columns`, but `XiezhiError` on a mapping that names what does not exist and when a column
    for a required field is missing. `name` is what the file is called in the error."""
    names = list(columns)
    check_mapping(schema, mapping or {}, name)
    for field, column in (mapping or {}).items():
        if column not in names:
            raise XiezhiError(
                f"{name}: there is no column `{column}` to take `{field}` from",
                f"{_nearest(column, names)}the file has {_listing(names)}",
            )
    binding = match_columns(schema, names, mapping)
    missing = missing_fields(schema, binding)
    if missing:
        example = (
            f"say which column it is: --map {missing[0]}={_likely(schema.by_name[missing[0]], binding.extra)}"
        )
        raise XiezhiError(
            f"{name}: no column for {_listing(missing)}, which {schema.plural} must have",
            f"{_nearest(missing[0], binding.extra)}{example}. The file has {_listing(names)}",
        )
    return binding


def check_mapping(schema: EventSchema, mapping: Mapping[str, str], name: str) -> None:
    """`XiezhiError` when a mapping names a field that the channel does not have."""
    for field in mapping:
        if field not in schema.by_name:
            raise XiezhiError(
                f"{name}: {schema.plural} have no field `{field}` to map to",
                f"{_nearest(field, schema.by_name)}their fields are {_listing(schema.by_name)}",
            )


def missing_fields(schema: EventSchema, binding: Binding) -> list[str]:
    """Required fields that no column feeds."""
    return [field for field in schema.required if field not in binding.columns]


def _nearest(word: str, known: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean `{folded[close[0]]}`? " if close else ""


def _likely(field: Field, columns: Iterable[str]) -> str:
    """The free column that is most like a field or one of its aliases."""
    folded = {name.casefold(): name for name in columns}
    for word in (field.name, *field.aliases):
        close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
        if close:
            return folded[close[0]]
    return "Column"


def _listing(names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in names if name]
    return (
        ", ".join(shown[:30]) + (f" and {len(shown) - 30} more" if len(shown) > 30 else "")
        or "no named columns"
    )
