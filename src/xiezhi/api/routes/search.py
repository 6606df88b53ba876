"""The search over everything that has a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events.identifiers import Hits, search
from xiezhi.api.events.parameters import Unmask
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/search", operation_id="search", responses=answers(), summary="Search by any name")
def search_all(
    caller: Annotated[Caller, Depends(need("events.read"))],
    house: TheHouse,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=500,
            description="any identifier, rule id, offset, or an event's own id",
            examples=["17000000001"],
        ),
    ],
    unmask: Unmask = False,
) -> Hits:
    """Rules, identifiers and events that the text may name; nothing is guessed from a part of an identifier."""
    return search(house, q, house.access.reveal(caller, unmask, f"search {q[:200]}"))
