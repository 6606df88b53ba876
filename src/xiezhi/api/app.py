"""The web application: the decision path, the live page and its feed."""

from __future__ import annotations

from importlib import resources
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from xiezhi.api.desk import Desk
from xiezhi.api.live import Feed
from xiezhi.decide.wording import Language
from xiezhi.domain.errors import XiezhiError

MOST_BYTES = 64 * 1024
"""Size of one event; a larger body is refused before it is read whole."""

_JSON = "application/json"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode

_SECURE = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}


def make_app(desk: Desk, feed: Feed, taxonomy: dict[str, tuple[str, str]]) -> ASGIApp:
    """The application over a started desk; `taxonomy` gives the names (zh, en) of fraud types."""

    async def stream(request: Request) -> Response:
        try:
            after = int(request.headers.get("last-event-id", "-1"))
        except ValueError:
            after = -1
        return StreamingResponse(
            feed.messages(after), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def types(request: Request) -> Response:
        return Response(_encode(taxonomy), media_type=_JSON)

    async def health(request: Request) -> Response:
        if desk.fault is not None:
            return _problem(503, desk.fault.message, desk.fault.cure)
        return Response(b'{"status":"ok"}', media_type=_JSON)

    path = DecisionPath(desk)
    rest = Starlette(
        routes=[
            Route("/v1/decide", path, methods=["POST"]),
            Route("/v1/stream", stream),
            Route("/v1/fraud-types", types),
            Route("/health", health),
            Route("/", _file("live.html", "text/html; charset=utf-8")),
            Route("/live.js", _file("live.js", "text/javascript; charset=utf-8")),
            Route("/live.css", _file("live.css", "text/css; charset=utf-8")),
        ]
    )
    return FastLane(path, rest)


class FastLane:
    """Takes decisions straight to `path` and everything else to `rest`: the framework's layers cost as much
    as deciding does."""

    def __init__(self, path: DecisionPath, rest: ASGIApp) -> None:
        self._path, self._rest = path, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http" and scope["path"] == "/v1/decide" and scope["method"] == "POST":
            await self._path(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


class DecisionPath:
    """One event in, one explained decision out, as a plain ASGI application."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._schemas = desk, desk.engine.core.knowledge.schemas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > MOST_BYTES:
                problem = _problem(413, "the event is too large", f"send at most {MOST_BYTES} bytes")
                await problem(scope, receive, send)
                return
        found = await self._answer(body, _language(scope))
        if isinstance(found, Response):
            await found(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(found))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    async def _answer(self, body: bytes, language: Language) -> bytes | Response:
        try:
            row = _decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _problem(400, f"the body is not a JSON object: {error}", "send one event as a JSON object")
        channel = row.pop("channel", None)
        if not isinstance(channel, str) or channel not in self._schemas:
            names = ", ".join(self._schemas)
            return _problem(422, f"there is no channel {channel!r}", f"name one of {names} in `channel`")
        try:
            return _encode(await self._desk.decide(channel, row, language))
        except XiezhiError as error:
            return _problem(503 if self._desk.fault is error else 422, error.message, error.cure)


def _language(scope: Scope) -> Language:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return "en" if value[:2].lower() == b"en" else "zh"
    return "zh"


def _file(name: str, kind: str) -> Any:
    content = (resources.files("xiezhi.api") / "static" / name).read_bytes()

    async def serve(request: Request) -> Response:
        return Response(content, media_type=kind, headers=_SECURE)

    return serve


def _problem(status: int, title: str, cure: str) -> Response:
    """A refusal as RFC 9457 describes it."""
    body = _encode({"type": "about:blank", "status": status, "title": title, "detail": cure})
    return Response(body, status, media_type="application/problem+json")
