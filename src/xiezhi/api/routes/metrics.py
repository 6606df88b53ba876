"""Metrics for Prometheus."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from starlette.responses import PlainTextResponse

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.metrics import MEDIA_TYPE
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["health"])

_TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus' text format.",
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": 'xiezhi_events_total{channel="call"} 240.0\n',
            }
        },
    }
}


@router.get(
    "/metrics",
    operation_id="read_metrics",
    response_class=PlainTextResponse,
    responses={**answers(), **_TEXT},
    summary="Metrics for Prometheus",
)
def read_metrics(caller: Annotated[Caller, Depends(need("metrics.read"))], house: TheHouse) -> Response:
    """Counts, waiting requests, window sizes and a histogram of decision times."""
    return Response(house.metrics.text(), headers={"content-type": MEDIA_TYPE})
