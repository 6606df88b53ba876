"""The demo city: its controls, and the truth beside the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Row, select

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.city import FASTEST, SLOWEST, Demo
from xiezhi.api.context import House, house
from xiezhi.api.events.reading import settle
from xiezhi.api.events.shapes import ROW_EXAMPLE, EventRow
from xiezhi.api.events.shown import event_row
from xiezhi.api.paging import After, Limit, Page, cursor, offset_of
from xiezhi.api.problems import Refusal, answers
from xiezhi.api.routes.lists import Unmask
from xiezhi.api.truth import GangTally, Tally
from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.database import reading
from xiezhi.storage.tables import demo_truth

router = APIRouter(prefix="/v1", tags=["demo"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("demo.read"))]
Controller = Annotated[Caller, Depends(need("demo.control"))]
TheHouse = Annotated[House, Depends(house)]


class GangShown(BaseModel):
    """A gang: its fraudulent events, and those about which something was done that reaches a person (warn or more)."""

    id: str
    kind: str
    zh: str
    en: str
    on: bool = Field(description="whether gangs of this kind are at work")
    events: int
    caught: int
    first_caught_after_s: float | None = Field(
        description="city seconds from its first event to the first that was caught"
    )
    missed: int


class Totals(BaseModel):
    """`fraud` = `caught` + `missed`; a false alarm is an honest event with an action of warn or more."""

    fraud: int
    caught: int
    missed: int
    false_alarms: int
    honest: int


class DemoShown(BaseModel):
    """The state of the city."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "running": True,
                "speed": 240.0,
                "people": 3000,
                "seed": 1,
                "clock": 1_790_000_000_000,
                "fault": None,
                "gangs": [
                    {
                        "id": "impersonation.police-1",
                        "kind": "impersonation.police",
                        "zh": "冒充公检法",
                        "en": "Posing as police",
                        "on": True,
                        "events": 120,
                        "caught": 90,
                        "first_caught_after_s": 840.0,
                        "missed": 30,
                    }
                ],
                "totals": {"fraud": 120, "caught": 90, "missed": 30, "false_alarms": 12, "honest": 9000},
            }
        }
    )
    running: bool
    speed: float = Field(description="city seconds in one of ours")
    people: int
    seed: int
    clock: int = Field(description="the city's time, ms since 1970")
    fault: str | None = Field(description="why it paused by itself")
    gangs: list[GangShown]
    totals: Totals


class DemoAsked(BaseModel):
    """What is to change; `gangs` turns kinds on and off from the next hour of the city on."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"running": True, "speed": 600, "gangs": {"nuisance.wangiri": False}}},
    )
    running: bool | None = None
    speed: float | None = Field(default=None, ge=SLOWEST, le=FASTEST)
    gangs: Annotated[
        dict[Annotated[str, StringConstraints(max_length=60)], bool] | None, Field(max_length=100)
    ] = None


class TruthShown(BaseModel):
    """What is true of an event."""

    gang: str
    kind: str
    role: str = Field(description="what the event's actor is to the gang")


class TrueRow(EventRow):
    """A fraudulent event of the city with what the engine made of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **ROW_EXAMPLE,
                "truth": {"gang": "impersonation.police-1", "kind": "impersonation.police", "role": "caller"},
                "caught": True,
            }
        }
    )
    truth: TruthShown
    caught: bool


@router.get("/demo", operation_id="read_demo", summary="The demo city", responses=answers(404))
def read_demo(caller: Reader, house: TheHouse) -> DemoShown:
    """How it is set, its clock, and how its gangs fare."""
    return _shown(house, _demo(house))


