"""A house as the server opens it, and callers with keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from starlette.testclient import TestClient

from xiezhi.api.access.settings import AccessSettings, Rate
from xiezhi.api.app import make_app
from xiezhi.api.opening import Opening, open_house
from xiezhi.api.settings import Settings
from xiezhi.knowledge.base import load_knowledge

T = TypeVar("T")

SCAM = {
    "channel": "message",
    "id": "m1",
    "sender": "95588",
    "receiver": "13800138000",
    "text": "【工商银行】您的账户已被冻结，请点击 http://icbc-x.top 验证",
}
WIDE = AccessSettings(
    hash_memory_kib=8,
    hash_rounds=1,
    per_key=Rate(1e6, 1e6),
    per_address=Rate(1e6, 1e6),
    per_session=Rate(1e6, 1e6),
    refused_per_address=Rate(1e6, 1e6),
)


class World:
    """A house that is open until the block ends."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self._ends = ExitStack()
        opening = Opening(WIDE, Settings(**settings))
        self.house = self._ends.enter_context(open_house(folder, load_knowledge(), opening))
        self.app = make_app(self.house)
        for role in self.house.knowledge.access.granted:
            if all(user.name != role for user in self.house.access.accounts.all()):
                self.house.access.accounts.add(role, role.title(), role, f"seven kites over {role}")
        self.clients: dict[str, TestClient] = {}

    def __enter__(self) -> World:
        return self

    def __exit__(self, *error: object) -> None:
        self._ends.close()

    def key(self, role: str) -> str:
        allowed = self.house.knowledge.access.granted[role]
        return self.house.access.keys.create("test", tuple(sorted(allowed)), role, allowed, None)[1]

    def caller(self, role: str = "administrator") -> TestClient:
        """A program with all permissions of a role."""
        if role not in self.clients:
            headers = {"authorization": f"Bearer {self.key(role)}", "accept-language": "en"}
            self.clients[role] = TestClient(
                self.app, base_url="http://127.0.0.1:8420", headers=headers, raise_server_exceptions=False
            )
        return self.clients[role]

    def get(self, path: str, role: str = "administrator", **query: Any) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.caller(role).get(path, params={k: v for k, v in query.items() if v is not None})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def decide(self, **event: Any) -> Any:
        """The answer to one event."""
        answer = self.caller().post("/v1/decide", json=event)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """A job when it has ended."""
        until = time.monotonic() + 60
        while job["state"] in ("waiting", "running"):
            assert time.monotonic() < until, job
            time.sleep(0.02)
            job = self.get(f"/v1/jobs/{job['id']}")
        return job


def apart(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, run in a thread of its own: browser tests leave a loop running in pytest's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
