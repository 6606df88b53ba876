"""Events as people may see them: masked as their schema asks for, unless they are shown in the clear."""

from __future__ import annotations

from typing import Any

from xiezhi.api.events.shapes import EventRow, IdentifierInEvent
from xiezhi.decide.discretion import shortened
from xiezhi.domain.identifiers.base import STARS
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.domain.schema import EventSchema, Field
from xiezhi.history.rows import Row


def shown(field: Field, value: Any, clear: bool) -> Any:
    """A field's value, masked unless `clear`."""
    if value is None or clear or field.masking == "none":
        return value
    if not isinstance(value, str):
        return STARS
    if field.type == "identifier":
        return IDENTIFIERS[field.kind].mask(value, field.masking)
    return shortened(value, field.masking)


def event_row(schema: EventSchema, row: Row, clear: bool = False) -> EventRow:
    """A decided event; columns that the schema does not know are shown in the clear only."""
    fields = {
        name: shown(schema.by_name[name], value, clear) if name in schema.by_name else value
        for name, value in row.values.items()
        if name in schema.by_name or clear
    }
    subject = schema.by_name.get(schema.subject)
    return EventRow(
        offset=row.offset,
        ts=row.ts,
        channel=row.channel,
        id=row.id,
        subject=fields.get(schema.subject),
        subject_kind=subject.kind if subject and schema.subject in fields else None,
        score=row.score,
        type=row.type,
        action=row.action,
        fields=fields,
    )


def identifiers_of(schema: EventSchema, row: Row, clear: bool) -> list[IdentifierInEvent]:
    """The identifiers that an event names."""
    return [
        IdentifierInEvent(
            field=field.name,
            kind=field.kind,
            value=shown(field, row.values[field.name], clear),
            zh=field.zh,
            en=field.en,
            ref=reference(row.offset, field.name),
        )
        for field in schema.fields
        if field.type == "identifier" and row.values.get(field.name)
    ]


REFERENCE = "@"
"""What stands before an offset and a field in the place of an identifier; no identifier begins so."""


def reference(offset: int, field: str) -> str:
    """A name for an identifier that tells nothing of its value: the event and field that it stands in."""
    return f"{REFERENCE}{offset}.{field}"
