"""Lists and snoozes through HTTP: adding, removing, undoing, and who may see what."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.keeping.worlds import World, problem

NUMBER = "17012345678"
LATER = int(time.time() * 1000) + 86_400_000
LIST = "/v1/lists/deny_numbers"


def add(world: World, value: str = NUMBER, **changes: Any) -> dict[str, Any]:
    body = {"kind": "phone", "value": value, "reason": "victim report", **changes}
    answer = world.caller("operator").post(f"{LIST}/entries", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def entries(world: World, role: str = "viewer", **query: Any) -> list[dict[str, Any]]:
    answer = world.caller(role).get(LIST, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.fixture(autouse=True)
def empty(world: World) -> None:
    """The list as it began."""
    for entry in entries(world, "operator", unmask=True, limit=500):
        world.caller("operator").delete(f"{LIST}/entries/phone/{quote(entry['value'], safe='')}")


def test_what_is_added_stands_on_the_list_and_works_from_the_next_event_on(world: World) -> None:
    event = {
        "channel": "call",
        "caller": NUMBER,
        "callee": "13800138000",
        "ts": world.engine.core.windows.newest_ms(),
    }
    before = world.caller("analyst").post("/v1/decide", json=event).json()
    made = add(world, "+86 170-1234-5678", until=LATER)
    assert (
        made["value"] == NUMBER and made["until"] == LATER and made["by"] == "operator" and not made["ended"]
    )
    after = world.caller("analyst").post("/v1/decide", json=event).json()
    assert after["score"] > before["score"] and any("list" in each["id"] for each in after["signals"])
    lists = {each["name"]: each for each in world.caller("viewer").get("/v1/lists").json()["items"]}
    assert lists["deny_numbers"]["entries"] == 1 and lists["deny_numbers"]["effect"] == "deny"
    assert lists["deny_numbers"]["identifiers"] == ["phone"]
    assert ("operator", "add_to_list", "deny_numbers") in world.audited()


def test_numbers_are_masked_unless_one_may_see_them_and_asks(world: World) -> None:
    add(world)
    for role, asked in (("viewer", False), ("viewer", True), ("analyst", False)):
        shown = entries(world, role, unmask=asked)[0]
        assert NUMBER not in str(shown) and shown["shown"] == "170****5678" and shown["value"].startswith("~")
    assert ("analyst", "unmask", "list deny_numbers") not in world.audited()
    assert entries(world, "analyst", unmask=True)[0]["value"] == NUMBER
    assert ("analyst", "unmask", "list deny_numbers") in world.audited()
    domain = {"kind": "domain", "value": "bad-bank.top", "reason": "phishing"}
    assert world.caller("operator").post("/v1/lists/deny_domains/entries", json=domain).status_code == 201
    shown = world.caller("viewer").get("/v1/lists/deny_domains").json()["items"][0]
    assert shown["value"] == shown["shown"] == "bad-bank.top"  # no schema asks for masking domains


def test_removing_and_undoing_by_value(world: World) -> None:
    add(world, until=LATER)
    operator = world.caller("operator")
    assert operator.delete(f"{LIST}/entries/phone/{NUMBER}?reason=mistake").status_code == 204
    assert entries(world) == []
    problem(operator.delete(f"{LIST}/entries/phone/{NUMBER}"), 404, "not on the list")
    back = add(world, until=LATER)
    assert back["replaced"] is None and len(entries(world)) == 1


def test_removing_and_undoing_without_ever_seeing_the_number(world: World) -> None:
    add(world)
    keeper = world.caller("operator", "lists.read", "lists.write")
    handle = keeper.get(LIST, params={"unmask": True}).json()["items"][0]["value"]
    assert handle.startswith("~")
    assert keeper.delete(f"{LIST}/entries/phone/{handle}").status_code == 204
    assert entries(world) == []
    back = keeper.post(f"{LIST}/entries", json={"kind": "phone", "value": handle, "reason": "undo"})
    assert back.status_code == 201 and NUMBER not in back.text
    assert entries(world, "operator", unmask=True)[0]["value"] == NUMBER
    problem(keeper.delete(f"{LIST}/entries/phone/~0000"), 404, "handle")
    problem(
        keeper.post(f"{LIST}/entries", json={"kind": "phone", "value": "~00", "reason": "x"}), 404, "handle"
    )


def test_adding_again_names_what_was_there(world: World) -> None:
    add(world, reason="first", until=LATER)
    again = add(world, reason="second")
    assert (again["replaced"]["reason"], again["replaced"]["until"]) == ("first", LATER)
    assert again["until"] is None and [each["reason"] for each in entries(world)] == ["second"]


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"reason": ""}, 422, "reason"),
        ({"reason": "   "}, 422, "reason"),
        ({"value": "hello world, this is no number"}, 422, "is no phone"),
        ({"value": ""}, 422, "value"),
        ({"kind": "domain", "value": "a.top"}, 422, "it takes phone"),
        ({"kind": "mood"}, 422, "it takes phone"),
        ({"until": 1}, 422, "past"),
        ({"until": -5}, 422, "until"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_bad_entries_are_refused_and_change_nothing(
    world: World, changes: dict[str, Any], status: int, told: str
) -> None:
    body = {"kind": "phone", "value": NUMBER, "reason": "x", **changes}
    problem(world.caller("operator").post(f"{LIST}/entries", json=body), status, told)
    assert entries(world) == []


def test_lists_that_are_not_there_and_callers_who_may_not(world: World) -> None:
    body = {"kind": "phone", "value": NUMBER, "reason": "x"}
    problem(world.caller("operator").post("/v1/lists/nothing/entries", json=body), 404, "deny_numbers")
    problem(world.caller("viewer").get("/v1/lists/nothing"), 404)
    problem(world.caller("operator").delete("/v1/lists/nothing/entries/phone/1"), 404)
    problem(world.caller("analyst").post(f"{LIST}/entries", json=body), 403, "lists.write")
    problem(world.caller("analyst").delete(f"{LIST}/entries/phone/{NUMBER}"), 403, "lists.write")


def test_a_list_comes_in_pages_newest_first_and_is_searched(world: World) -> None:
    numbers = [f"1701234{place:04d}" for place in range(7)]
    for number in numbers:
        add(world, number, reason=f"case {number[-1]}")
    seen, after = [], None
    while True:
        query = {"limit": 3, "unmask": True, **({"after": after} if after else {})}
        page = world.caller("operator").get(LIST, params=query).json()
        seen += [each["value"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == numbers and len(seen) == 7
    times = [each["at"] for each in entries(world)]
    assert times == sorted(times, reverse=True)
    assert [each["reason"] for each in entries(world, q="case 3")] == ["case 3"]
    assert len(entries(world, q=numbers[2])) == 1 and entries(world, kind="domain") == []
    problem(world.caller("viewer").get(LIST, params={"after": "zzz"}), 422, "cursor")


def test_urls_with_slashes_can_be_taken_off(world: World) -> None:
    url, operator = "https://bad-bank.top/login/a?b=c", world.caller("operator")
    path = "/v1/lists/deny_domains/entries"
    made = operator.post(path, json={"kind": "url", "value": url, "reason": "phishing"})
    assert made.status_code == 201
    assert operator.delete(f"{path}/url/{quote(made.json()['value'], safe='')}").status_code == 204


SNOOZE = {
    "rule": "call.burst_dialling",
    "identifier": "phone",
    "value": NUMBER,
    "until": LATER,
    "reason": "a hospital",
}


def test_a_rule_is_snoozed_and_woken(world: World) -> None:
    operator, viewer = world.caller("operator"), world.caller("viewer")
    made = operator.post("/v1/snoozes", json=SNOOZE)
    assert made.status_code == 201, made.text
    shown = viewer.get("/v1/snoozes", params={"rule": SNOOZE["rule"]}).json()["items"]
    assert [(each["shown"], each["until"], each["by"]) for each in shown] == [
        ("170****5678", LATER, "operator")
    ]
    assert viewer.get("/v1/snoozes", params={"rule": "call.short_calls"}).json()["items"] == []
    held = [snooze for snooze in world.engine.core.book.snoozes if snooze.rule == SNOOZE["rule"]]
    assert held[0].until == LATER and held[0].value == NUMBER
    handle = shown[0]["value"]
    assert handle.startswith("~")
    assert operator.delete(f"/v1/snoozes/{SNOOZE['rule']}/phone/{handle}").status_code == 204
    assert viewer.get("/v1/snoozes").json()["items"] == []
    assert all(snooze.until == 0 for snooze in world.engine.core.book.snoozes)
    problem(operator.delete(f"/v1/snoozes/{SNOOZE['rule']}/phone/{NUMBER}"), 404, "not silent")
    assert operator.post("/v1/snoozes", json={**SNOOZE, "value": handle}).status_code == 201  # undone
    assert len(viewer.get("/v1/snoozes").json()["items"]) == 1
    assert {("operator", "snooze_rule", SNOOZE["rule"]), ("operator", "end_snooze", SNOOZE["rule"])} <= set(
        world.audited()
    )


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"rule": "nobody.knows"}, 404, "no rule"),
        ({"identifier": "domain", "value": "a.top"}, 422, "no call event"),
        ({"value": "not a number at all"}, 422, "is no phone"),
        ({"until": 1}, 422, "past"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_bad_snoozes_are_refused(world: World, changes: dict[str, Any], status: int, told: str) -> None:
    problem(world.caller("operator").post("/v1/snoozes", json={**SNOOZE, **changes}), status, told)
    problem(world.caller("analyst").post("/v1/snoozes", json=SNOOZE), 403, "snoozes.write")
