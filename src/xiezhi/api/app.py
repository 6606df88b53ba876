"""The web application: the decision path, the live page and its feed."""

from __future__ import annotations

from importlib import resources
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

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


def make_app(desk: Desk, feed: Feed, taxonomy: dict[str, tuple[str, str]]) -> Starlette:
    """The application over a started desk; `taxonomy` gives the names (zh, en) of fraud types."""

    async def decide(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return _problem(413, "the event is too large", f"send at most {MOST_BYTES} bytes")
        try:
            row = _decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _problem(400, f"the body is not a JSON object: {error}", "send one event as a JSON object")
        channel = row.pop("channel", None)
        if channel not in desk.engine.core.knowledge.schemas:
            names = ", ".join(desk.engine.core.knowledge.schemas)
            return _problem(422, f"there is no channel {channel!r}", f"name one of {names} in `channel`")
        try:
            found = await desk.decide(channel, row, _language(request))
        except XiezhiError as error:
            return _problem(503 if desk.fault is error else 422, error.message, error.cure)
        return Response(_encode(found), media_type=_JSON)

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

    return Starlette(
        routes=[
            Route("/v1/decide", decide, methods=["POST"]),
            Route("/v1/stream", stream),
            Route("/v1/fraud-types", types),
            Route("/health", health),
            Route("/", _file("live.html", "text/html; charset=utf-8")),
            Route("/live.js", _file("live.js", "text/javascript; charset=utf-8")),
            Route("/live.css", _file("live.css", "text/css; charset=utf-8")),
        ]
    )


def _file(name: str, kind: str) -> Any:
    content = (resources.files("xiezhi.api") / "static" / name).read_bytes()

    async def serve(request: Request) -> Response:
        return Response(content, media_type=kind, headers=_SECURE)

    return serve


def _language(request: Request) -> Language:
    return "en" if request.headers.get("accept-language", "zh").lower().startswith("en") else "zh"


def _problem(status: int, title: str, cure: str) -> Response:
    """A refusal as RFC 9457 describes it."""
    body = _encode({"type": "about:blank", "status": status, "title": title, "detail": cure})
    return Response(body, status, media_type="application/problem+json")
