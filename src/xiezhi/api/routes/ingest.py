"""Files of events: sent whole, decided on by a job."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.ingest import Reading, receive, work
from xiezhi.api.problems import Refusal, answers
from xiezhi.api.routes.jobs import Job, shown

router = APIRouter(prefix="/v1", tags=["decisions"])

_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string", "format": "binary"},
            "example": "caller,callee,ts\n17000000001,13800138000,1790000000000\n",
        }
    },
}


@router.post(
    "/ingest",
    operation_id="ingest",
    status_code=202,
    responses=answers(400, 413, 503),
    summary="Take in a file",
    openapi_extra={"requestBody": _BODY},
)
async def ingest(
    request: Request,
    caller: Annotated[Caller, Depends(need("events.ingest", noted=False))],
    house: TheHouse,
    format: Annotated[Literal["csv", "jsonl", "parquet"], Query(examples=["csv"])],
    channel: Annotated[
        str | None, Query(max_length=40, description="told by the columns if not given", examples=["call"])
    ] = None,
    name: Annotated[str, Query(max_length=200, description="the file's name")] = "upload",
    map: Annotated[
        list[str] | None,
        Query(max_length=60, description="`field=Column` where the file names things otherwise; repeatable"),
    ] = None,
    time_unit: Annotated[
        Literal["s", "m", "h", "d"] | None, Query(description="of times that are plain numbers; told by size")
    ] = None,
) -> Job:
    """The body is the file itself, of at most 2 GiB. It is kept until a job has read it; rows that can't be
    taken in go to the dead letters. The same file sent again goes on where the first one stopped."""
    if house.desk.fault is not None:
        raise house.desk.fault
    if channel is not None and channel not in house.knowledge.schemas:
        known = ", ".join(house.knowledge.schemas)
        raise Refusal(422, f"there is no channel `{channel}`", f"the channels are {known}")
    reading = Reading(
        format, house.knowledge.schemas[channel] if channel else None, _pairs(map or []), name, time_unit
    )
    most = house.settings.ingest_bytes
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise Refusal(413, f"the file is larger than {most} bytes", "send it in several parts")
    upload = await receive(house.store, request.stream(), reading, most)
    job = await run_in_threadpool(
        house.jobs.submit, "ingest", caller.name, work(house, upload, reading), "events.ingest"
    )
    await run_in_threadpool(house.access.note, caller, "ingest", upload.source, {"job": job.id})
    return shown(job)


def _pairs(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        field, equals, column = text.partition("=")
        if not equals or not field.strip() or not column.strip() or len(text) > 300:
            raise Refusal(
                422, f"map: `{text[:60]}` is not field=Column", "write for example `map=caller=From`"
            )
        found[field.strip()] = column.strip()
    return found
