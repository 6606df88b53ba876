"""Whether the server lives and whether it can take work."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from xiezhi.api.context import House, house
from xiezhi.api.problems import Refusal, answers

router = APIRouter(tags=["health"])


class Status(BaseModel):
    """The server is there."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "ok"}})
    status: Literal["ok"] = "ok"


@router.get("/v1/health", operation_id="health", responses=answers(public=True))
async def health() -> Status:
    """Whether the server answers, whatever the state of its engine."""
    return Status()


@router.get("/v1/ready", operation_id="ready", responses=answers(503, public=True))
async def ready(found: Annotated[House, Depends(house)]) -> Status:
    """Whether the engine takes events: 503 after a fault, so that a balancer sends no more."""
    fault = found.desk.fault
    if fault is not None:
        raise Refusal(503, fault.message, fault.cure)
    return Status()
