"""What the files hold, entry by entry, each with the place it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from xiezhi.domain.access import Permission, Role
from xiezhi.domain.errors import Problems
from xiezhi.domain.features import Table
from xiezhi.domain.fraud import FraudGroup, FraudKind, Scheme
from xiezhi.domain.rules import Rule, SignalGroup, Threshold
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.yamlfile import At, Document, Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A named list. An event with an identifier on an `allow` list is let through, on a `deny` list
    it is taken for fraud; `identifiers` are the kinds of identifier that may stand on the list."""

    name: str
    zh: str
    en: str
    effect: Literal["allow", "deny"]
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One thing that a file says. `layer` is 0 for shipped knowledge and 1 for an overlay."""

    value: T
    document: Document
    at: At
    layer: int

    def place(self, *steps: Step) -> str:
        """`file:line` of the entry, or of a part of it."""
        return self.document.place((*self.at, *steps))


class Shelf(dict[str, Entry[T]]):
    """Entries of one kind by id. A later layer replaces an earlier one; within a layer an id is used once."""

    def put(self, what: str, name: str, entry: Entry[T], problems: Problems) -> None:
        """Add an entry; `what` is the kind of thing in words."""
        other = self.get(name)
        if other is not None and other.layer == entry.layer:
            message = f"repeats the {what} `{name}` of {other.place()}"
            problems.add(entry.place(), message, "give it another name, or remove one of the two")
            return
        self[name] = entry

    def plain(self) -> dict[str, T]:
        """The values without their places."""
        return {name: entry.value for name, entry in self.items()}


@dataclass(slots=True)
class Shelves:
    """Everything read so far. Overrides are kept under `channel/fraud type`."""

    schemas: Shelf[EventSchema] = field(default_factory=Shelf)
    tables: Shelf[Table] = field(default_factory=Shelf)
    rules: Shelf[Rule] = field(default_factory=Shelf)
    groups: Shelf[SignalGroup] = field(default_factory=Shelf)
    lists: Shelf[ListDefinition] = field(default_factory=Shelf)
    prior: Shelf[float] = field(default_factory=Shelf)
    thresholds: Shelf[tuple[Threshold, ...]] = field(default_factory=Shelf)
    overrides: Shelf[tuple[Threshold, ...]] = field(default_factory=Shelf)
    fraud_groups: Shelf[FraudGroup] = field(default_factory=Shelf)
    kinds: Shelf[FraudKind] = field(default_factory=Shelf)
    stages: Shelf[tuple[str, str]] = field(default_factory=Shelf)
    schemes: Shelf[Scheme] = field(default_factory=Shelf)
    permissions: Shelf[Permission] = field(default_factory=Shelf)
    roles: Shelf[Role] = field(default_factory=Shelf)
