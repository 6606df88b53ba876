"""A house over a store with a small city in it, and callers of every kind."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from starlette.testclient import TestClient

from xiezhi.api.access.service import Access
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.app import make_app
from xiezhi.api.context import House
from xiezhi.api.desk import Desk
from xiezhi.api.jobs import Jobs
from xiezhi.engine.embedded import Engine
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store

ROLES = ("viewer", "analyst", "operator", "administrator")


class World:
    """A started house on a store's folder; each role has a user of that name, and every caller a key."""

    def __init__(self, folder: Path, demo: dict[str, Any] | None = None) -> None:
        knowledge = load_knowledge()
        self.engine = Engine(Store(folder), knowledge)
        self.desk = Desk(self.engine)
        self.desk.start()
        database = self.engine.database
        self.access = Access(database, knowledge, AccessSettings(hash_memory_kib=8, hash_rounds=1))
        self.jobs = Jobs(database)
        self.house = House(
            self.desk, SimpleNamespace(), knowledge, self.engine.store, database, self.access, self.jobs
        )
        if demo is not None:
            from xiezhi.api.city import Demo

            self.house.demo = Demo(self.desk, database, **demo)
            self.house.demo.start()
        for role in ROLES:
            if all(user.name != role for user in self.access.accounts.all()):
                self.access.accounts.add(role, role.title(), role, f"seven kites over {role}")
        self.app = make_app(self.house)
        self._clients: dict[tuple[str, tuple[str, ...]], TestClient] = {}

    def close(self) -> None:
        """End everything in the order that the server does."""
        if self.house.demo is not None:
            self.house.demo.stop()
        self.jobs.close()
        self.access.close()
        self.desk.stop()

    def caller(self, role: str, *scopes: str) -> TestClient:
        """A program with a key of a role's user: with all the role's permissions, or some."""
        if (role, scopes) not in self._clients:
            allowed = self.house.knowledge.access.granted[role]
            _, secret = self.access.keys.create("test", tuple(scopes or sorted(allowed)), role, allowed, None)
            self._clients[role, scopes] = TestClient(
                self.app,
                base_url="http://127.0.0.1:8420",
                client=("127.0.0.1", 50_000),
                headers={"authorization": f"Bearer {secret}", "accept-language": "en"},
                raise_server_exceptions=False,
            )
        return self._clients[role, scopes]

    def ended(self, answer: httpx.Response) -> dict[str, Any]:
        """The job of a 202 when it has ended."""
        assert answer.status_code == 202, answer.text
        return self.wait_for(answer.json()["id"], ("done", "failed", "cancelled"))

    def wait_for(self, id: str, states: Iterable[str]) -> dict[str, Any]:
        """A job once it is in one of some states."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            job: dict[str, Any] = self.caller("viewer").get(f"/v1/jobs/{id}").json()
            if job["state"] in states:
                return job
            time.sleep(0.02)
        raise AssertionError(f"the job {id} did not come to {states}: {job}")

    def audited(self) -> list[tuple[str, str, str]]:
        """(who, what, target) of the audit log, newest first."""
        return [(row.who, row.what, row.target) for row in self.access.trail.page(limit=50)]


def problem(answer: httpx.Response, status: int, *told: str) -> dict[str, Any]:
    """A refusal, after looking at its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status and body["title"] and body["detail"]
    for words in told:
        assert words in str(body), f"{words!r} is not told in {body}"
    return body
