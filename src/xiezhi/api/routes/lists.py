"""Lists: identifiers that are always stopped or never."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.access.models import MS
from xiezhi.api.context import House, house
from xiezhi.api.controls import carry_out, event_now
from xiezhi.api.listing import Entry, Listing
from xiezhi.api.paging import After, Limit, Page, cursor, parts_of
from xiezhi.api.problems import Refusal, answers

router = APIRouter(prefix="/v1", tags=["lists"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("lists.read"))]
Writer = Annotated[Caller, Depends(need("lists.write"))]
TheHouse = Annotated[House, Depends(house)]
ListName = Annotated[
    str, Path(min_length=1, max_length=60, description="the list's name", examples=["deny_numbers"])
]
Kind = Annotated[str, Path(min_length=1, max_length=30, description="kind of identifier", examples=["phone"])]
Value = Annotated[
    str,
    Path(min_length=1, max_length=2100, description="the identifier, or the handle that a list gives for it"),
]
Unmask = Annotated[
    bool, Query(description="show identifiers in full; needs the permission `unmask` and is noted")
]


async def listing(request: Request) -> Listing:
    """The listing of the application's house, kept beside it."""
    state = request.app.state
    if not hasattr(state, "listing"):
        state.listing = Listing(state.house)
    found: Listing = state.listing
    return found


TheListing = Annotated[Listing, Depends(listing)]


class ListShown(BaseModel):
    """A list and how much stands on it."""

    name: str
    zh: str
    en: str
    effect: Literal["allow", "deny"]
    identifiers: list[str] = Field(description="kinds of identifier that may stand on it")
    entries: int


class Before(BaseModel):
    """What an entry was before it was replaced."""

    until: int | None
    reason: str
    by: str
    at: int


class EntryShown(BaseModel):
    """An identifier on a list. `value` names it in addresses: the identifier itself where you may see it, else
    a handle that is good until the server ends. `shown` is for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "phone",
                "value": "~5f0c2a9be1d44c0e9a71",
                "shown": "170****0001",
                "until": 1_792_592_000_000,
                "ended": False,
                "reason": "victim report",
                "by": "li.na",
                "at": 1_790_000_000_000,
                "replaced": None,
            }
        }
    )
    kind: str
    value: str
    shown: str
    until: int | None = Field(description="ms since 1970 by the time of events; null without an end")
    ended: bool
    reason: str
    by: str
    at: int
    replaced: Before | None = Field(default=None, description="after adding: what it took the place of")


class EntryAsked(BaseModel):
    """An identifier for a list; `value` may be the handle of one that was just taken off."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "kind": "phone",
                "value": "17000000001",
                "until": 1_890_000_000_000,
                "reason": "victim report",
            }
        },
    )
    kind: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=2100)]
    until: int | None = Field(
        default=None, ge=0, le=MS, description="ms since 1970; null until it is taken off"
    )
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)] = Field(
        description="why; the next person will ask"
    )


@router.get("/lists", operation_id="list_lists", summary="All lists")
def list_lists(caller: Reader, house: TheHouse, listing: TheListing) -> Page[ListShown]:
    """With the number of their entries."""
    items = [
        ListShown(
            name=name,
            zh=each.zh,
            en=each.en,
            effect=each.effect,
            identifiers=list(each.identifiers),
            entries=len(listing.entries(name)),
        )
        for name, each in house.knowledge.lists.items()
    ]
    return Page(items=items, next=None)


@router.get(
    "/lists/{name}", operation_id="read_list", summary="What stands on a list", responses=answers(404)
)
def read_list(
    caller: Reader,
    house: TheHouse,
    listing: TheListing,
    name: ListName,
    kind: Annotated[str | None, Query(max_length=30, examples=["phone"])] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="a whole identifier, or part of a reason or of who added it"),
    ] = None,
    unmask: Unmask = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[EntryShown]:
    """Newest first."""
    reveal = house.access.reveal(caller, unmask, f"list {name}")
    found = [
        entry
        for entry in listing.entries(name)
        if kind in (None, entry.kind) and (not q or _speaks_of(entry, q))
    ]
    page, next = page_of(found, limit, after)
    now = event_now(house)
    return Page(items=[_shown(listing, entry, reveal, now) for entry in page], next=next)


