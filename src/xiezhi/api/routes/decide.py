"""Decisions: one event, or many."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api import answers as told
from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import House, TheHouse
from xiezhi.api.decision_path import DecisionPath
from xiezhi.api.language import TheLanguage
from xiezhi.api.problems import answers
from xiezhi.api.settings import Settings
from xiezhi.decide.wording import Language
from xiezhi.domain.errors import XiezhiError

router = APIRouter(prefix="/v1", tags=["decisions"])

Decider = Annotated[Caller, Depends(need("decide.run", noted=False))]

_EVENT: dict[str, Any] = {
    "channel": "message",
    "sender": "95588",
    "receiver": "13800138000",
    "text": "您的账户已被冻结",
}
_SIGNAL: dict[str, Any] = {"id": "message.freeze_threat", "weight": 1.6, "why": "短信以冻结账户相威胁"}
_ANSWER: dict[str, Any] = {
    "offset": 73_215,
    "channel": "message",
    "id": None,
    "score": 0.93,
    "type": "impersonation.police",
    "action": "hold",
    "signals": [_SIGNAL],
}
MOST_ROWS = Settings().many_rows


class Event(BaseModel):
    """One event: its channel and the fields of that channel (`GET /v1/channels`). Fields that the channel does not
    have are kept with it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": _EVENT})
    channel: str = Field(max_length=40)


class AnswerSignal(BaseModel):
    """One signal in words."""

    id: str
    weight: float
    why: str


class Answer(BaseModel):
    """What was decided on one event; signals are heaviest first."""

    model_config = ConfigDict(json_schema_extra={"example": _ANSWER})
    offset: int = Field(description="the event's place in the journal")
    channel: str
    id: str | None
    score: float = Field(description="probability of fraud")
    type: str | None
    action: str
    signals: list[AnswerSignal]


class ManyAsked(BaseModel):
    """Events to be decided on, in order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"events": [_EVENT]}})
    channel: str | None = Field(None, max_length=40, description="of events that name none")
    events: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_ROWS)


class Rejected(BaseModel):
    """An event that could not be taken in; `row` counts from 0."""

    row: int
    reason: str


class ManyTold(BaseModel):
    """One answer for each event, null for those that were rejected."""

    model_config = ConfigDict(json_schema_extra={"example": {"answers": [_ANSWER], "rejected": []}})
    answers: list[Answer | None]
    rejected: list[Rejected]


@router.post(
    "/decide",
    operation_id="decide",
    response_model=Answer,
    responses=answers(400, 413, 503),
    summary="Decide on one event",
)
async def decide(
    request: Request, caller: Decider, house: TheHouse, event: Event, language: TheLanguage
) -> Response:
    """Journals the event, decides on it and explains the decision. An event of at most 64 KiB; without `ts` it
    happens now. Two events with the same `id` are two events."""
    # The application answers this address before the framework sees it; this is its description.
    path = DecisionPath(house.desk, lambda scope: caller, house.settings.event_bytes)
    return await path.respond(await request.body(), language)


@router.post(
    "/decide-many",
    operation_id="decide_many",
    response_model=ManyTold,
    responses=answers(400, 413, 503),
    summary="Decide on many events",
)
async def decide_many(caller: Decider, house: TheHouse, asked: ManyAsked, language: TheLanguage) -> Response:
    """Decides on up to 1,000 events in their order; each may name its channel. What can't be taken in is rejected
    with the reason and hurts no other."""
    found = await asyncio.gather(
        *(_one(house, asked.channel, event, language) for event in asked.events), return_exceptions=True
    )
    given: list[told.Answer | None] = []
    rejected = []
    for row, each in enumerate(found):
        if isinstance(each, XiezhiError) and house.desk.fault is None:
            rejected.append({"row": row, "reason": each.message})
        elif isinstance(each, BaseException):
            raise each
        given.append(None if isinstance(each, BaseException) else each)
    return Response(
        msgspec.json.encode({"answers": given, "rejected": rejected}), media_type="application/json"
    )


async def _one(house: House, channel: str | None, event: dict[str, Any], language: Language) -> told.Answer:
    name = event.pop("channel", channel)
    if not isinstance(name, str) or name not in house.knowledge.schemas:
        known = ", ".join(house.knowledge.schemas)
        raise XiezhiError(f"there is no channel {str(name)[:60]!r}", f"name one of {known} in `channel`")
    return await house.desk.decide(name, event, language)
