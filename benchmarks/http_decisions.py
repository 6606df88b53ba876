"""Single decisions over HTTP with callers that wait for their answers, beside a bare application, in one run.

    python benchmarks/http_decisions.py [--requests 20000] [--callers 32]

`xiezhi serve` runs in a process of its own on a store on disk, journals every event before it answers, and is
called with a key over loopback by another process: keep-alive connections, each with one request under way, written
on bare sockets so that the callers cost little. Requests are calls, messages and transfers in turn. For scale, the same
load goes to an application of Starlette alone that inserts each body into SQLite (WAL, commit each) and
answers a constant. The first tenth warms up and is not counted. Not named `http`: that would hide Python's own
module from every script in this folder.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import selectors
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "xiezhi.cli.main")
START_SECONDS = 120
LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
TEXTS = (
    "明天下午三点开会，请带上资料",
    "【某某银行】您的账户积分即将过期，请登录 http://jf-bank.top/a 兑换",
    "刷单返利，日赚三百，加微信 abc12345",
    "妈，我今晚不回家吃饭了",
)


def bodies(count: int, seed: int = 5) -> list[bytes]:
    """Events of a few thousand people, as JSON."""
    draw = random.Random(seed)
    people = [f"1380{draw.randrange(10_000_000):07d}" for _ in range(5000)]
    found = []
    for at in range(count):
        a, b = draw.choice(people), draw.choice(people)
        row: dict[str, Any] = {"id": f"e{at}"}
        if at % 3 == 0:
            row |= {"channel": "call", "caller": a, "callee": b, "duration": draw.randrange(300)}
        elif at % 3 == 1:
            row |= {"channel": "message", "sender": a, "receiver": b, "text": draw.choice(TEXTS)}
        else:
            amount = round(draw.uniform(10, 20_000), 2)
            row |= {"channel": "transfer", "payer": "62" + a, "payee": "62" + b, "amount": amount}
        found.append(json.dumps(row, ensure_ascii=False).encode())
    return found


class Caller:
    """One keep-alive connection with one request under way."""

    def __init__(self, port: int, path: str, key: str) -> None:
        self.socket = _connected(port)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        proof = f"Authorization: Bearer {key}\r\n" if key else ""
        self._head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{proof}Content-Length: %d\r\n\r\n".encode()
        self._got = b""

    def ask(self, body: bytes) -> None:
        """Send one event."""
        self.socket.send(self._head % len(body) + body)
        self.began = time.perf_counter()

    def answered(self) -> bool:
        """Take what has come; whether the answer is whole now."""
        self._got += self.socket.recv(65536)
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return False
        found = LENGTH.search(self._got, 0, end)
        if found is None or len(self._got) < end + 4 + int(found.group(1)):
            return False
        if not self._got.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"refused: {self._got.decode()}")
        self._got = b""
        return True


def call(port: int, path: str, work: list[bytes], callers: int, key: str) -> list[tuple[float, float]]:
    """When each request began and how long its answer took, in seconds."""
    waiting, times = iter(work), []
    with selectors.DefaultSelector() as selector:
        for body in itertools.islice(waiting, callers):
            caller = Caller(port, path, key)
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask(body)
        while selector.get_map():
            for key, _ in selector.select():
                if not key.data.answered():
                    continue
                times.append((key.data.began, time.perf_counter() - key.data.began))
                if (body := next(waiting, None)) is None:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
                else:
                    key.data.ask(body)
    return times


def _connected(port: int) -> socket.socket:
    """A connection; a server that has just told its address may need a moment."""
    until = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def load(port: int, path: str, requests: int, callers: int, key: str) -> dict[str, float]:
    """Requests a second, and p50 and p99 in milliseconds."""
    work = bodies(requests)
    warm = requests // 10
    call(port, path, work[:warm], callers, key)
    times = call(port, path, work[warm:], callers, key)
    taken = sorted(seconds for _, seconds in times)
    wall = max(began + seconds for began, seconds in times) - min(began for began, _ in times)
    return {
        "rate": len(times) / wall,
        "p50": 1e3 * taken[len(taken) // 2],
        "p99": 1e3 * taken[int(len(taken) * 0.99)],
    }


def bare(database: Path) -> None:
    """The application for scale; it says its port on standard error."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE journal (number INTEGER PRIMARY KEY, body BLOB)")

    async def decide(request: Request) -> Response:
        connection.execute("INSERT INTO journal (body) VALUES (?)", (await request.body(),))
        return Response(b'{"action":"allow"}', media_type="application/json")

    listening = socket.create_server(("127.0.0.1", 0))
    print(f"Open http://127.0.0.1:{listening.getsockname()[1]} (bare)", file=sys.stderr, flush=True)
    app = Starlette(routes=[Route("/v1/decide", decide, methods=["POST"])])
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def a_key(store: Path) -> str:
    """A key that may decide, of a user made for it."""
    from xiezhi.api.access.service import Access
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.database import open_database

    store.mkdir(parents=True)
    database = open_database(store / "operations.db")
    access = Access(database, load_knowledge())
    access.accounts.add("load", "Load", "analyst", "only for this benchmark")
    granted = access.table.granted["analyst"]
    secret = access.keys.create("load", ("decide.run",), "load", granted, None)[1]
    access.close()
    database.dispose()
    return secret


def served(command: list[str], requests: int, callers: int, key: str = "") -> dict[str, float]:
    """Figures of a server that tells its address on standard error; it is ended afterwards."""
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        port = _port(server)
        client = [sys.executable, __file__, "--client", str(port)]
        client += ["--requests", str(requests), "--callers", str(callers), "--key", key]
        done = subprocess.run(client, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout)
        return found
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"the callers failed: {error.stderr}") from error
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stderr is not None
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and (line := server.stderr.readline()):
        if "http://127.0.0.1:" in line:
            return int(line.split("http://127.0.0.1:")[1].split()[0].rstrip("."))
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--callers", type=int, default=32)
    parser.add_argument("--client", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--key", default="", help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.client:
        print(json.dumps(load(given.client, "/v1/decide", given.requests, given.callers, given.key)))
        return
    if given.bare:
        bare(given.bare)
        return
    with tempfile.TemporaryDirectory() as folder:
        key = a_key(Path(folder) / "store")
        command = [*COMMAND, "serve", "--store", f"{folder}/store", "--port", "0"]
        ours = served(command, given.requests, given.callers, key)
        scale = served(
            [sys.executable, __file__, "--bare", f"{folder}/bare.db"], given.requests, given.callers
        )
    print(f"{given.requests * 9 // 10:,} requests by {given.callers} callers, journalled before the answer")
    print(f"{'':26} {'requests/s':>10} {'p50 ms':>8} {'p99 ms':>8}")
    for name, found in (("xiezhi serve", ours), ("bare Starlette and SQLite", scale)):
        print(f"{name:26} {found['rate']:10,.0f} {found['p50']:8.1f} {found['p99']:8.1f}")
    print(f"ratio of requests/s        {ours['rate'] / scale['rate']:9.2f}x")


if __name__ == "__main__":
    main()
