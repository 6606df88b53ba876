"""Every operation of the API, asked for by nobody and by each role, against a table kept as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.access.worlds import ROLES, World
from xiezhi.api.access.layer import PUBLIC as PUBLIC_PATHS
from xiezhi.api.access.openapi import operations as described
from xiezhi.api.access.settings import Rate
from xiezhi.api.app import make_app, operations
from xiezhi.api.settings import Settings
from xiezhi.knowledge.base import load_knowledge

TABLE = Path(__file__).with_name("operations.txt")
PUBLIC, LOG_IN = "-", "log-in"


def wanted() -> dict[tuple[str, str], frozenset[str] | None]:
    """What the table says of each method and path; None for a public operation."""
    found: dict[tuple[str, str], frozenset[str] | None] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            method, path, *names = line.split()
            found[method, path] = None if names == [PUBLIC] else frozenset(names) - {LOG_IN}
    return found


WANTED = wanted()


def house(access: Any) -> SimpleNamespace:
    """As much of a house as is needed to ask whether somebody may come in."""
    knowledge = load_knowledge()
    engine = SimpleNamespace(core=SimpleNamespace(knowledge=knowledge))
    desk = SimpleNamespace(fault=None, engine=engine)
    return SimpleNamespace(
        access=access, desk=desk, settings=Settings(), knowledge=knowledge, jobs=None, demo=None
    )


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = operations(house(None)).openapi()  # type: ignore[arg-type]
    return found


def bare(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


OPERATIONS = [(m, p) for m, p, _ in described(document()) if (m, bare(p)) in WANTED]


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str | None, TestClient]]:
    """A browser for each role, and one that has not logged in."""
    world = World(tmp_path_factory.mktemp("house"), refused_per_address=Rate(1000, 1000))
    world.app = make_app(house(world.access))  # type: ignore[arg-type, assignment]
    found: dict[str | None, TestClient] = {role: world.logged_in(role) for role in ROLES}
    found[None] = world.client("127.0.0.9")
    yield found
    world.access.close()


def test_every_operation_is_in_the_table_with_its_permission() -> None:
    said = {
        (method, bare(path)): frozenset(each["x-permission"]) if "x-permission" in each else None
        for method, path, each in described(document())
    }
    assert len(said) > 15
    assert said == {key: WANTED.get(key, f"add a line to {TABLE.name}") for key in said}


def test_public_operations_are_few_and_each_is_meant_to_be() -> None:
    public = {(method, path) for method, path, each in described(document()) if "x-permission" not in each}
    assert public <= PUBLIC_PATHS


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/no-such-thing"), ("POST", "/v1/decide-many"), ("GET", "/v1/")]
)
def test_whatever_is_not_public_is_shut_to_strangers(
    clients: dict[str | None, TestClient], method: str, path: str
) -> None:
    answer = clients[None].request(method, path, content=b"{" * 100 if method == "POST" else None)
    assert answer.status_code == 401 and answer.json()["detail"]


def test_permissions_exist_and_each_is_asked_for_somewhere() -> None:
    permissions = set(load_knowledge().access.permissions)
    asked = {name for names in WANTED.values() if names for name in names}
    assert asked <= permissions
    assert permissions - asked == {"unmask"}  # it changes what operations show


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
def test_nobody_gets_further_than_their_role(
    clients: dict[str | None, TestClient], method: str, path: str
) -> None:
    asked = WANTED[method, bare(path)]
    granted = load_knowledge().access.granted
    for role, client in clients.items():
        if asked is None:
            continue
        may = role is not None and asked <= granted[role]
        if may and (streams(method, path) or path in ("/v1/session", "/v1/session/password")):
            continue  # would not end, or would end the session that the other cases use
        answer = client.request(method, re.sub(r"\{[^}]*\}", "1", path), json={} if method != "GET" else None)
        status = 401 if role is None else 403
        refused = (
            answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
        )
        assert refused != may, f"{role}: {answer.status_code} {answer.text[:200]}"
        if role is not None and not may:
            assert any(f"`{name}`" in answer.json()["title"] for name in asked)


def streams(method: str, path: str) -> bool:
    content = document()["paths"][path][method.lower()]["responses"].get("200", {}).get("content", {})
    return "text/event-stream" in content or path == "/v1/stream"
