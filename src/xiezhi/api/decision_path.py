"""One event in, one explained decision out, as a plain ASGI application: the framework's layers cost as much as
deciding does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from xiezhi.api.desk import Desk
from xiezhi.api.language import language_of
from xiezhi.api.problems import problem
from xiezhi.decide.wording import Language
from xiezhi.domain.errors import XiezhiError

PATH = "/v1/decide"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode

Check = Callable[[Scope], object]
"""Tells whether a request may pass: anything, or the `Response` to send instead."""


class DecisionPath:
    """Decides on single events of at most `most_bytes`, from callers whom `check` lets pass."""

    def __init__(self, desk: Desk, check: Check, most_bytes: int) -> None:
        self._desk, self._check, self._most = desk, check, most_bytes
        self._schemas = desk.engine.core.knowledge.schemas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        refused = self._check(scope)
        if isinstance(refused, Response):
            await refused(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most:
                told = problem(413, "the event is too large", f"send at most {self._most} bytes")
                await told(scope, receive, send)
                return
        found = await self._answer(body, language_of(scope))
        if isinstance(found, Response):
            await found(scope, receive, send)
            return
        # A bare answer costs a third of what a `Response` does.
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(found))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    async def respond(self, body: bytes, language: Language) -> Response:
        """The answer to one event."""
        found = await self._answer(body, language)
        return found if isinstance(found, Response) else Response(found, media_type="application/json")

    async def _answer(self, body: bytes, language: Language) -> bytes | Response:
        try:
            row = _decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return problem(400, f"the body is not a JSON object: {error}", "send one event as a JSON object")
        channel = row.pop("channel", None)
        if not isinstance(channel, str) or channel not in self._schemas:
            names = ", ".join(self._schemas)
            return problem(
                422, f"there is no channel {str(channel)[:100]!r}", f"name one of {names} in `channel`"
            )
        try:
            return _encode(await self._desk.decide(channel, row, language))
        except XiezhiError as error:
            return problem(503 if self._desk.fault is error else 422, error.message, error.cure)
