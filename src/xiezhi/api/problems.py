"""Refusals as RFC 9457 describes them: `title` says what is wrong, `detail` what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from xiezhi.domain.errors import XiezhiError

MEDIA_TYPE = "application/problem+json"

_SHORT = {
    400: "the body or an address can't be read",
    401: "no valid log-in or key",
    403: "a permission is missing",
    404: "there is no such thing",
    405: "the address does not know this method",
    409: "it clashes with what is there",
    413: "the body is too large",
    415: "the body is of another type",
    422: "something in the request is wrong",
    429: "too many requests; try again after Retry-After seconds",
    503: "the engine has stopped",
}
_CURES = {
    404: "see the addresses in /v1/openapi.json",
    405: "see the methods of this address in /v1/openapi.json",
}


class Fault(BaseModel):
    """One fault in a request."""

    where: str = Field(description="place in the request, such as `body.rule.when`")
    message: str
    cure: str | None = None
    caret: str | None = Field(None, description="the text with a mark under the place, for expressions")
    line: int | None = None
    column: int | None = None
    length: int | None = None


class Problem(BaseModel):
    """Why a request was refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "status": 404,
                "title": "there is no event with offset 12",
                "detail": "offsets go up to 11",
            }
        }
    )
    type: str
    status: int
    title: str = Field(description="what is wrong")
    detail: str = Field(description="what to do about it")
    errors: list[Fault] | None = None


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """Raised by an operation to refuse a request with `status`; `errors` name single faults, as `Fault` has them."""

    def __init__(
        self,
        status: int,
        title: str,
        cure: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.cure = status, title, cure
        self.errors, self.headers = errors, headers


def problem(
    status: int,
    title: str,
    cure: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal as an answer."""
    body: dict[str, Any] = {"type": "about:blank", "status": status, "title": title, "detail": cure}
    if errors:
        body["errors"] = [dict(each) for each in errors]
    return Response(msgspec.json.encode(body), status, dict(headers or {}), media_type=MEDIA_TYPE)


def answers(*statuses: int, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: problems with these statuses, and those that a log-in brings with it."""
    always = (422, 429) if public else (401, 403, 422, 429)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _SHORT[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({*always, *statuses})
    }


def handle_problems(app: FastAPI) -> None:
    """Have every refusal and fault of an application answered as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(XiezhiError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(error.status, error.title, error.cure, error.errors, error.headers)


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, XiezhiError)
    fault = request.app.state.house.desk.fault
    status = 503 if fault is not None and fault is error else 422
    return problem(status, error.message, error.cure or "mend the request and send it again")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        {"where": ".".join(str(part) for part in each["loc"]), "message": str(each["msg"])[:300]}
        for each in error.errors()[:50]
    ]
    first = faults[0] if faults else {"where": "body", "message": "it is wrong"}
    title = f"{first['where']}: {first['message']}"
    cure = "mend what `errors` names; /v1/openapi.json describes the request"
    return problem(422, title, cure, faults)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _SHORT.get(error.status_code, str(error.detail))
    if error.status_code == 404:
        title = f"there is nothing at {request.url.path[:200]}"
    cure = _CURES.get(error.status_code, "mend the request and send it again")
    return problem(error.status_code, title, cure, headers=error.headers)


async def _unforeseen(request: Request, error: Exception) -> Response:
    cure = "the server's log has the details; tell whoever runs it"
    return problem(500, "the server made a mistake", cure)
