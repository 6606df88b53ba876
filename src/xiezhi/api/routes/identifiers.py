"""Identifiers: what is known of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events.identifiers import IdentifierLife, life
from xiezhi.api.events.parameters import Unmask
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["identifiers"])


@router.get(
    "/identifiers/{kind}/{value:path}",
    operation_id="read_identifier",
    responses=answers(404),
    summary="The life of an identifier",
)
def read_identifier(
    caller: Annotated[Caller, Depends(need("events.read"))],
    house: TheHouse,
    kind: Annotated[str, Path(max_length=40, examples=["phone"])],
    value: Annotated[
        str,
        Path(
            min_length=1,
            max_length=2_000,
            description="as events have it, or `@offset.field`",
            examples=["@0.caller"],
        ),
    ],
    unmask: Unmask = False,
) -> IdentifierLife:
    """First and last sight, events by channel, lists, windows and newest events."""
    clear = house.access.reveal(caller, unmask, f"identifier {kind} {value[:200]}")
    return life(house, kind, value, clear)
