"""Lists in pages: `?limit=50&after=<cursor>` → items and the next cursor."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field

from xiezhi.api.problems import Refusal

MOST = 500

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=MOST, description="how many items at most")]
After = Annotated[
    str | None, Query(max_length=500, description="the cursor `next` of the page before", examples=[None])
]


class Page(BaseModel, Generic[T]):
    """A page of a list; `next` is the cursor of the page after it, null on the last."""

    items: list[T]
    next: str | None = Field(None, description="give it as `after` for the next page")


def cursor(*parts: Any) -> str:
    """A place in a list as an opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def parts_of(after: str | None, *kinds: type) -> list[Any] | None:
    """What `cursor` was made of, with the kinds it must have; None without one. Raises `Refusal` (422)."""
    if after is None:
        return None
    try:
        raw = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=list[Any])
        if [type(each) for each in found] != list(kinds):
            raise ValueError(found)
        return found
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError):
        raise Refusal(422, "`after` is no cursor of this list", "give `next` of the page before it") from None


def offset_of(after: str | None) -> int | None:
    """The offset in a cursor made of one offset; None without one. Raises `Refusal` (422)."""
    parts = parts_of(after, int)
    if parts is None:
        return None
    if not 0 <= parts[0] < 1 << 53:
        raise Refusal(422, "`after` is no cursor of this list", "give `next` of the page before it")
    return int(parts[0])


def paged(rows: list[T], limit: int, place: Any) -> tuple[list[T], str | None]:
    """(items, next) from up to `limit` + 1 rows; `place` gives the cursor's part of a row."""
    if len(rows) <= limit:
        return rows, None
    items = rows[:limit]
    return items, cursor(place(items[-1]))
