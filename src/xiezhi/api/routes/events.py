"""Decided events, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events import reading
from xiezhi.api.events.parameters import Asked, Unmask
from xiezhi.api.events.shapes import Events
from xiezhi.api.paging import After, Limit, offset_of
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["events"])


@router.get(
    "/events", operation_id="list_events", responses=answers(404), summary="Decided events, newest first"
)
def list_events(
    caller: Annotated[Caller, Depends(need("events.read"))],
    house: TheHouse,
    filters: Asked,
    limit: Limit = 50,
    after: After = None,
    unmask: Unmask = False,
) -> Events:
    """Events of all channels or one, as far as they meet the filters."""
    clear = house.access.reveal(caller, unmask, f"events {filters.identifier or ''}".strip())
    return reading.events(house, filters, limit, offset_of(after), clear)
