"""`xiezhi serve` and `xiezhi demo`: the engine behind an address."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, run_for_long, say
from xiezhi.domain.errors import XiezhiError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from xiezhi.api.opening import City

HostOption = Annotated[
    str, typer.Option("--host", help="Address to listen on; beyond loopback once there is a user.")
]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")]


def serve_command(
    store: StoreOption = DEFAULT_STORE,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8420,
    overlay: OverlayOption = None,
) -> None:
    """Decide on events sent over HTTP, and open the console.

    The first start prints a link to make the first administrator; programs need a key (`xiezhi keys`).

    Example: `xiezhi serve --store xiezhi-store --port 8420`, then

    `curl -H 'Authorization: Bearer xz_…' -d '{"channel":"message","text":"您的账户异常"}' http://127.0.0.1:8420/v1/decide`
    """
    _serve(store, host, port, overlay)


def demo_command(
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the demo's store.")] = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8420,
    people: Annotated[int, typer.Option("--people", min=50, help="Subscribers in the city.")] = 3000,
    speed: Annotated[
        float | None,
        typer.Option("--speed", min=1, help="City seconds in a second; as last time, or else 240."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal cities.")] = 1,
) -> None:
    """Start the server with a simulated city playing in.

    Example: `xiezhi demo --people 3000 --speed 240`
    """
    place = store or Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "xiezhi/demo"

    from xiezhi.api.opening import City

    _serve(place, host, port, None, City(people, speed, seed))


def _serve(
    store: Path,
    host: str,
    port: int,
    overlay: Path | None,
    city: City | None = None,
) -> None:
    import uvicorn

    from xiezhi.api.access.environment import settings_from
    from xiezhi.api.access.opening import check_address
    from xiezhi.api.app import make_app
    from xiezhi.api.opening import Opening, open_house
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.store import Store

    check_address(host, Store(store), demo=city is not None)
    listening = _listen(host, port)
    knowledge = load_knowledge(overlay)
    started = time.monotonic()
    # The server passes the signal that ended it on to us when it is done; the engine still has to close.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    opening = Opening(settings_from(os.environ, demo=city is not None), city=city, notice=say)
    with open_house(store, knowledge, opening) as house:
        # The engine's thread and the server's take turns many times in each request; neither should wait long.
        run_for_long(0.0002)
        address = f"http://{host}:{listening.getsockname()[1]}"
        say(
            f"Xiezhi is ready after {time.monotonic() - started:.1f} s. Open {address} (Ctrl-C ends it). "
            f"Store: {store}"
        )
        if link := house.access.link(address):
            say(f"There is no user yet. Make the first administrator here (good once, for a day): {link}")
        server = uvicorn.Server(_config(make_app(house)))
        try:
            server.run(sockets=[listening])
        finally:
            # A second Ctrl-C must not cut the last checkpoint short.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _config(app: ASGIApp) -> uvicorn.Config:
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        lifespan="off",
        proxy_headers=False,
        date_header=False,
        server_header=False,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(1024)  # from here on callers may come, though they wait until the engine is ready
    except OSError as error:
        found.close()
        raise XiezhiError(
            f"{host}:{port} can't be listened on ({error.strerror})",
            "choose another with --port, or 0 for a free one",
        ) from error
    return found
