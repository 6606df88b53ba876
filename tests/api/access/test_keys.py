"""Keys of programs: what they may do, and when no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.access.worlds import World
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.settings import Rate


def fast(world: World, client: object) -> int:
    """The status with which the decision path's check answers a client's headers."""
    headers = [(name.encode(), value.encode()) for name, value in client.headers.items()]  # type: ignore[attr-defined]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/decide",
        "headers": headers,
        "client": ("10.0.0.1", 1),
    }
    found = world.access.fast.allowed(scope)
    return 200 if isinstance(found, Caller) else found.status_code


def test_a_key_is_shown_once_and_does_what_its_scopes_say(world: World) -> None:
    chief = world.logged_in("administrator")
    made = chief.post("/v1/keys", json={"name": "billing", "scopes": ["users.manage"]})
    key = made.json()
    assert made.status_code == 201 and key["secret"].startswith(key["prefix"]) and key["prefix"][:3] == "xz_"
    listed = chief.get("/v1/keys").json()["items"]
    assert len(listed) == 1 and "secret" not in listed[0] and listed[0]["created_by"] == "administrator"
    program = world.client(headers={"authorization": f"Bearer {key['secret']}"})
    assert program.get("/v1/users").status_code == 200
    refused = program.get("/v1/audit")
    assert refused.status_code == 403 and "`audit.read`" in refused.json()["title"]
    who = program.get("/v1/session").json()
    assert who["permissions"] == ["users.manage"] and who["csrf"] == ""


def test_a_key_needs_no_csrf_token_and_is_noted_by_its_beginning(world: World) -> None:
    program = world.with_key("users.manage", "decide.run")
    body = {"name": "new", "role": "viewer", "password": "nine cranes over the bay"}
    refused = program.post("/v1/users", json=body)
    assert refused.status_code == 403 and "may do what you may not" in refused.json()["title"]
    everything = world.with_key(*world.access.table.permissions)
    assert everything.post("/v1/users", json=body).status_code == 201
    row = world.access.trail.page(what="create_user")[0]
    assert row.via == "key" and row.who == "administrator"
    assert row.key and everything.headers["authorization"].startswith(f"Bearer {row.key}")


@pytest.mark.parametrize(
    ("scopes", "status"), [([], 422), (["no.such"], 422), (["decide.run"], 201), (["x" * 65], 422)]
)
def test_scopes_must_exist(world: World, scopes: list[str], status: int) -> None:
    chief = world.logged_in("administrator")
    assert chief.post("/v1/keys", json={"name": "k", "scopes": scopes}).status_code == status


def test_a_key_makes_no_keys(world: World) -> None:
    program = world.with_key("keys.manage", "decide.run")
    assert program.post("/v1/keys", json={"name": "k", "scopes": ["decide.run"]}).status_code == 403


def test_a_key_expires(world: World) -> None:
    chief = world.logged_in("administrator")
    past = {"name": "k", "scopes": ["decide.run"], "expires_at": int(world.now * 1000) - 1}
    assert chief.post("/v1/keys", json=past).status_code == 422
    program = world.with_key("decide.run", expires_at=int(world.now * 1000) + 60_000)
    assert program.get("/v1/session").json()["expires_at"] == int(world.now * 1000) + 60_000
    assert fast(world, program) == 200
    world.now += 61
    assert program.get("/v1/session").status_code == fast(world, program) == 401


def test_a_revoked_key_is_refused_at_once(world: World) -> None:
    program, chief = world.with_key("decide.run"), world.logged_in("administrator")
    assert fast(world, program) == 200
    id = chief.get("/v1/keys").json()["items"][0]["id"]
    assert chief.delete(f"/v1/keys/{id}").status_code == 204
    assert program.get("/v1/session").status_code == fast(world, program) == 401
    assert chief.get("/v1/keys").json()["items"][0]["revoked"] is True
    assert chief.delete("/v1/keys/none").status_code == 404


def test_what_another_process_revokes_is_refused_within_two_seconds(world: World) -> None:
    program = world.with_key("decide.run")
    assert fast(world, program) == 200
    elsewhere = world.open()
    elsewhere.keys.revoke(elsewhere.keys.all()[0].id)
    world.now += 2
    assert fast(world, program) == 401


def test_a_key_shrinks_and_grows_with_its_maker(world: World) -> None:
    program = world.with_key("audit.read", "decide.run")
    world.access.accounts.add("second", "", "administrator", "nine cranes over the bay")
    world.access.accounts.change("administrator", role="analyst")
    assert program.get("/v1/audit").status_code == 403 and fast(world, program) == 200
    world.access.accounts.change("administrator", role="viewer")
    assert fast(world, program) == 403
    world.access.accounts.change("administrator", disabled=True)
    assert fast(world, program) == 401
    world.access.accounts.change("administrator", role="administrator", disabled=False)
    assert program.get("/v1/audit").status_code == 200
    world.access.accounts.remove("administrator")
    world.access.accounts.add("administrator", "", "administrator", "nine cranes over the bay")
    assert fast(world, program) == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer xz_wrong", "bearer \xff\xfe"]
)
def test_a_bad_key_is_refused(world: World, header: str) -> None:
    raw = {b"authorization": header.encode("latin-1")}
    answer = world.client().get("/v1/session", headers=raw)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    # A good cookie beside a bad key must not let the request in.
    assert world.logged_in("viewer").get("/v1/session", headers=raw).status_code == 401


def test_last_use_is_written_at_most_once_a_minute(world: World) -> None:
    program, other = world.with_key("decide.run"), world.open()
    fast(world, program)
    used = world.now
    assert other.keys.all()[0].last_used_at is None
    world.now += 61
    fast(world, program)
    world.access.close()
    assert other.keys.all()[0].last_used_at == int(world.now * 1000) > int(used * 1000)


def test_a_session_may_use_the_decision_path_too(world: World) -> None:
    client = world.logged_in("analyst")
    client.headers["cookie"] = f"other=1; xiezhi_session={client.cookies['xiezhi_session']}"
    assert fast(world, client) == 200
    client.headers["x-csrf-token"] = "wrong"
    assert fast(world, client) == 403
    watcher = world.logged_in("viewer")
    watcher.headers["cookie"] = f"xiezhi_session={watcher.cookies['xiezhi_session']}"
    assert fast(world, watcher) == 403
    assert fast(world, world.client()) == 401


def test_too_many_requests_with_one_key(tmp_path: Path) -> None:
    world = World(tmp_path, ("administrator",), per_key=Rate(2, 3))
    program, other = world.with_key("decide.run"), world.with_key("decide.run")
    assert [fast(world, program) for _ in range(5)] == [200] * 3 + [429] * 2
    assert fast(world, other) == 200
    refused = program.get("/v1/session")
    assert refused.status_code == 429 and refused.headers["retry-after"] == "1"
    world.now += 1
    assert [fast(world, program) for _ in range(3)] == [200, 200, 429]


def test_too_many_requests_from_one_address(tmp_path: Path) -> None:
    world = World(tmp_path, ("administrator",), per_address=Rate(1, 3))
    near, far = world.client("10.0.0.1"), world.client("10.0.0.2")
    assert [near.get("/v1/setup").status_code for _ in range(4)] == [200] * 3 + [429]
    assert far.get("/v1/setup").status_code == 200


def test_requests_without_a_log_in_have_a_limit_of_their_own(tmp_path: Path) -> None:
    world = World(tmp_path, ("administrator",), refused_per_address=Rate(1, 3))
    client = world.client()
    assert [client.get("/v1/session").status_code for _ in range(4)] == [401] * 3 + [429]
    assert world.logged_in("administrator").get("/v1/session").status_code == 200
