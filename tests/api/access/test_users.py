"""Managing users, and the audit log of it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from tests.api.access.worlds import World
from xiezhi.api.access.caller import Caller
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.database import open_database
from xiezhi.storage.tables import audit

NEW = {"name": "li.na", "display": "李娜", "role": "analyst", "password": "nine cranes over the bay"}


def test_users_are_made_listed_changed_and_removed(world: World) -> None:
    chief = world.logged_in("administrator")
    made = chief.post("/v1/users", json=NEW)
    assert made.status_code == 201 and made.json()["display"] == "李娜" and "password" not in made.json()
    names = [user["name"] for user in chief.get("/v1/users").json()["items"]]
    assert names == ["administrator", "analyst", "li.na", "operator", "viewer"]
    assert chief.patch("/v1/users/li.na", json={"role": "operator"}).json()["role"] == "operator"
    assert chief.delete("/v1/users/li.na").status_code == 204
    assert chief.delete("/v1/users/li.na").status_code == 404
    noted = [row for row in world.audited() if row[2] == "li.na"]
    assert noted == [("administrator", f"{verb}_user", "li.na") for verb in ("create", "change", "delete")]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "analyst"}, 409),
        ({"name": "Li Na"}, 422),
        ({"name": "demo:viewer"}, 422),
        ({"role": "king"}, 422),
        ({"extra": 1}, 422),
        ({"display": "x" * 65}, 422),
        ({"password": "x" * 257}, 422),
    ],
)
def test_a_bad_user_is_refused(world: World, change: dict[str, object], status: int) -> None:
    answer = world.logged_in("administrator").post("/v1/users", json={**NEW, **change})
    assert answer.status_code == status and answer.json()["detail"]


def test_nobody_removes_themselves_nor_the_last_administrator(world: World) -> None:
    chief = world.logged_in("administrator")
    assert chief.delete("/v1/users/administrator").status_code == 409
    for change in ({"role": "viewer"}, {"disabled": True}, {"password": "nine cranes over the bay"}):
        assert chief.patch("/v1/users/administrator", json=change).status_code == 409
    program = world.with_key(*load_knowledge().access.permissions)
    world.access.accounts.add("second", "", "administrator", "nine cranes over the bay")
    keyed = world.with_key(*load_knowledge().access.permissions, maker="administrator")
    assert keyed.delete("/v1/users/second").status_code == 204
    assert program.get("/v1/users").status_code == 200
    for change in ({"role": "viewer"}, {"disabled": True}):
        with pytest.raises(Exception, match="last administrator"):
            world.access.accounts.change("administrator", **change)
    with pytest.raises(Exception, match="last administrator"):
        world.access.accounts.remove("administrator")


def test_nobody_gives_more_than_they_have(world: World) -> None:
    program = world.with_key("users.manage", *load_knowledge().access.granted["analyst"])
    assert program.post("/v1/users", json=NEW).status_code == 201
    assert program.post("/v1/users", json={**NEW, "name": "x2", "role": "operator"}).status_code == 403
    assert program.patch("/v1/users/li.na", json={"role": "administrator"}).status_code == 403
    takeover = {"password": "nine cranes over the bay"}
    assert program.patch("/v1/users/administrator", json=takeover).status_code == 403
    assert program.delete("/v1/users/operator").status_code == 403


def test_roles_are_those_of_the_data(world: World) -> None:
    shown = world.logged_in("viewer").get("/v1/roles").json()
    table = load_knowledge().access
    assert {each["role"]: set(each["permissions"]) for each in shown["items"]} == table.granted
    assert [each["name"] for each in shown["permissions"]] == list(table.permissions)
    assert all(each["zh"] and each["en"] for each in shown["items"] + shown["permissions"])


def test_the_audit_log_is_read_page_by_page_and_filtered(world: World) -> None:
    chief = world.logged_in("administrator")
    world.client().post("/v1/session", json={"name": "viewer", "password": "a wrong one"})
    for at in range(7):
        world.now += 10
        chief.post("/v1/users", json={**NEW, "name": f"li{at}"})
    found, after = [], None
    for _ in range(5):
        page = chief.get("/v1/audit", params={"limit": 3, **({"after": after} if after else {})}).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert len(found) == 9 and [row["number"] for row in found] == list(range(9, 0, -1))
    made = chief.get("/v1/audit", params={"what": "create"}).json()["items"]
    assert len(made) == 7 and made[0]["target"] == "li6" and made[0]["detail"]["role"] == "analyst"
    assert [row["what"] for row in chief.get("/v1/audit?who=viewer").json()["items"]] == ["log_in.failed"]
    late = chief.get("/v1/audit", params={"since": int((world.now - 15) * 1000)}).json()["items"]
    assert [row["target"] for row in late] == ["li6", "li5"]
    assert chief.get("/v1/audit?after=x").status_code == chief.get("/v1/audit?limit=0").status_code == 422


def test_a_refused_change_is_noted(world: World) -> None:
    world.logged_in("viewer").post("/v1/users", json=NEW)
    row = world.access.trail.page()[0]
    assert (row.who, row.what, row.detail) == ("viewer", "create_user", {"refused": "users.manage"})


def test_unmasking_is_for_those_who_may_and_is_noted(world: World) -> None:
    granted = load_knowledge().access.granted
    looker = Caller("a", "analyst", granted["analyst"], "session", "10.0.0.1")
    watcher = Caller("v", "viewer", granted["viewer"], "session", "10.0.0.1")
    assert world.access.reveal(looker, True, "phone/13800138000") and looker.notes == 1
    assert not world.access.reveal(looker, False, "x") and not world.access.reveal(watcher, True, "x")
    assert world.audited() == [("a", "unmask", "phone/13800138000")]


def test_details_lose_what_is_secret(world: World) -> None:
    caller = Caller("a", "analyst", frozenset(), "session", "10.0.0.1")
    detail = {"role": "x", "password": "p", "inner": [{"token": "t", "kept": 1}], "text": "xz_" + "a" * 48}
    world.access.note(caller, "something", "xz_" + "b" * 48, detail)
    world.access.note(caller, "something", "", {"long": "x" * 5000})
    long, row = world.access.trail.page()
    assert row.detail == {"role": "x", "inner": [{"kept": 1}], "text": "xz_aaaaaaaa…"}
    assert row.target == "xz_bbbbbbbb…" and len(long.detail["note"]) == 2001


@pytest.mark.parametrize("change", [update(audit).values(who="eve"), delete(audit)])
def test_the_audit_log_is_only_added_to(world: World, change: object) -> None:
    world.logged_in("viewer")
    database = open_database(world.folder / "operations.db")
    with pytest.raises(DBAPIError, match="only added to"), database.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert world.audited() == [("viewer", "log_in", "")]
