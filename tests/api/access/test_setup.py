"""The first administrator's link and the demo log-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.access.worlds import World

FIRST = {"name": "wang", "password": "nine cranes over the bay"}


@pytest.fixture
def empty(tmp_path: Path) -> World:
    return World(tmp_path, ())


def token(world: World) -> str:
    link = world.access.link("http://127.0.0.1:8420")
    assert link is not None and link.startswith("http://127.0.0.1:8420/setup?token=")
    return link.partition("=")[2]


def test_the_link_makes_the_first_administrator_and_logs_in(empty: World) -> None:
    client = empty.client()
    assert client.get("/v1/setup").json() == {"needed": True, "demo": False}
    answer = client.post("/v1/setup", json={"token": token(empty), **FIRST})
    assert answer.status_code == 201 and answer.json()["user"]["role"] == "administrator"
    assert client.get("/v1/session").json()["user"]["name"] == "wang"
    assert client.get("/v1/setup").json()["needed"] is False
    assert ("wang", "setup", "wang") in empty.audited()


def test_the_link_is_good_once(empty: World) -> None:
    link = token(empty)
    assert empty.client().post("/v1/setup", json={"token": link, **FIRST}).status_code == 201
    again = empty.client().post("/v1/setup", json={"token": link, **FIRST, "name": "eve"})
    assert again.status_code == 401 and "used" in again.json()["title"]
    assert empty.access.link("http://x") is None


def test_a_new_start_ends_the_old_link(empty: World) -> None:
    old, new = token(empty), token(empty)
    assert empty.client().post("/v1/setup", json={"token": old, **FIRST}).status_code == 401
    assert empty.client().post("/v1/setup", json={"token": new, **FIRST}).status_code == 201


def test_the_link_is_good_for_a_day(empty: World) -> None:
    link = token(empty)
    empty.now += 24 * 3600 + 1
    assert empty.client().post("/v1/setup", json={"token": link, **FIRST}).status_code == 401


def test_a_weak_password_does_not_use_the_link_up(empty: World) -> None:
    link = token(empty)
    weak = {"token": link, **FIRST, "password": "wang"}
    assert empty.client().post("/v1/setup", json=weak).status_code == 422
    assert empty.client().post("/v1/setup", json={"token": link, **FIRST}).status_code == 201


def test_a_user_made_at_the_terminal_makes_the_link_useless(empty: World) -> None:
    link = token(empty)
    empty.access.accounts.add("li", "", "administrator", "nine cranes over the bay")
    assert empty.client().post("/v1/setup", json={"token": link, **FIRST}).status_code == 409


def test_guessing_links_is_slowed_down(empty: World) -> None:
    token(empty)
    statuses = [
        empty.client().post("/v1/setup", json={"token": f"guess{at}", **FIRST}).status_code
        for at in range(22)
    ]
    assert statuses == [401] * 20 + [429] * 2


def test_the_demo_is_open_to_this_machine(tmp_path: Path) -> None:
    world = World(tmp_path, (), demo=True)
    client = world.client()
    assert client.get("/v1/setup").json() == {"needed": True, "demo": True}
    session = client.post("/v1/session/demo", json={"role": "operator"}).json()
    assert session["demo"] and session["user"]["role"] == "operator"
    assert "demo.control" in session["permissions"]
    assert client.get("/v1/session").json()["demo"] is True
    refused = client.put(
        "/v1/session/password",
        json={"old": "x", "new": "nine cranes over the bay"},
        headers={"x-csrf-token": session["csrf"]},
    )
    assert refused.status_code == 403
    assert client.post("/v1/session/demo", json={"role": "king"}).status_code == 422


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("192.168.1.7", "127.0.0.1:8420", {}),
        ("127.0.0.1", "rebound.example:8420", {}),
        ("127.0.0.1", "127.0.0.1:8420", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", "127.0.0.1:8420", {"forwarded": "for=1.2.3.4"}),
    ],
)
def test_the_demo_is_shut_to_others(tmp_path: Path, address: str, host: str, headers: dict[str, str]) -> None:
    client = World(tmp_path, (), demo=True).client(address, host, headers=headers)
    assert client.post("/v1/session/demo", json={"role": "viewer"}).status_code == 404
    assert client.get("/v1/setup").json()["demo"] is False


def test_without_the_demo_there_is_no_demo_log_in(world: World) -> None:
    assert world.client().post("/v1/session/demo", json={"role": "viewer"}).status_code == 404


def test_what_a_demo_log_in_left_is_worth_nothing_without_the_demo(tmp_path: Path) -> None:
    world = World(tmp_path, (), demo=True)
    client = world.client()
    csrf = client.post("/v1/session/demo", json={"role": "administrator"}).json()["csrf"]
    body = {"name": "k", "scopes": ["users.manage"]}
    secret = client.post("/v1/keys", json=body, headers={"x-csrf-token": csrf}).json()["secret"]
    program = world.client(headers={"authorization": f"Bearer {secret}"})
    assert program.get("/v1/users").status_code == 200
    world.app.state.house.access = world.open()
    assert program.get("/v1/users").status_code == client.get("/v1/session").status_code == 401
