"""Long work: what runs, how far it is, what came out of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api import jobs
from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import House, house
from xiezhi.api.paging import After, Limit, Page, cursor, parts_of
from xiezhi.api.problems import Refusal, answers

router = APIRouter(prefix="/v1", tags=["jobs"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("jobs.read"))]
JobId = Annotated[
    str, Path(pattern="^[0-9a-f]{16}$", description="the job's id", examples=["0f3a9c5b7d1e2f40"])
]


class Job(BaseModel):
    """A piece of work in the background."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0f3a9c5b7d1e2f40",
                "kind": "backtest",
                "state": "running",
                "progress": 0.25,
                "done": 250_000,
                "total": 1_000_000,
                "result": None,
                "error": None,
                "by": "li.na",
                "submitted_at": 1_790_000_000_000,
                "started_at": 1_790_000_000_100,
                "ended_at": None,
            }
        }
    )
    id: str
    kind: str = Field(description="`ingest`, `backtest`, `retry` …; one job of a kind runs at a time")
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    progress: float = Field(description="between 0 and 1")
    done: int
    total: int | None = Field(description="null while nobody knows it")
    result: dict[str, Any] | None = Field(description="what came out, by kind")
    error: str | None = Field(description="why it failed")
    by: str
    submitted_at: int
    started_at: int | None
    ended_at: int | None


def shown(job: jobs.Job) -> Job:
    """A job as it is told."""
    names = ("id", "kind", "state", "progress", "done", "total", "result", "error", "by")
    times = ("submitted_at", "started_at", "ended_at")
    return Job(**{name: getattr(job, name) for name in (*names, *times)})


@router.get("/jobs", operation_id="list_jobs", summary="Jobs, newest first")
def list_jobs(
    caller: Reader, house: Annotated[House, Depends(house)], limit: Limit = 50, after: After = None
) -> Page[Job]:
    """The newest 200 that have ended, and all that wait or run."""
    place = parts_of(after, int, str)
    if place is not None and not 0 <= place[0] < 1 << 53:
        raise Refusal(422, "`after` is no cursor of this list", "give `next` of the page before it")
    found = house.jobs.list(limit + 1, None if place is None else (place[0], place[1]))
    next = cursor(found[limit - 1].submitted_at, found[limit - 1].id) if len(found) > limit else None
    return Page(items=[shown(job) for job in found[:limit]], next=next)


@router.get("/jobs/{id}", operation_id="read_job", summary="One job", responses=answers(404))
def read_job(caller: Reader, house: Annotated[House, Depends(house)], id: JobId) -> Job:
    """Its progress and, at the end, its result or error."""
    return shown(_found(house, id))


@router.delete("/jobs/{id}", operation_id="cancel_job", summary="Cancel a job", responses=answers(404, 409))
def cancel_job(caller: Reader, house: Annotated[House, Depends(house)], id: JobId) -> Job:
    """A job that waits is cancelled at once, one that runs at its next step. Your own, or with the permission
    that the job's kind asks for."""
    job = _found(house, id)
    if caller.name != job.by and not (job.permission and caller.may(job.permission)):
        needed = f"the permission `{job.permission}`" if job.permission else "to be its maker"
        raise Refusal(
            403, f"this job is {job.by}'s; to cancel it takes {needed}", f"ask {job.by} to cancel it"
        )
    cancelled = house.jobs.cancel(id)
    if cancelled is None:
        raise Refusal(409, f"the job {id} has ended already", "there is nothing left to cancel")
    return shown(cancelled)


def _found(house: House, id: str) -> jobs.Job:
    job: jobs.Job | None = house.jobs.get(id)
    if job is None:
        raise Refusal(
            404, f"there is no job {id}", "see /v1/jobs; only the newest 200 that have ended are kept"
        )
    return job