@router.put("/demo", operation_id="control_demo", summary="Control the demo city", responses=answers(404))
def control_demo(caller: Controller, house: TheHouse, asked: DemoAsked) -> DemoShown:
    """Pause it or let it go on, change its speed, choose its gangs."""
    demo = _demo(house)
    if asked.running and house.desk.fault is not None:
        raise house.desk.fault
    try:
        demo.change(asked.running, asked.speed, asked.gangs)
    except XiezhiError as error:
        raise Refusal(422, error.message, error.cure) from error
    house.access.note(caller, "control_demo", "", asked.model_dump(exclude_none=True))
    return _shown(house, demo)


@router.get(
    "/demo/truth", operation_id="list_demo_truth", summary="Truth beside verdicts", responses=answers(404)
)
def list_truth(
    caller: Reader,
    house: TheHouse,
    gang: Annotated[str | None, Query(max_length=80, examples=["impersonation.police-1"])] = None,
    caught: Annotated[bool | None, Query(description="only what was caught, or only what was missed")] = None,
    unmask: Unmask = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[TrueRow]:
    """Fraudulent events, newest first."""
    _demo(house)
    found = select(demo_truth).order_by(demo_truth.c.offset.desc()).limit(limit + 1)
    below = offset_of(after)
    if below is not None:
        found = found.where(demo_truth.c.offset < below)
    if gang is not None:
        found = found.where(demo_truth.c.gang == gang)
    if caught is not None:
        found = found.where(demo_truth.c.caught == caught)
    with reading(house.database) as connection:
        rows = connection.execute(found).all()
    clear = house.access.reveal(caller, unmask, "demo truth")
    next = cursor(rows[limit - 1].offset) if len(rows) > limit else None
    return Page(items=_told(house, rows[:limit], clear), next=next)


def _demo(house: House) -> Demo:
    if house.demo is None:
        raise Refusal(404, "there is no demo city here", "start the server with `xiezhi demo` for one")
    demo: Demo = house.demo
    return demo


def _shown(house: House, demo: Demo) -> DemoShown:
    tally = demo.book.tally()
    return DemoShown(
        running=demo.running,
        speed=demo.speed,
        people=demo.people,
        seed=demo.seed,
        clock=int(demo.clock),
        fault=demo.fault,
        gangs=_gangs(house, demo, tally),
        totals=Totals(
            fraud=tally.fraud,
            caught=tally.caught,
            missed=tally.fraud - tally.caught,
            false_alarms=tally.false_alarms,
            honest=tally.honest,
        ),
    )


def _gangs(house: House, demo: Demo, tally: Tally) -> list[GangShown]:
    """The gangs that have acted, and for every other kind the first of it."""
    acted = {gang.kind for gang in tally.gangs.values()}
    gangs = {**tally.gangs, **{f"{kind}-1": GangTally(kind) for kind in demo.on if kind not in acted}}
    names = house.knowledge.taxonomy.kinds
    return [
        GangShown(
            id=id,
            kind=gang.kind,
            zh=names[gang.kind].zh if gang.kind in names else gang.kind,
            en=names[gang.kind].en if gang.kind in names else gang.kind,
            on=demo.on.get(gang.kind, False),
            events=gang.events,
            caught=gang.caught,
            first_caught_after_s=gang.first_caught_after,
            missed=gang.missed,
        )
        for id, gang in sorted(gangs.items())
    ]


def _told(house: House, rows: Sequence[Row[Any]], clear: bool) -> list[TrueRow]:
    settle(house)
    events = {event.offset: event for event in house.history.rows((row.offset, row.channel) for row in rows)}
    found = []
    for row in rows:
        event = events.get(row.offset)
        if event is None:
            shown = EventRow(
                offset=row.offset,
                ts=row.ts,
                channel=row.channel,
                id=None,
                subject=None,
                subject_kind=None,
                score=row.score,
                type=row.type,
                action=row.action,
                fields={},
            )
        else:
            shown = event_row(house.knowledge.schemas[row.channel], event, clear)
        truth = TruthShown(gang=row.gang, kind=row.kind, role=row.role)
        found.append(TrueRow(**dict(shown), truth=truth, caught=row.caught))
    return found
