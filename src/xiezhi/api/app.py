"""The web application: the decision path beside the framework, the operations below `/v1`, the console elsewhere."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xiezhi import __version__
from xiezhi.api import routes
from xiezhi.api.access.layer import Layer
from xiezhi.api.access.openapi import install
from xiezhi.api.bodies import BodyGuard
from xiezhi.api.console_files import ConsoleFiles
from xiezhi.api.context import House
from xiezhi.api.decision_path import PATH, DecisionPath
from xiezhi.api.openapi import complete
from xiezhi.api.problems import handle_problems

STREAMED = frozenset({"/v1/ingest"})
"""Paths whose bodies are too large to be held in memory."""

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


def make_app(house: House) -> ASGIApp:
    """The application over a house whose desk has been started."""
    settings = house.settings
    app = operations(house)
    guarded = BodyGuard(
        app, settings.body_bytes, {"/v1/decide-many": settings.many_bytes}, STREAMED, settings.depth
    )
    path = DecisionPath(house.desk, house.access.fast.allowed, settings.event_bytes)
    return FastLane(path, SafeAnswers(Layer(guarded, house.access.gate)), ConsoleFiles())


def operations(house: House) -> FastAPI:
    """Every operation as the framework serves it, with its OpenAPI document."""
    app = FastAPI(
        title="Xiezhi",
        version=__version__,
        summary="One open, full-chain system against telecom and network fraud",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url="/v1/openapi.json",
        docs_url=None,  # their pages load scripts from outside
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.house = house
    handle_problems(app)
    for router in routers():
        app.include_router(router)
    complete(app)
    install(app)
    return app


def routers() -> Iterator[APIRouter]:
    """The routers of the operations and of the accounts."""
    for module in sorted(each.name for each in pkgutil.iter_modules(routes.__path__)):
        yield importlib.import_module(f"{routes.__name__}.{module}").router
    if importlib.util.find_spec("xiezhi.api.access.routes") is not None:
        yield importlib.import_module("xiezhi.api.access.routes").router


class FastLane:
    """Takes decisions straight to `path`, what is below `/v1` to `rest`, and everything else to `files`."""

    def __init__(self, path: DecisionPath, rest: ASGIApp, files: ASGIApp) -> None:
        self._path, self._rest, self._files = path, rest, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
        elif scope["path"] == PATH and scope["method"] == "POST":
            await self._path(scope, receive, send)
        elif scope["path"] == "/v1" or scope["path"].startswith("/v1/"):
            await self._rest(scope, receive, send)
        else:
            await self._files(scope, receive, send)


class SafeAnswers:
    """Gives every answer the headers that keep browsers from misreading it and others from keeping it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                named = {name for name, _ in headers}
                if b"cache-control" not in named:
                    headers.append((b"cache-control", b"no-store"))
                headers += [each for each in _HEADERS if each[0] not in named]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, safely)
