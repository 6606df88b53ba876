"""The demo city through HTTP: its controls, and the truth beside the verdicts, which must add up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.keeping.worlds import World, problem
from xiezhi.api import city
from xiezhi.api.city import Demo
from xiezhi.domain.actions import Action
from xiezhi.domain.errors import XiezhiError
from xiezhi.history import ledger
from xiezhi.simulator.city import City
from xiezhi.simulator.gangs import kinds

PEOPLE, SEED, HOUR = 300, 7, 3_600_000
SET = {"people": PEOPLE, "speed": 3600.0, "seed": SEED}


def until(world: World, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The demo's state once something is so."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        state: dict[str, Any] = world.caller("viewer").get("/v1/demo").json()
        if reached(state):
            return state
        time.sleep(0.05)
    raise AssertionError(f"the city never came there: {state}")


def truth(world: World, **query: Any) -> list[dict[str, Any]]:
    """Every row of the truth."""
    found, after = [], None
    while True:
        params = {"limit": 100, **query, **({"after": after} if after else {})}
        page = world.caller("viewer").get("/v1/demo/truth", params=params)
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        after = page.json()["next"]
        if after is None:
            return found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A city of which some hours have been played, paused."""
    patch = pytest.MonkeyPatch()
    patch.setattr(city, "STEP", 0.005)
    with pytest.MonkeyPatch.context() as hurry:
        hurry.setattr(city, "_within", lambda speed: speed)
        world = World(tmp_path_factory.mktemp("demo") / "store", {**SET, "speed": 1e6})
    start = world.house.demo._start  # type: ignore[union-attr]
    until(world, lambda state: state["clock"] - start >= 30 * HOUR and state["totals"]["caught"] > 0)
    answer = world.caller("operator").put("/v1/demo", json={"running": False})
    assert answer.status_code == 200
    time.sleep(0.5)  # what was being sent arrives
    yield world
    world.close()
    patch.undo()


def test_the_counts_add_up(played: World) -> None:
    state = played.caller("viewer").get("/v1/demo").json()
    totals, gangs = state["totals"], state["gangs"]
    assert totals["fraud"] == totals["caught"] + totals["missed"] > 0
    assert (
        totals["fraud"] + totals["honest"] == sum(played.engine.totals.events.values()) == played.engine.end
    )
    for name in ("events", "caught", "missed"):
        assert sum(gang[name] for gang in gangs) == totals["fraud" if name == "events" else name]
    assert {gang["kind"] for gang in gangs} == set(kinds()) and all(
        gang["zh"] and gang["en"] for gang in gangs
    )
    for gang in gangs:
        assert gang["events"] == gang["caught"] + gang["missed"]
        assert (gang["first_caught_after_s"] is None) == (gang["caught"] == 0)


def test_the_truth_is_what_the_city_says_of_these_very_events(played: World) -> None:
    start = played.house.demo._start  # type: ignore[union-attr]
    frauds: dict[tuple[str, str], tuple[str, str, str]] = {}
    for hour in City(SEED, PEOPLE).hours(start):
        if hour.start > played.house.demo.clock:  # type: ignore[union-attr]
            break
        for channel, rows in hour.truth.items():
            for row in rows.to_pylist():
                if row["fraud"]:
                    frauds[channel, row["id"]] = row["gang"], row["fraud_type"], row["role"]
    told = truth(played)
    assert len(told) == played.caller("viewer").get("/v1/demo").json()["totals"]["fraud"]
    for row in told:
        assert row["truth"] == dict(
            zip(("gang", "kind", "role"), frauds[row["channel"], row["id"]], strict=True)
        )
    assert [row["offset"] for row in told] == sorted((row["offset"] for row in told), reverse=True)


def test_caught_means_that_something_reached_a_person(played: World) -> None:
    told, entries = truth(played), {e["offset"]: e for e in ledger.entries(played.engine.database)}
    for row in told:
        entry = entries.get(row["offset"])
        action = "allow" if entry is None else entry["action"]
        assert row["action"] == action and row["caught"] == (Action[action] >= Action.warn)
    assert {row["offset"] for row in truth(played, caught=True)} == {r["offset"] for r in told if r["caught"]}
    assert {row["offset"] for row in truth(played, caught=False)} == {
        r["offset"] for r in told if not r["caught"]
    }


def test_a_gangs_time_to_its_first_catch(played: World) -> None:
    for gang in played.caller("viewer").get("/v1/demo").json()["gangs"]:
        told = truth(played, gang=gang["id"])
        assert len(told) == gang["events"]
        if gang["caught"]:
            first, caught = min(r["ts"] for r in told), min(r["ts"] for r in told if r["caught"])
            assert gang["first_caught_after_s"] == (caught - first) / 1000


def test_rows_are_masked(played: World) -> None:
    row = next(row for row in truth(played) if row["channel"] == "call")
    assert "****" in row["subject"] and row["fields"]["caller"] == row["subject"]
    clear = played.caller("analyst").get(
        "/v1/demo/truth", params={"unmask": True, "gang": row["truth"]["gang"]}
    )
    assert any(
        each["offset"] == row["offset"] and "****" not in each["subject"] for each in clear.json()["items"]
    )


def test_wrong_wishes_are_refused_and_change_nothing(played: World) -> None:
    operator, before = played.caller("operator"), played.caller("viewer").get("/v1/demo").json()
    for body, told in (
        ({"speed": 0.5}, "speed"),
        ({"speed": 4000}, "speed"),
        ({"gangs": {"nobody": False}}, "nobody"),
        ({"gangs": {"nuisance.wangiri": False, "nobody": True}}, "nobody"),
        ({"more": 1}, "more"),
    ):
        problem(operator.put("/v1/demo", json=body), 422, told)
    assert played.caller("viewer").get("/v1/demo").json() == before
    problem(played.caller("analyst").put("/v1/demo", json={"running": True}), 403, "demo.control")
    problem(played.caller("viewer").get("/v1/demo/truth", params={"after": "x"}), 422, "cursor")


