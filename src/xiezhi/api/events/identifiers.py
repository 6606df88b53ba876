"""The life of an identifier, and the search for one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.context import House
from xiezhi.api.events.glances import WindowValue, windows_of
from xiezhi.api.events.reading import candidates, named, places_of, settle
from xiezhi.api.events.shapes import ROW_EXAMPLE, EventRow
from xiezhi.api.events.shown import event_row
from xiezhi.api.masking import Masks
from xiezhi.domain.identifiers.guess import guess
from xiezhi.history.conditions import Wanted
from xiezhi.history.reading import Trace

RECENT = 20
_DIGITS = 12


class ListStanding(BaseModel):
    """A list that the identifier is on."""

    list: str
    until: int | None
    reason: str


class IdentifierLife(BaseModel):
    """What is known of an identifier. `value` is given in the clear only with `unmask`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "phone",
                "value": "170****0001",
                "shown": "170****0001",
                "first_seen": 1_789_000_000_000,
                "last_seen": 1_790_000_000_000,
                "counts": {"call": 240},
                "verdicts": 31,
                "lists": [{"list": "deny", "until": None, "reason": "victim's report"}],
                "windows": [
                    {"name": "caller.calls.1h", "zh": "主叫次数", "en": "calls", "value": 40.0, "unit": ""}
                ],
                "recent": [ROW_EXAMPLE],
            }
        }
    )
    kind: str
    value: str
    shown: str
    first_seen: int | None
    last_seen: int | None
    counts: dict[str, int] = Field(description="events by channel")
    verdicts: int
    lists: list[ListStanding]
    windows: list[WindowValue] = Field(description="what windows hold of it at this moment")
    recent: list[EventRow]


class Hit(BaseModel):
    """Something that a search found."""

    kind: str = Field(description="a kind of identifier, `event`, or `rule`")
    value: str
    shown: str
    events: int
    verdicts: int
    link: str = Field(description="where the console shows it")


class Hits(BaseModel):
    """What a search found, the likeliest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "kind": "phone",
                        "value": "17000000001",
                        "shown": "170****0001",
                        "events": 240,
                        "verdicts": 31,
                        "link": "/identifiers/phone/17000000001",
                    }
                ],
                "took_ms": 4.2,
            }
        }
    )
    items: list[Hit]
    took_ms: float


def life(house: House, kind: str, text: str, clear: bool) -> IdentifierLife:
    """Everything about an identifier, given by its value or by `@offset.field`. Raises `Refusal` (404, 422)."""
    value = named(house, kind, text)
    settle(house)
    places, schemas = places_of(house, [kind]), house.knowledge.schemas
    trace = house.history.trace(value, places)
    recent = house.history.of(value, Wanted(tuple(schemas)), RECENT, places).rows
    ends = _ends(house, trace)
    hidden = Masks(schemas).shown(kind, value)
    return IdentifierLife(
        kind=kind,
        value=value if clear else hidden,
        shown=value if clear else hidden,
        first_seen=ends[0],
        last_seen=ends[1],
        counts=_counts(trace),
        verdicts=_events(trace, True),
        lists=house.desk.ask_waiting(lambda engine: _standings(engine.core.book.lists, kind, value)),
        windows=house.desk.ask_waiting(lambda engine: windows_of(engine.core, kind, value)),
        recent=[event_row(schemas[row.channel], row, clear) for row in recent],
    )


def search(house: House, text: str, clear: bool) -> Hits:
    """Identifiers, rules and events that a text may name."""
    began = time.perf_counter()
    settle(house)
    found = [
        *_rules(house, text),
        *_offsets(house, text),
        *_identifiers(house, text, clear),
        *_ids(house, text),
    ]
    return Hits(items=found, took_ms=round((time.perf_counter() - began) * 1000, 1))


def _identifiers(house: House, text: str, clear: bool) -> list[Hit]:
    found = []
    for value, kinds in candidates(text).items():
        trace = house.history.trace(value)
        likeliest = guess(value)
        for kind in kinds:
            own, any_too = places_of(house, [kind], any_too=False), places_of(house, [kind])
            # A field of any kind speaks of the likeliest one, or of a kind that fields of its own bear out.
            borne_out = len(_within(trace, own)) or (likeliest is not None and likeliest[0] == kind)
            of_kind = _within(trace, any_too if borne_out else own)
            if len(of_kind):
                shown = value if clear else Masks(house.knowledge.schemas).shown(kind, value)
                link = f"/identifiers/{kind}/{quote(value, safe='')}"
                found.append(
                    Hit(
                        kind=kind,
                        value=value,
                        shown=shown,
                        events=_events(of_kind, False),
                        verdicts=_events(of_kind, True),
                        link=link,
                    )
                )
    return sorted(found, key=lambda hit: -hit.events)


def _rules(house: House, text: str) -> list[Hit]:
    asked = text.strip().lower()
    named = [id for id in dict(house.desk.engine.core.book.lives) if asked and asked in id.lower()]
    named.sort(key=lambda id: (id.lower() != asked, id))
    return [
        Hit(kind="rule", value=id, shown=id, events=0, verdicts=0, link=f"/rules/{quote(id, safe='')}")
        for id in named[:10]
    ]


def _offsets(house: House, text: str) -> list[Hit]:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        return []
    if int(digits) >= house.desk.engine.end or house.history.at(int(digits)) is None:
        return []
    name = str(int(digits))
    return [Hit(kind="event", value=name, shown=f"#{name}", events=1, verdicts=0, link=f"/verdicts/{name}")]


def _ids(house: House, text: str) -> list[Hit]:
    rows = house.history.with_id(text.strip(), house.knowledge.schemas, 5)
    return [
        Hit(
            kind="event",
            value=str(row.offset),
            shown=row.id or f"#{row.offset}",
            events=1,
            verdicts=0,
            link=f"/verdicts/{row.offset}",
        )
        for row in rows
    ]


def _within(trace: Trace, places: Sequence[tuple[str, str]]) -> Trace:
    fits = np.array([place in set(places) for place in trace.places], np.bool_)
    keep = fits[trace.place] if len(trace) else np.zeros(0, np.bool_)
    return Trace(trace.places, trace.offset[keep], trace.place[keep], trace.verdict[keep])


def _events(trace: Trace, verdicts: bool) -> int:
    return len(np.unique(trace.offset[trace.verdict] if verdicts else trace.offset))


def _counts(trace: Trace) -> dict[str, int]:
    channels = sorted({channel for channel, _ in trace.places})
    if not len(trace):
        return {}
    of = np.array([channels.index(channel) for channel, _ in trace.places])[trace.place]
    counts = {channel: len(np.unique(trace.offset[of == at])) for at, channel in enumerate(channels)}
    return {channel: count for channel, count in counts.items() if count}


def _ends(house: House, trace: Trace) -> tuple[int | None, int | None]:
    """Times of the first and the last event."""
    if not len(trace):
        return None, None
    spots = [(int(trace.offset[at]), trace.places[trace.place[at]][0]) for at in (0, -1)]
    times = [row.ts for row in house.history.rows(dict(spots).items())]
    return (min(times), max(times)) if times else (None, None)


def _standings(lists: Any, kind: str, value: str) -> list[ListStanding]:
    return [
        ListStanding(list=name, until=entry.until, reason=entry.reason)
        for name in lists.definitions
        for own, entry in lists.entries(name)
        if own == kind and entry.value == value
    ]
