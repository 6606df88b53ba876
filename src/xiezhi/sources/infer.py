"""Which channel a file is of, when nobody says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.binding import Binding, match_columns, missing_fields


def infer_channel(
    stem: str,
    columns: Sequence[str],
    mapping: Mapping[str, str],
    schemas: Mapping[str, EventSchema],
    name: str,
) -> EventSchema:
    """The channel named by a word of the file's stem (`calls`, `call-2024-06`), else the one whose required
    fields all have a column. Of several such, one that understands every column the others do, and more.

    Raises `XiezhiError` that says what each channel lacks when there is none, or which ones fit equally.
    """
    words = set(re.split(r"[^a-z]+", stem.lower()))
    named = [schema for schema in schemas.values() if {schema.name, schema.plural} & words]
    if len(named) == 1:
        return named[0]
    open_to = {key: schema for key, schema in schemas.items() if set(mapping) <= set(schema.by_name)}
    bindings = {key: match_columns(schema, columns, mapping) for key, schema in open_to.items()}
    fitting = [key for key, binding in bindings.items() if not missing_fields(open_to[key], binding)]
    best = [
        key
        for key in fitting
        if all(_beats(bindings[key], bindings[other]) for other in fitting if other != key)
    ]
    if len(best) == 1:
        return schemas[best[0]]
    if fitting:
        raise XiezhiError(
            f"{name}: could be {' or '.join(schemas[key].plural for key in fitting)}",
            f"say which: --channel {fitting[0]}, or put the name in the file's name",
        )
    raise XiezhiError(
        f"{name}: the columns fit no channel\n{_lacks(schemas, columns, mapping)}",
        "say which channel it is and which columns feed it: --channel call --map caller=Column",
    )


def _beats(one: Binding, other: Binding) -> bool:
    return set(one.columns.values()) > set(other.columns.values())


def _lacks(schemas: Mapping[str, EventSchema], columns: Sequence[str], mapping: Mapping[str, str]) -> str:
    lines = []
    for schema in schemas.values():
        strange = [field for field in mapping if field not in schema.by_name]
        if strange:
            lines.append(f"  {schema.plural}: have no field {', '.join(strange)}")
        else:
            missing = missing_fields(schema, match_columns(schema, columns, mapping))
            lines.append(f"  {schema.plural}: no column for {', '.join(missing)}")
    return "\n".join(lines)
