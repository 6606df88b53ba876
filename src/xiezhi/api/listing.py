"""What stands on lists and what is snoozed, read from the rule book and named without being shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from xiezhi.api.context import House
from xiezhi.api.masking import HANDLE, Masks, cleaned, handle
from xiezhi.api.problems import Refusal
from xiezhi.decide.lists import ListEntry
from xiezhi.decide.snoozes import Snooze
from xiezhi.engine.embedded import Engine

REMEMBERED = 2_000
"""Removed identifiers that can be named by their handles, so that a removal can be undone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One identifier on a list, or silent for a rule, with its handle."""

    kind: str
    value: str
    handle: str
    until: int | None
    reason: str
    by: str
    at: int

    @property
    def place(self) -> tuple[int, str]:
        """Newest first, ties in no order that means anything."""
        return -self.at, self.handle


class Listing:
    """Reads lists and snoozes; what was read is kept until the rule book changes."""

    def __init__(self, house: House) -> None:
        self._house, self.masks = house, Masks(house.knowledge.schemas)
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._lists: dict[str, list[Entry]] = {}
        self._snoozes: dict[str, list[Entry]] = {}
        self._removed: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def entries(self, name: str) -> list[Entry]:
        """What stands on a list, newest first. Raises `Refusal` (404) for an unknown list."""
        if name not in self._house.knowledge.lists:
            known = ", ".join(sorted(self._house.knowledge.lists))
            raise Refusal(404, f"there is no list `{name}`", f"the lists are {known}")
        self._refresh()
        return self._lists.get(name, [])

    def snoozes(self) -> dict[str, list[Entry]]:
        """What is snoozed, by rule, newest first; a snooze without an end in time has been taken back."""
        self._refresh()
        return self._snoozes

    def named(self, kind: str, value: str, among: Iterable[Entry]) -> str:
        """The identifier that a request names by value or by handle. Raises `Refusal` (404, 422)."""
        if not value.startswith(HANDLE):
            return cleaned(kind, value)
        found = next((entry.value for entry in among if entry.handle == value and entry.kind == kind), None)
        if found is None and self._removed.get(value, ("", ""))[0] == kind:
            found = self._removed[value][1]
        if found is None:
            raise Refusal(
                404, f"there is no {kind} with the handle {value}", "read the list again, or give the value"
            )
        return found

    def remember(self, kind: str, value: str) -> None:
        """Let a removed identifier be named by its handle for a while."""
        with self._lock:
            self._removed[handle(kind, value)] = (kind, value)
            while len(self._removed) > REMEMBERED:
                self._removed.popitem(last=False)

    def told(self, entry: Entry, reveal: bool) -> tuple[str, str]:
        """(value, shown) of an entry: the value itself where it may be seen, else its handle and a masked form."""
        if reveal or self.masks.open(entry.kind):
            return entry.value, entry.value
        return entry.handle, self.masks.shown(entry.kind, entry.value)

    def _refresh(self) -> None:
        book = self._house.desk.engine.core.book
        if self._version == (id(book), book.version):
            return
        version, lists, snoozes = self._house.desk.ask_waiting(_read)
        ordered = {name: sorted(map(_entry, found), key=_place) for name, found in lists.items()}
        silent: dict[str, list[Entry]] = {}
        for snooze in snoozes:
            if snooze.until > 0:
                silent.setdefault(snooze.rule, []).append(_silence(snooze))
        with self._lock:
            self._version, self._lists = version, ordered
            self._snoozes = {rule: sorted(found, key=_place) for rule, found in sorted(silent.items())}


Read = tuple[tuple[int, int], dict[str, list[tuple[str, ListEntry]]], list[Snooze]]


def _read(engine: Engine) -> Read:
    book = engine.core.book
    lists = {name: book.lists.entries(name) for name in book.lists.definitions}
    return (id(book), book.version), lists, list(book.snoozes)


def _place(entry: Entry) -> tuple[int, str]:
    return entry.place


def _entry(found: tuple[str, ListEntry]) -> Entry:
    kind, entry = found
    return Entry(kind, entry.value, handle(kind, entry.value), entry.until, entry.reason, entry.by, entry.at)


def _silence(snooze: Snooze) -> Entry:
    kind, value = snooze.identifier, snooze.value
    return Entry(kind, value, handle(kind, value), snooze.until, "", snooze.by, snooze.at)
