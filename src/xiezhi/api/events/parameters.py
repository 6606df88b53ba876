"""What callers give to look events up by."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query

from xiezhi.api.events.reading import Filters

LATEST_MS = 1 << 53

Offset = Annotated[int, Path(ge=0, lt=1 << 53, description="the event's place in the journal", examples=[0])]
Time = Annotated[int | None, Query(ge=0, lt=LATEST_MS, description="ms since 1970")]
Unmask = Annotated[
    bool, Query(description="show identifiers in the clear: needs `unmask`, and is written to the audit log")
]


def filters(
    channel: Annotated[str | None, Query(max_length=40, examples=["call"])] = None,
    identifier: Annotated[
        str | None,
        Query(min_length=1, max_length=2_000, description="any identifier in the event, or `@offset.field`"),
    ] = None,
    kind: Annotated[str | None, Query(max_length=40, description="its kind, such as `phone`")] = None,
    since: Time = None,
    until: Time = None,
    type: Annotated[str | None, Query(max_length=80, description="a fraud type, or a group of them")] = None,
    action: Annotated[str | None, Query(max_length=20, examples=["hold"])] = None,
    min_score: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
) -> Filters:
    """The filters of a list of events."""
    return Filters(channel, identifier, kind, since, until, type, action, min_score)


Asked = Annotated[Filters, Depends(filters)]
