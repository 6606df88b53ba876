"""Before the framework: below `/v1` nobody gets further without a log-in or key, except on a short list of paths.

So no body of a stranger is read, and an operation whose author forgot its guard is still shut.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from xiezhi.api.access.denial import Denial
from xiezhi.api.access.gate import Gate

PUBLIC = frozenset(
    {
        ("GET", "/v1/health"),
        ("GET", "/v1/ready"),
        ("GET", "/v1/setup"),
        ("POST", "/v1/setup"),
        ("POST", "/v1/session"),
        ("POST", "/v1/session/demo"),
        ("GET", "/v1/openapi.json"),
    }
)
"""What anybody may ask for. The document describes the program, not what is in the house."""

CALLER = "xiezhi.caller"
"""Where the caller stands in a request's scope, for the guard at the route."""


class Layer:
    """Lets requests pass to `app` whose caller `gate` knows, and those to public paths."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http" and (scope["method"], scope["path"]) not in PUBLIC:
            found = self._gate.check(scope)
            if isinstance(found, Denial):
                await found.response()(scope, receive, send)
                return
            scope[CALLER] = found
        await self._app(scope, receive, send)
