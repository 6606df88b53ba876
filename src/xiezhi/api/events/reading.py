"""Events and verdicts looked up for a caller."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from xiezhi.api.context import House
from xiezhi.api.events.shapes import Events, VerdictRow, Verdicts
from xiezhi.api.events.shown import REFERENCE, event_row
from xiezhi.api.paging import cursor
from xiezhi.api.problems import Refusal
from xiezhi.domain.actions import Action
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.history import ledger
from xiezhi.history.conditions import Wanted
from xiezhi.history.reading import Found
from xiezhi.history.rows import Row

PATIENCE = 0.5
"""Seconds that a reader waits for events which are decided but not yet in history."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a caller asks for, as it came."""

    channel: str | None = None
    identifier: str | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None
    type: str | None = None
    action: str | None = None
    min_score: float | None = None


def settle(house: House) -> None:
    """Wait until what has been decided can be read: a caller finds what was answered before."""
    wanted, until = house.desk.decided, time.monotonic() + PATIENCE
    while house.desk.engine.history.reached < wanted and house.desk.fault is None:
        if time.monotonic() > until:
            return
        time.sleep(0.005)


def events(house: House, filters: Filters, limit: int, below: int | None, clear: bool) -> Events:
    """A page of events."""
    began = time.perf_counter()
    found = _find(house, filters, limit, below, verdicts=False)
    schemas = house.knowledge.schemas
    items = [event_row(schemas[row.channel], row, clear) for row in found.rows]
    return Events(items=items, next=_next(found), took_ms=_since(began))


def verdicts(house: House, filters: Filters, limit: int, below: int | None, clear: bool) -> Verdicts:
    """A page of events that something was believed of, with the signals from the ledger."""
    began = time.perf_counter()
    found = _find(house, filters, limit, below, verdicts=True)
    entries = ledger.placed(house.database, [row.offset for row in found.rows])
    items = []
    for row in found.rows:
        signals = entries[row.offset].entry["signals"] if row.offset in entries else []
        names = [each["id"] for each in sorted(signals, key=lambda each: -each["weight"])]
        told = event_row(house.knowledge.schemas[row.channel], row, clear)
        items.append(VerdictRow(**told.model_dump(), signals=names))
    return Verdicts(items=items, next=_next(found), took_ms=_since(began))


def row_at(house: House, offset: int) -> Row:
    """One event. Raises `Refusal` (404) where there is none."""
    if offset < house.desk.engine.end:
        settle(house)
        found = house.history.at(offset)
        if found is not None and found.channel in house.knowledge.schemas:
            return found
    cure = f"offsets go up to {house.desk.engine.end - 1}; some of them are changes of rules or lists"
    raise Refusal(404, f"there is no event with offset {offset}", cure)


def places_of(house: House, kinds: Sequence[str], any_too: bool = True) -> list[tuple[str, str]]:
    """The (channel, field) in which identifiers of some kinds may stand; fields of any kind may be left out."""
    wanted = (*kinds, "any") if any_too else kinds
    return [
        (channel, field.name)
        for channel, schema in house.knowledge.schemas.items()
        for field in schema.fields
        if field.type == "identifier" and field.kind in wanted
    ]


def named(house: House, kind: str, text: str) -> str:
    """The identifier that a text names, by its value or by a reference to an event. Raises `Refusal` (404, 422)."""
    if kind not in IDENTIFIERS:
        raise Refusal(404, f"there is no kind of identifier `{kind}`", f"known are {', '.join(IDENTIFIERS)}")
    if text.startswith(REFERENCE):
        offset, _, field = text[len(REFERENCE) :].partition(".")
        if not offset.isascii() or not offset.isdigit() or len(offset) > 15:
            raise Refusal(
                422, f"`{text[:60]}` is no reference", "write `@offset.field`, such as `@12.caller`"
            )
        value = row_at(house, int(offset)).values.get(field)
        if not isinstance(value, str):
            raise Refusal(404, f"the event {offset} has no `{field[:60]}`", "see the event's fields")
        return value
    value = IDENTIFIERS[kind].clean(text)
    if value is None:
        raise Refusal(422, f"`{text[:60]}` is no {kind}", f"give the {kind} as events have it")
    return value


def _find(house: House, filters: Filters, limit: int, below: int | None, verdicts: bool) -> Found:
    settle(house)
    wanted = Wanted(
        _channels(house, filters.channel),
        below,
        filters.since,
        filters.until,
        filters.type,
        _action(filters.action),
        filters.min_score,
        verdicts=verdicts,
    )
    if filters.identifier is None:
        return house.history.newest(wanted, limit)
    kinds = [filters.kind] if filters.kind else []
    if filters.identifier.startswith(REFERENCE) or kinds:
        value = named(house, filters.kind or "any", filters.identifier)
    else:
        value = _likeliest(house, filters.identifier)
    return house.history.of(value, wanted, limit, places_of(house, kinds) if kinds else ())


def candidates(text: str) -> dict[str, list[str]]:
    """Every canonical form that a text has as some kind of identifier, with the kinds of that form."""
    found: dict[str, list[str]] = {}
    for kind, identifier in IDENTIFIERS.items():
        value = identifier.clean(text) if kind != "any" else None
        if value is not None:
            found.setdefault(value, []).append(kind)
    return found


def _likeliest(house: House, text: str) -> str:
    """The form of an identifier that occurs most often."""
    forms = [*candidates(text), text]
    return max(forms, key=lambda form: len(house.history.trace(form)))


def _channels(house: House, channel: str | None) -> tuple[str, ...]:
    known = tuple(house.knowledge.schemas)
    if channel is None:
        return known
    if channel not in known:
        raise Refusal(422, f"there is no channel `{channel}`", f"the channels are {', '.join(known)}")
    return (channel,)


def _action(name: str | None) -> str | None:
    known = [action.name for action in Action]
    if name is not None and name not in known:
        raise Refusal(422, f"there is no action `{name}`", f"the actions are {', '.join(known)}")
    return name


def _next(found: Found) -> str | None:
    return None if found.below is None else cursor(found.below)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
