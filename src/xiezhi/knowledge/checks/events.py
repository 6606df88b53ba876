"""Event schemas: proper fields, known identifier kinds, names used once, personal data masked."""

from __future__ import annotations

from xiezhi.domain.errors import Problems
from xiezhi.domain.schema import EventSchema, Field
from xiezhi.knowledge.checks.common import IDENTIFIER_KINDS, both_languages, known, proper_word
from xiezhi.knowledge.shelves import Entry, Shelves

RESERVED = "extra"  # the canonical column for what no field took


def check_events(shelves: Shelves, problems: Problems) -> None:
    """Check every event channel."""
    plurals: dict[str, Entry[EventSchema]] = {}
    for entry in shelves.schemas.values():
        schema = entry.value
        proper_word(entry, ("name",), schema.name, problems)
        both_languages(entry, problems, "zh", "en")
        other = plurals.setdefault(schema.plural, entry)
        if other is not entry:
            problems.add(
                entry.place("plural"), f"`{schema.plural}` is taken by {other.place()}", "choose another"
            )
        for index, field in enumerate(schema.fields):
            _check_field(entry, index, field, problems)
        _check_names(entry, problems)
        _check_backbone(entry, problems)


def _check_backbone(entry: Entry[EventSchema], problems: Problems) -> None:
    """Every event has an id and a time."""
    for name, kind in (("id", "code"), ("ts", "time")):
        field = entry.value.by_name.get(name)
        if field is None or field.type != kind:
            cure = f"add the field {{name: {name}, type: {kind}}}"
            problems.add(
                entry.place("fields"), f"channel `{entry.value.name}` lacks the {kind} field `{name}`", cure
            )


def _check_field(entry: Entry[EventSchema], index: int, field: Field, problems: Problems) -> None:
    at = ("fields", index)
    proper_word(entry, (*at, "name"), field.name, problems)
    if field.type == "identifier":
        known(entry, (*at, "kind"), "identifier kind", field.kind, IDENTIFIER_KINDS, problems)
    elif field.kind:
        problems.add(
            entry.place(*at, "kind"), f"`{field.name}` is no identifier but has a kind", "remove `kind`"
        )
    if field.values and field.type != "code":
        problems.add(
            entry.place(*at, "values"), f"`{field.name}` is no code but lists values", "remove `values`"
        )
    if not 1 <= field.scale <= 10_000:
        problems.add(entry.place(*at, "scale"), f"scale {field.scale} is out of range", "choose 1 to 10000")
    if field.sensitivity in ("personal", "secret") and field.masking == "none":
        cure = "say how it is shown: masking middle, tail, hash or hide"
        problems.add(entry.place(*at), f"`{field.name}` is {field.sensitivity} but not masked", cure)


def _check_names(entry: Entry[EventSchema], problems: Problems) -> None:
    """A name or alias picks one field only."""
    taken = {RESERVED: "the column for unknown fields"}
    names = [(("fields", i, "name"), field.name, field) for i, field in enumerate(entry.value.fields)]
    aliases = [
        (("fields", i, "aliases", j), alias, field)
        for i, field in enumerate(entry.value.fields)
        for j, alias in enumerate(field.aliases)
    ]
    for at, name, field in names + aliases:
        if name in taken:
            problems.add(entry.place(*at), f"`{name}` is taken by {taken[name]}", "choose another name")
        taken[name] = f"the field `{field.name}`"
