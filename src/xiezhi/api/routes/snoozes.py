"""Snoozes: one rule silent about one identifier for a while."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.access.models import MS
from xiezhi.api.context import House, house
from xiezhi.api.controls import book_of, carry_out, event_now
from xiezhi.api.listing import Entry, Listing
from xiezhi.api.paging import After, Limit, Page, cursor, parts_of
from xiezhi.api.problems import Refusal, answers
from xiezhi.api.routes.lists import Kind, TheListing, Unmask, Value

router = APIRouter(prefix="/v1", tags=["lists"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("lists.read"))]
Writer = Annotated[Caller, Depends(need("snoozes.write"))]
TheHouse = Annotated[House, Depends(house)]
RuleId = Annotated[
    str, Path(min_length=1, max_length=120, description="the rule's id", examples=["call.burst_dialling"])
]


class SnoozeShown(BaseModel):
    """A rule that is silent about an identifier. `value` names it in addresses, `shown` is for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rule": "call.burst_dialling",
                "identifier": "phone",
                "value": "~5f0c2a9be1d44c0e9a71",
                "shown": "020****6666",
                "until": 1_790_604_800_000,
                "by": "li.na",
                "at": 1_790_000_000_000,
            }
        }
    )
    rule: str
    identifier: str = Field(description="kind of identifier")
    value: str
    shown: str
    until: int
    by: str
    at: int


class SnoozeAsked(BaseModel):
    """Which rule is to be silent about what, and until when."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "rule": "call.burst_dialling",
                "identifier": "phone",
                "value": "02088886666",
                "until": 1_890_000_000_000,
                "reason": "a hospital's switchboard",
            }
        },
    )
    rule: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    identifier: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=2100)]
    until: int = Field(ge=0, le=MS, description="ms since 1970")
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = Field(
        default="", description="why; it is kept in the audit log"
    )


@router.get("/snoozes", operation_id="list_snoozes", summary="Snoozes in force")
def list_snoozes(
    caller: Reader,
    house: TheHouse,
    listing: TheListing,
    rule: Annotated[str | None, Query(max_length=120, examples=["call.burst_dialling"])] = None,
    unmask: Unmask = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[SnoozeShown]:
    """By rule, the newest first; those that have ended are left out."""
    reveal, now = house.access.reveal(caller, unmask, "snoozes"), event_now(house)
    place = parts_of(after, str, int, str)
    found = [
        (name, *entry.place, entry)
        for name, entries in listing.snoozes().items()
        if rule in (None, name)
        for entry in entries
        if entry.until is not None and entry.until > now
    ]
    rest = found if place is None else [each for each in found if each[:3] > (place[0], place[1], place[2])]
    next = cursor(*rest[limit - 1][:3]) if len(rest) > limit else None
    return Page(items=[_shown(listing, each[0], each[3], reveal) for each in rest[:limit]], next=next)


@router.post(
    "/snoozes",
    status_code=201,
    operation_id="snooze_rule",
    summary="Keep a rule silent about an identifier",
    responses=answers(404),
)
def snooze_rule(caller: Writer, house: TheHouse, listing: TheListing, asked: SnoozeAsked) -> SnoozeShown:
    """From the next event on. A later snooze of the same takes the place of the earlier one."""
    if asked.rule not in book_of(house).lives:
        raise Refusal(404, f"there is no rule `{asked.rule}`", "see /v1/rules for those there are")
    if asked.until <= event_now(house):
        raise Refusal(422, "`until` lies in the past", "give a later time")
    value = listing.named(asked.identifier, asked.value, listing.snoozes().get(asked.rule, []))
    _snooze(house, caller, asked.rule, asked.identifier, value, asked.until)
    detail = {"value": listing.masks.shown(asked.identifier, value), "until": asked.until}
    house.access.note(caller, "snooze_rule", asked.rule, {**detail, "reason": asked.reason})
    entry = _standing(listing, asked.rule, asked.identifier, value)
    if entry is None:
        raise Refusal(409, "the snooze was taken back at once", "read the snoozes")
    return _shown(listing, asked.rule, entry, not asked.value.startswith("~"))


@router.delete(
    "/snoozes/{rule}/{kind}/{value:path}",
    status_code=204,
    operation_id="end_snooze",
    summary="Let a rule speak again",
    responses=answers(404),
)
def end_snooze(
    caller: Writer, house: TheHouse, listing: TheListing, rule: RuleId, kind: Kind, value: Value
) -> None:
    """From the next event on."""
    found = listing.named(kind, value, listing.snoozes().get(rule, []))
    if _standing(listing, rule, kind, found) is None:
        raise Refusal(404, f"`{rule}` is not silent about that {kind}", "read the snoozes for those in force")
    # No record takes a snooze back: one that ended before all events does the same.
    _snooze(house, caller, rule, kind, found, 0)
    listing.remember(kind, found)
    house.access.note(caller, "end_snooze", rule, {"value": listing.masks.shown(kind, found)})


def _snooze(house: House, caller: Caller, rule: str, kind: str, value: str, until: int) -> None:
    record = {"kind": "snooze", "rule": rule, "identifier": kind, "value": value, "until": until}
    carry_out(house, caller, record)


def _standing(listing: Listing, rule: str, kind: str, value: str) -> Entry | None:
    entries = listing.snoozes().get(rule, [])
    return next((entry for entry in entries if entry.kind == kind and entry.value == value), None)


def _shown(listing: Listing, rule: str, entry: Entry, reveal: bool) -> SnoozeShown:
    value, shown = listing.told(entry, reveal)
    return SnoozeShown(
        rule=rule,
        identifier=entry.kind,
        value=value,
        shown=shown,
        until=entry.until or 0,
        by=entry.by,
        at=entry.at,
    )
