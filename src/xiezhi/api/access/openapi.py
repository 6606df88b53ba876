"""What the guard demands, in the OpenAPI document.

`need` declares its permissions as the scopes of the two ways to log in, from which `x-permission` is made: the list
of permissions that an operation needs. An empty list asks for a log-in alone; operations that anybody may call
have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from xiezhi.api.access.gate import COOKIE
from xiezhi.api.problems import answers

METHODS = ("get", "put", "post", "patch", "delete")


class _Scheme(SecurityBase):
    """Declares a way to log in; the guard itself looks at the request."""

    def __init__(self, name: str, model: APIKey | HTTPBearer) -> None:
        self.scheme_name, self.model = name, model

    async def __call__(self, request: Request) -> None:
        """Nothing: it is only declared."""


KEY = _Scheme("key", HTTPBearer(description="An API key: `Authorization: Bearer xz_…`"))
SESSION = _Scheme(
    "session",
    APIKey.model_validate(
        {
            "in": APIKeyIn.cookie,
            "name": COOKIE,
            "description": "A browser's log-in; unsafe methods need the header `X-CSRF-Token` too",
        }
    ),
)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Add `x-permission`, and the refusals that a log-in brings with it, to every guarded operation."""
    for _, _, operation in operations(document):
        for requirement in operation.get("security", ()):
            if KEY.scheme_name in requirement:
                operation["x-permission"] = requirement[KEY.scheme_name]
        if "x-permission" in operation:
            for status, told in answers().items():
                operation["responses"].setdefault(str(status), told)
    return document


def install(app: FastAPI) -> None:
    """Have an application describe its operations so."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