def test_backtests_take_the_demos_truth(played: World) -> None:
    rule = {
        "id": "mine.any_call",
        "channel": "call",
        "when": "answered or not answered",
        "weight": 1,
        "group": "behaviour",
        "fraud_type": "nuisance.wangiri",
        "explain": {"zh": "x", "en": "x"},
    }
    body = {"rules": [rule], "truth": "demo"}
    job = played.ended(played.caller("analyst").post("/v1/rules/backtest", json=body))
    report, frauds = job["result"]["rules"][0], sum(row["channel"] == "call" for row in truth(played))
    assert report["hits"] == report["judged"] == played.engine.totals.events["call"]
    assert report["precision"] == frauds / report["hits"] and report["recall"] == 1.0


def test_rules_are_measured_by_the_demos_truth(played: World) -> None:
    rules = played.caller("viewer").get("/v1/rules", params={"limit": 500}).json()["items"]
    judged = [rule for rule in rules if rule["labelled"]]
    assert judged and all(rule["labelled"] == rule["frauds"] + rule["honest"] for rule in judged)
    assert any(rule["precision"] > 0 for rule in judged)


def test_counts_survive_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "STEP", 0.005)
    monkeypatch.setattr(city, "_within", lambda speed: speed)
    world = World(tmp_path / "store", {**SET, "speed": 1e6})
    until(world, lambda state: state["totals"]["fraud"] > 20)
    world.house.demo.stop()  # type: ignore[union-attr]
    before = world.caller("viewer").get("/v1/demo").json()
    world.close()
    world = World(tmp_path / "store", {**SET, "running": False})
    after = world.caller("viewer").get("/v1/demo").json()
    assert after["gangs"] == before["gangs"] and after["totals"] == before["totals"]
    assert after["clock"] > before["clock"] - HOUR and not after["running"]
    world.close()


def test_gangs_are_turned_off_from_the_next_hour_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "STEP", 0.005)
    monkeypatch.setattr(city, "_within", lambda speed: speed)
    world = World(tmp_path / "store", {**SET, "speed": 1.0})
    operator = world.caller("operator")
    state = operator.put("/v1/demo", json={"gangs": dict.fromkeys(kinds(), False)}).json()
    assert not any(gang["on"] for gang in state["gangs"])
    first = world.house.demo._start + HOUR  # type: ignore[union-attr]
    operator.put("/v1/demo", json={"speed": 3600})
    world.house.demo.change(speed=1e6)  # type: ignore[union-attr]
    until(world, lambda state: state["clock"] > first + 24 * HOUR)
    operator.put("/v1/demo", json={"running": False})
    time.sleep(0.3)
    assert all(row["ts"] < first for row in truth(world))
    assert world.caller("viewer").get("/v1/demo").json()["totals"]["honest"] > 100
    world.close()


def test_a_fault_of_the_engine_pauses_the_city_and_it_still_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    world = World(tmp_path / "store", dict(SET))
    until(world, lambda state: state["totals"]["honest"] > 0)
    monkeypatch.setattr(world.engine.journal, "append", broken)
    state = until(world, lambda state: not state["running"])
    assert state["fault"]
    problem(world.caller("operator").put("/v1/demo", json={"running": True}), 503)
    world.close()
    assert not world.house.demo._thread.is_alive()  # type: ignore[union-attr]


def test_a_paused_city_stands_still(tmp_path: Path) -> None:
    world = World(tmp_path / "store", {**SET, "running": False})
    before = world.caller("viewer").get("/v1/demo").json()
    time.sleep(0.7)
    after = world.caller("viewer").get("/v1/demo").json()
    assert after["clock"] == before["clock"] and after["totals"]["honest"] == 0 and world.engine.end == 0
    assert world.caller("operator").put("/v1/demo", json={"running": True}).json()["running"]
    until(world, lambda state: state["totals"]["honest"] > 0)
    world.close()


def test_without_a_demo_there_is_none(world: World) -> None:
    problem(world.caller("viewer").get("/v1/demo"), 404, "no demo city")
    problem(world.caller("viewer").get("/v1/demo/truth"), 404)
    problem(world.caller("operator").put("/v1/demo", json={}), 404)


def test_a_speed_out_of_range_is_refused_at_the_start(world: World) -> None:
    with pytest.raises(XiezhiError, match="out of range"):
        Demo(world.desk, world.engine.database, PEOPLE, 9999, SEED)


def test_speed_and_gangs_are_as_chosen_after_a_restart(tmp_path: Path) -> None:
    given = {"people": PEOPLE, "speed": None, "seed": SEED, "running": False}
    world = World(tmp_path / "store", given)
    first = world.caller("operator").get("/v1/demo").json()
    kind = first["gangs"][0]["kind"]
    world.caller("operator").put("/v1/demo", json={"speed": 77, "gangs": {kind: False}})
    world.close()
    again = World(tmp_path / "store", given)
    state = again.caller("viewer").get("/v1/demo").json()
    again.close()
    assert (first["speed"], state["speed"]) == (240, 77)
    assert [gang["kind"] for gang in state["gangs"] if not gang["on"]] == [kind]
    asked_for = World(tmp_path / "store", {**given, "speed": 10})
    assert asked_for.caller("viewer").get("/v1/demo").json()["speed"] == 10
    asked_for.close()
