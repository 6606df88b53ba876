"""Allow and deny lists of identifiers, each entry with a reason and, if wanted, an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from xiezhi.decide.language.vocabulary import ANY_KIND
from xiezhi.domain.batch import Int64, UInt64
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import ListDefinition

FOREVER = np.iinfo(np.int64).max
"""`until` of an entry without an end."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One identifier on a list. `until` and `at` are milliseconds; `until` is None without an end."""

    value: str
    until: int | None
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class ListTable:
    """Entries as the kernels read them: ascending keys (uint64[n]) with their ends (int64[n])."""

    keys: UInt64
    until: Int64


class Lists:
    """What stands on each list, by kind of identifier and key."""

    def __init__(self, definitions: Mapping[str, ListDefinition]) -> None:
        self.definitions = dict(definitions)
        self._entries: dict[tuple[str, str], dict[int, ListEntry]] = {}
        self._tables: dict[tuple[str, str], ListTable] = {}

    def add(self, name: str, kind: str, key: int, entry: ListEntry) -> None:
        """Put an identifier on a list, or give it a new end and reason."""
        self.check(name, kind)
        self._entries.setdefault((name, kind), {})[key] = entry
        self._forget(name, kind)

    def remove(self, name: str, kind: str, key: int) -> None:
        """Take an identifier off a list. Raises `XiezhiError` if it is not on it."""
        self.check(name, kind)
        if self._entries.get((name, kind), {}).pop(key, None) is None:
            raise XiezhiError(
                f"that {kind} is not on the list `{name}`", "look at the list for what stands on it"
            )
        self._forget(name, kind)

    def check(self, name: str, kind: str) -> None:
        """Raise `XiezhiError` unless there is such a list for identifiers of this kind."""
        definition = self.definitions.get(name)
        if definition is None:
            raise XiezhiError(
                f"there is no list `{name}`", f"the lists are {', '.join(sorted(self.definitions))}"
            )
        if kind not in definition.identifiers:
            allowed = ", ".join(definition.identifiers)
            raise XiezhiError(
                f"the list `{name}` takes no identifiers of kind `{kind}`", f"it takes {allowed}"
            )

    def entries(self, name: str) -> list[tuple[str, ListEntry]]:
        """Everything on a list with its kind of identifier, oldest first."""
        found = [
            (kind, entry)
            for (own, kind), each in self._entries.items()
            if own == name
            for entry in each.values()
        ]
        return sorted(found, key=lambda pair: (pair[1].at, pair[0], pair[1].value))

    def table(self, name: str, kind: str) -> ListTable:
        """What an identifier of a kind is looked up in; kind `any` looks through all kinds."""
        place = (name, kind)
        if place not in self._tables:
            self._tables[place] = _table(self._found(name, kind))
        return self._tables[place]

    def allowing(self, kind: str) -> list[ListTable]:
        """The tables of all allow lists on which an identifier of a kind stands."""
        names = [name for name, definition in self.definitions.items() if definition.effect == "allow"]
        tables = [self.table(name, kind) for name in names]
        return [table for table in tables if len(table.keys)]

    def _found(self, name: str, kind: str) -> Iterable[tuple[int, ListEntry]]:
        for (own, own_kind), entries in self._entries.items():
            if own == name and kind in (own_kind, ANY_KIND):
                yield from entries.items()

    def _forget(self, name: str, kind: str) -> None:
        self._tables.pop((name, kind), None)
        self._tables.pop((name, ANY_KIND), None)


def _table(entries: Iterable[tuple[int, ListEntry]]) -> ListTable:
    """A key that stands twice (as two kinds) keeps the later end."""
    ends: dict[int, int] = {}
    for key, entry in entries:
        end = FOREVER if entry.until is None else entry.until
        ends[key] = max(end, ends.get(key, end))
    keys = np.array(sorted(ends), np.uint64)
    return ListTable(keys, np.array([ends[key] for key in keys.tolist()], np.int64))
