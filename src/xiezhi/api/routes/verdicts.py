"""Verdicts: the list, one with its full explanation, and what people found out about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events import labels, reading
from xiezhi.api.events.parameters import Asked, Offset, Unmask
from xiezhi.api.events.shapes import Label, Verdicts, VerdictTold
from xiezhi.api.language import TheLanguage
from xiezhi.api.paging import After, Limit, offset_of
from xiezhi.api.problems import Refusal, answers

router = APIRouter(prefix="/v1", tags=["verdicts"])

Reader = Annotated[Caller, Depends(need("verdicts.read"))]
Labeller = Annotated[Caller, Depends(need("verdicts.label"))]


class LabelAsked(BaseModel):
    """What an event was."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"fraud": True, "note": "confirmed by the victim"}},
    )
    fraud: bool
    type: str | None = Field(None, max_length=80, description="the fraud type, if another than the verdict's")
    note: str | None = Field(None, max_length=2_000)


@router.get(
    "/verdicts", operation_id="list_verdicts", responses=answers(404), summary="Verdicts, newest first"
)
def list_verdicts(
    caller: Reader,
    house: TheHouse,
    filters: Asked,
    limit: Limit = 50,
    after: After = None,
    unmask: Unmask = False,
) -> Verdicts:
    """Events with a score of at least 0.1 or another action than `allow`."""
    clear = house.access.reveal(caller, unmask, f"verdicts {filters.identifier or ''}".strip())
    return reading.verdicts(house, filters, limit, offset_of(after), clear)


@router.get(
    "/verdicts/{offset}", operation_id="read_verdict", responses=answers(404), summary="A decision explained"
)
def read_verdict(
    caller: Reader, house: TheHouse, offset: Offset, language: TheLanguage, unmask: Unmask = False
) -> VerdictTold:
    """The event, every signal with the values it rested on, and what came of it; for any decided event."""
    clear = house.access.reveal(caller, unmask, f"event {offset}")
    return house.explainer.verdict(offset, language, clear)


@router.put(
    "/verdicts/{offset}/label", operation_id="label_verdict", responses=answers(404), summary="Label an event"
)
def label_verdict(caller: Labeller, house: TheHouse, offset: Offset, label: LabelAsked) -> Label:
    """Say what the event was; a later label takes the place of an earlier one."""
    if label.type is not None and label.type not in house.knowledge.taxonomy.kinds:
        raise Refusal(422, f"there is no fraud type `{label.type}`", "see /v1/fraud-types")
    reading.row_at(house, offset)
    return labels.put(house.database, offset, label.fraud, label.type, label.note, caller.name)


@router.delete(
    "/verdicts/{offset}/label",
    operation_id="unlabel_verdict",
    status_code=204,
    responses=answers(404),
    summary="Take a label back",
)
def unlabel_verdict(caller: Labeller, house: TheHouse, offset: Offset) -> Response:
    """The event counts as one that nobody knows about again."""
    if not labels.take_away(house.database, offset):
        raise Refusal(404, f"the event {offset} has no label", "there is nothing to take back")
    return Response(status_code=204)
