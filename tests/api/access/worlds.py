"""A small house with users, whose clock the test moves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from xiezhi.api.access.routes import router
from xiezhi.api.access.service import Access
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.problems import handle_problems
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.database import open_database

ROLES = ("viewer", "analyst", "operator", "administrator")
CHEAP: dict[str, Any] = {"hash_memory_kib": 8, "hash_rounds": 1}


def password_of(name: str) -> str:
    return f"seven kites over {name}"


class World:
    """A house on a folder: `name` of each user is its role's."""

    def __init__(self, folder: Path, users: tuple[str, ...] = ROLES, **settings: Any) -> None:
        self.now, self.folder = 1_790_000_000.0, folder
        self.access = self.open(**settings)
        for role in users:
            self.access.accounts.add(role, role.title(), role, password_of(role))
        self.app = FastAPI()
        handle_problems(self.app)
        self.app.include_router(router)
        desk = SimpleNamespace(fault=None)
        self.app.state.house = SimpleNamespace(access=self.access, desk=desk)

    def open(self, **settings: Any) -> Access:
        """Another service on the same tables, as another process would have it."""
        database = open_database(self.folder / "operations.db")
        chosen = AccessSettings(**{**CHEAP, **settings})
        return Access(database, load_knowledge(), chosen, lambda: self.now, lambda: self.now)

    def client(self, address: str = "127.0.0.1", host: str = "127.0.0.1:8420", **kept: Any) -> TestClient:
        """A browser or program that has not logged in."""
        return TestClient(
            self.app,
            base_url=f"http://{host}",
            client=(address, 50_000),
            raise_server_exceptions=False,
            **kept,
        )

    def logged_in(self, name: str, address: str = "127.0.0.1") -> TestClient:
        """A browser with a session that sends its CSRF token along."""
        client = self.client(address)
        answer = client.post("/v1/session", json={"name": name, "password": password_of(name)})
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        return client

    def with_key(
        self, *scopes: str, maker: str = "administrator", expires_at: int | None = None
    ) -> TestClient:
        """A program with a key."""
        allowed = load_knowledge().access.granted[maker]
        _, secret = self.access.keys.create("test", scopes, maker, allowed, expires_at)
        return self.client(headers={"authorization": f"Bearer {secret}"})

    def audited(self) -> list[tuple[str, str, str]]:
        """(who, what, target) of the audit log, oldest first."""
        return [(row.who, row.what, row.target) for row in reversed(self.access.trail.page(limit=500))]
