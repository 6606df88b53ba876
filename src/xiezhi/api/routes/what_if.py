"""Rehearsals: what would be decided."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events.what_if import WhatIf, ask_changed, ask_new
from xiezhi.api.language import TheLanguage
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["decisions"])

FieldName = Annotated[str, Field(max_length=80)]


class WhatIfAsked(BaseModel):
    """Either a new event of a channel, or one of history with changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "channel": "call",
                "event": {"caller": "17000000001", "callee": "13800138000", "duration": 600},
                "values": {"caller.calls.1h": 40},
            }
        },
    )
    channel: str | None = Field(None, max_length=40)
    event: dict[FieldName, Any] | None = Field(None, max_length=200)
    offset: int | None = Field(None, ge=0, lt=1 << 53)
    changes: dict[FieldName, Any] = Field(default_factory=dict, max_length=200)
    values: dict[FieldName, FiniteFloat] = Field(
        default_factory=dict, max_length=200, description="computed variables given by hand"
    )

    @model_validator(mode="after")
    def _one_way(self) -> WhatIfAsked:
        new = self.channel is not None and self.event is not None
        if new == (self.offset is not None) or (new and self.changes):
            raise ValueError("give `channel` with `event`, or `offset` with `changes`")
        return self


@router.post(
    "/what-if", operation_id="what_if", responses=answers(400, 404, 413), summary="What would be decided"
)
def what_if(
    caller: Annotated[Caller, Depends(need("whatif.run", noted=False))],
    house: TheHouse,
    asked: WhatIfAsked,
    language: TheLanguage,
) -> WhatIf:
    """Decides as if the event came now, stores nothing and moves no window."""
    if asked.offset is not None:
        return ask_changed(house, asked.offset, asked.changes, asked.values, language)
    assert asked.channel is not None and asked.event is not None
    return ask_new(house, asked.channel, asked.event, asked.values, language)
