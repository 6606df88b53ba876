"""The present, once and as a stream."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import StreamingResponse

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.picture import Now
from xiezhi.api.problems import answers
from xiezhi.api.stream import Choice

router = APIRouter(prefix="/v1", tags=["now"])

Watcher = Annotated[Caller, Depends(need("now.read"))]

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `now`, `decisions`, `job` and `notice`, each with JSON data.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 73215\nevent: decisions\ndata: {"decisions":[{"offset":73215,"score":0.93}]}\n\n',
            }
        },
    }
}


@router.get("/now", operation_id="read_now", responses=answers(), summary="The present")
def read_now(caller: Watcher, house: TheHouse) -> Now:
    """The last five minutes by second, totals, rising kinds, and the engine's health."""
    return house.picture.now()


@router.get(
    "/stream",
    operation_id="follow_stream",
    response_class=StreamingResponse,
    responses={**answers(), **_STREAM},
    summary="Follow the present",
)
async def follow_stream(
    caller: Watcher,
    house: TheHouse,
    last_event_id: Annotated[
        int | None, Header(ge=-1, lt=1 << 53, description="offset of the last decision that was seen")
    ] = None,
    min_score: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    channel: Annotated[str | None, Query(max_length=40)] = None,
    action: Annotated[str | None, Query(max_length=20)] = None,
) -> StreamingResponse:
    """Counts once a second, the newest decisions up to four times a second, jobs and notices. After a break send
    `Last-Event-ID`: what was missed comes first, up to a hundred decisions."""
    house.streams.admit()
    may = partial(house.access.still, caller, "now.read")
    messages = house.streams.follow(last_event_id, Choice(min_score, channel, action), may)
    return StreamingResponse(
        messages,
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no", "cache-control": "no-store"},
    )
