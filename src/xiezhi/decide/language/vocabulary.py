"""What the rules of one channel may speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xiezhi.domain.columns import Variable, VariableType
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.base import ListDefinition

_TYPES: dict[str, VariableType] = {
    "time": "number",
    "identifier": "text",
    "text": "text",
    "code": "text",
    "number": "number",
    "integer": "number",
    "flag": "flag",
}

ANY_KIND = "any"
"""Kind of a field that may hold an identifier of any kind."""


@dataclass(frozen=True)
class Vocabulary:
    """Names that expressions on `channel` can read.

    `identifiers` maps the names that hold identifiers to their kind, `codes` the names that take one
    of a few values to those values, `lists` the names of lists to the kinds of identifier on them.
    """

    channel: str
    variables: Mapping[str, Variable]
    identifiers: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fields_of_kinds(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The identifier fields that may hold an identifier of one of these kinds."""
        wanted = {*kinds, ANY_KIND}
        return tuple(name for name, kind in self.identifiers.items() if kind in wanted)


def vocabulary_of(
    schema: EventSchema, computed: Iterable[Variable] = (), lists: Mapping[str, ListDefinition] | None = None
) -> Vocabulary:
    """The fields of a channel's events and the variables that windows, detectors and models add to them."""
    fields = [
        Variable(each.name, _TYPES[each.type], each.zh, each.en, "ms" if each.type == "time" else each.unit)
        for each in schema.fields
    ]
    return Vocabulary(
        channel=schema.name,
        variables={variable.name: variable for variable in (*fields, *computed)},
        identifiers={each.name: each.kind for each in schema.fields if each.type == "identifier"},
        codes={each.name: each.values for each in schema.fields if each.values},
        lists={name: definition.identifiers for name, definition in (lists or {}).items()},
    )
