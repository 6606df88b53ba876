"""The audit log, to be read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from xiezhi.api.access.caller import Caller
from xiezhi.api.access.guard import access_of, need
from xiezhi.api.access.models import MS, AuditPage, AuditRow
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["audit"])

Moment = Annotated[int | None, Query(ge=0, le=MS, description="ms since 1970")]


@router.get("/audit", operation_id="list_audit", summary="Who did and read what", responses=answers())
def list_audit(
    request: Request,
    caller: Annotated[Caller, Depends(need("audit.read"))],
    who: Annotated[str | None, Query(max_length=64, description="a user's name")] = None,
    what: Annotated[
        str | None, Query(max_length=64, description="an operation, or how operations' names begin")
    ] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,18}$", description="`next` of the page before")
    ] = None,
) -> AuditPage:
    """Newest first."""
    before = None if after is None else int(after)
    rows = access_of(request).trail.page(who, what, since, until, before, limit + 1)
    page = rows[:limit]
    following = str(page[-1].number) if len(rows) > limit else None
    return AuditPage(items=[AuditRow(**asdict(row)) for row in page], next=following)
