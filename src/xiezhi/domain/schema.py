"""Shape of an event channel: its fields with type, unit, sensitivity and masking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

FieldType = Literal["time", "identifier", "text", "code", "number", "integer", "flag"]
Sensitivity = Literal["public", "internal", "personal", "secret"]
Masking = Literal["none", "middle", "tail", "hash", "hide"]

ARROW_TYPES: dict[str, pa.DataType] = {
    "time": pa.int64(),  # milliseconds since 1970-01-01 UTC
    "identifier": pa.string(),
    "text": pa.string(),
    "code": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an event channel.

    `kind` names the identifier class for type `identifier`. `scale` is how many parts a unit has in
    window sums (100 for money in yuan: sums are kept in whole fen and so are exact). `values`
    lists the codes a `code` field may take; empty means any.
    """

    name: str
    type: FieldType
    zh: str
    en: str
    kind: str = ""
    unit: str = ""
    required: bool = False
    sensitivity: Sensitivity = "internal"
    masking: Masking = "none"
    scale: int = 1
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the canonical column."""
        return ARROW_TYPES[self.type]


@dataclass(frozen=True)
class EventSchema:
    """One event channel. `name` is the singular (`call`), `plural` what the command line says, `subject` the
    field with the identifier that a verdict and its action are about."""

    name: str
    plural: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    subject: str = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the fields without which a row is rejected."""
        return tuple(field.name for field in self.fields if field.required)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The canonical Arrow schema: every field, then `extra` (unknown columns as a JSON object)."""
        columns = [pa.field(field.name, field.arrow_type) for field in self.fields]
        return pa.schema([*columns, pa.field("extra", pa.string())])


def identifier_fields(schemas: Mapping[str, EventSchema]) -> dict[str, tuple[str, ...]]:
    """The fields of each channel that hold identifiers."""
    return {
        channel: tuple(field.name for field in schema.fields if field.type == "identifier")
        for channel, schema in schemas.items()
    }
