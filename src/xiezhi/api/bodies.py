"""Looks at bodies before the operations do: their size, their UTF-8, their JSON and how deep it is nested."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xiezhi.api.problems import problem

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_decode = msgspec.json.Decoder().decode


class BodyGuard:
    """ASGI middleware. `streamed` paths have their bodies passed on as they come; they bound them themselves.

    Every other body is read whole, up to the bound of its path in `bounds` (`most` without one), and must be
    JSON, not nested more than `depth` deep. A caller who drops while sending reaches no operation.
    """

    def __init__(
        self, app: ASGIApp, most: int, bounds: Mapping[str, int], streamed: frozenset[str], depth: int
    ) -> None:
        self._app, self._most, self._bounds = app, most, bounds
        self._streamed, self._depth = streamed, depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http" or scope["path"] in self._streamed or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        most = self._bounds.get(scope["path"], self._most)
        body = await _whole(receive, most)
        if body is None:
            return  # the caller has gone
        refusal = too_large(most) if len(body) > most else self._fault(body)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _fault(self, body: bytes) -> Response | None:
        if not body:
            return None
        if depth_of(body) > self._depth:
            return problem(
                400, f"the body is nested more than {self._depth} deep", "send flatter objects and lists"
            )
        try:
            _decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return problem(400, f"the body is not JSON in UTF-8: {error}", "send a JSON object")
        return None


def too_large(most: int) -> Response:
    """The refusal of a body above `most` bytes."""
    return problem(
        413, f"the body is larger than {most} bytes", "send less at once; for files there is /v1/ingest"
    )


def depth_of(body: bytes) -> int:
    """How deep brackets are nested outside of strings."""
    deepest = depth = 0
    for byte in re.sub(rb"[^\[\]{}]+", b"", _STRING.sub(b"", body)):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _whole(receive: Receive, most: int) -> bytes | None:
    """The body up to a little more than `most` bytes; None when the caller has gone."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > most or not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body first and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