@router.post(
    "/lists/{name}/entries",
    status_code=201,
    operation_id="add_to_list",
    summary="Put an identifier on a list",
    responses=answers(404),
)
def add_to_list(
    caller: Writer, house: TheHouse, listing: TheListing, name: ListName, asked: EntryAsked
) -> EntryShown:
    """From the next event on. One that stands there already gets the new end and reason; the answer names the
    old ones, so that it can be undone."""
    entries = listing.entries(name)
    kinds = house.knowledge.lists[name].identifiers
    if asked.kind not in kinds:
        title = f"the list `{name}` takes no identifiers of kind `{asked.kind}`"
        raise Refusal(422, title, f"it takes {', '.join(kinds)}")
    now = event_now(house)
    if asked.until is not None and asked.until <= now:
        raise Refusal(422, "`until` lies in the past", "give a later time, or leave it out for no end")
    value = listing.named(asked.kind, asked.value, entries)
    before = _standing(entries, asked.kind, value)
    record = {"kind": "list.add", "list": name, "identifier": asked.kind, "value": value}
    carry_out(house, caller, {**record, "until": asked.until, "reason": asked.reason})
    house.access.note(
        caller, "add_to_list", name, _detail(asked.kind, value, listing) | {"reason": asked.reason}
    )
    entry = _standing(listing.entries(name), asked.kind, value)
    if entry is None:
        raise Refusal(409, "the entry was taken off again at once", "read the list")
    shown = _shown(listing, entry, not asked.value.startswith("~"), now)
    if before is not None:
        shown.replaced = Before(until=before.until, reason=before.reason, by=before.by, at=before.at)
    return shown


@router.delete(
    "/lists/{name}/entries/{kind}/{value:path}",
    status_code=204,
    operation_id="remove_from_list",
    summary="Take an identifier off a list",
    responses=answers(404),
)
def remove_from_list(
    caller: Writer,
    house: TheHouse,
    listing: TheListing,
    name: ListName,
    kind: Kind,
    value: Value,
    reason: Annotated[str, Query(max_length=500, description="why; it is kept in the audit log")] = "",
) -> None:
    """From the next event on. To undo it, add it again: by its value, or by its handle."""
    entries = listing.entries(name)
    found = listing.named(kind, value, entries)
    entry = _standing(entries, kind, found)
    if entry is None:
        raise Refusal(404, f"that {kind} is not on the list `{name}`", "read the list for what stands on it")
    carry_out(house, caller, {"kind": "list.remove", "list": name, "identifier": kind, "value": found}, 409)
    listing.remember(kind, found)
    kept = {
        "reason": reason,
        "was": {"until": entry.until, "reason": entry.reason, "by": entry.by, "at": entry.at},
    }
    house.access.note(caller, "remove_from_list", name, _detail(kind, found, listing) | kept)


def page_of(entries: list[Entry], limit: int, after: str | None) -> tuple[list[Entry], str | None]:
    """A page of entries, newest first, and the cursor of the next. Raises `Refusal` (422) for a foreign cursor."""
    place = parts_of(after, int, str)
    rest = entries if place is None else [entry for entry in entries if entry.place > (place[0], place[1])]
    return rest[:limit], cursor(*rest[limit - 1].place) if len(rest) > limit else None


def _speaks_of(entry: Entry, q: str) -> bool:
    words = q.strip().casefold()
    return entry.value.casefold() == words or words in entry.reason.casefold() or words in entry.by.casefold()


def _standing(entries: list[Entry], kind: str, value: str) -> Entry | None:
    return next((entry for entry in entries if entry.kind == kind and entry.value == value), None)


def _shown(listing: Listing, entry: Entry, reveal: bool, now: int) -> EntryShown:
    value, shown = listing.told(entry, reveal)
    return EntryShown(
        kind=entry.kind,
        value=value,
        shown=shown,
        until=entry.until,
        ended=entry.until is not None and entry.until <= now,
        reason=entry.reason,
        by=entry.by,
        at=entry.at,
    )


def _detail(kind: str, value: str, listing: Listing) -> dict[str, object]:
    """What the audit log keeps of an identifier: its kind and its masked form."""
    return {"kind": kind, "value": listing.masks.shown(kind, value)}
