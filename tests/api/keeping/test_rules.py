"""Rules through HTTP: what they did, how they are checked, their life, and trials on the past."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import delete, insert

from tests.api.keeping.worlds import World, problem
from xiezhi.api.rules import figures
from xiezhi.api.rules.shapes import RuleText
from xiezhi.domain.actions import STOPPING
from xiezhi.engine.backtest import Stretch, backtest
from xiezhi.history import ledger
from xiezhi.journal.sqlite import SqliteJournal
from xiezhi.storage.tables import labels

RULE: dict[str, Any] = {
    "id": "mine.large_to_stranger",
    "channel": "transfer",
    "when": "pair.is_new and amount >= 20000",
    "weight": 8,
    "group": "money",
    "fraud_type": "investment.fake_platform",
    "explain": {"zh": "首次大额 {amount}", "en": "first and large: {amount}"},
    "source": "a test",
}


def with_id(id: str, **changes: Any) -> dict[str, Any]:
    return {**RULE, "id": id, **changes}


def everything(world: World, **query: Any) -> list[dict[str, Any]]:
    found, after = [], None
    while True:
        page = world.caller("viewer").get(
            "/v1/rules", params={**query, **({"after": after} if after else {})}
        )
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        after = page.json()["next"]
        if after is None:
            return found


def test_the_list_has_every_rule_once_with_its_hits(world: World) -> None:
    rules, totals = everything(world, limit=37), world.engine.totals
    assert [rule["id"] for rule in rules] == sorted(world.engine.core.book.lives)
    for rule in rules:
        name = f"{rule['id']}@{rule['version']}"
        assert rule["hits"] == totals.hits.get(name, 0)
        assert rule["shadow_hits"] == totals.hits.get(f"{name} shadow", 0)
    assert sum(rule["hits"] for rule in rules) > 100
    hit = max(rules, key=lambda rule: rule["hits"])
    assert hit["hit_rate"] == hit["hits"] / totals.events[hit["channel"]]


def test_the_list_is_filtered(world: World) -> None:
    assert {rule["channel"] for rule in everything(world, channel="call")} == {"call"}
    assert everything(world, stage="retired") == []
    found = everything(world, q="BURST")
    assert found and all("burst" in str(rule).lower() for rule in found)
    assert everything(world, channel="nothing") == []
    problem(world.caller("viewer").get("/v1/rules", params={"stage": "asleep"}), 422, "stage")
    problem(world.caller("viewer").get("/v1/rules", params={"limit": 0}), 422)
    problem(world.caller("viewer").get("/v1/rules", params={"after": "x"}), 422, "cursor")


def test_a_rule_that_is_not_there(world: World) -> None:
    problem(world.caller("viewer").get("/v1/rules/call.burst_dialing"), 404, "call.burst_dialling")
    caller = world.caller("operator")
    problem(caller.post("/v1/rules/nobody.knows/stage", json={"stage": "shadow"}), 404)
    problem(caller.post("/v1/rules/nobody.knows/rollback", json={"version": 1}), 404)
    problem(caller.get("/v1/rules/nobody.knows/difference?before=1&after=2"), 404)
    problem(caller.post("/v1/rules/call.burst_dialling/rollback", json={"version": 9}), 404, "version 9")


@pytest.mark.parametrize(
    ("changes", "where", "told", "place"),
    [
        ({"when": "amount > 1 and\n  amont > 2"}, "when", "`amont` is not known", (2, 3, 5)),
        ({"when": "amount >"}, "when", "", (1, 8, 1)),
        ({"when": ""}, "when", "empty", (1, 1, 1)),
        ({"when": "text > 1", "channel": "message"}, "when", "", (1, 1, 8)),
        ({"explain": {"zh": "见 {amont}", "en": "x"}}, "explain.zh", "`amont`", (1, 4, 5)),
        ({"explain": {"zh": "{", "en": "x"}}, "explain.zh", "brace", None),
        ({"explain": {"zh": "x", "en": " "}}, "explain.en", "no explanation", None),
        ({"group": "mony"}, "group", "did you mean `money`?", None),
        ({"fraud_type": "investment.romanse"}, "fraud_type", "did you mean `investment.romance`?", None),
        ({"fraud_type": None}, "fraud_type", "of which type", None),
        ({"channel": "transfers"}, "channel", "did you mean `transfer`?", None),
        ({"id": "Mine"}, "id", "no id", None),
        ({"id": "call.burst_dialling"}, "channel", "one for call events", None),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_place(
    world: World, changes: dict[str, Any], where: str, told: str, place: tuple[int, int, int] | None
) -> None:
    answer = world.caller("analyst").post("/v1/rules/validate", json={"rule": {**RULE, **changes}})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert not body["ok"]
    error = next(each for each in body["errors"] if each["where"] == where and told in str(each))
    if place is not None:
        assert (error["line"], error["column"], error["length"]) == place and "^" in error["caret"]
    refused = problem(world.caller("analyst").post("/v1/rules", json={"rule": {**RULE, **changes}}), 422)
    assert f"body.rule.{where}" in [each["where"] for each in refused["errors"]]


def test_all_faults_are_told_at_once_and_a_sound_rule_has_none(world: World) -> None:
    caller = world.caller("analyst")
    bad = {**RULE, "group": "x", "when": "amont > 1", "explain": {"zh": "{x}", "en": "{y}"}}
    found = caller.post("/v1/rules/validate", json={"rule": bad}).json()
    assert {each["where"] for each in found["errors"]} == {"group", "when", "explain.zh", "explain.en"}
    good = caller.post("/v1/rules/validate", json={"rule": RULE}).json()
    assert good == {"ok": True, "errors": [], "warnings": [], "reads": ["pair.is_new", "amount"]}
    honest = with_id("mine.known", weight=-1, fraud_type=None)
    assert caller.post("/v1/rules/validate", json={"rule": honest}).json()["ok"]


@pytest.mark.parametrize(
    "rule",
    [{**RULE, "more": 1}, {**RULE, "weight": "x"}, {**RULE, "weight": 1e9}, {**RULE, "when": "x" * 5000}, {}],
)
def test_a_body_of_another_form_is_refused(world: World, rule: dict[str, Any]) -> None:
    for path in ("/v1/rules", "/v1/rules/validate", "/v1/rules/dry-run"):
        problem(world.caller("analyst").post(path, json={"rule": rule}), 422, "body.rule")


def test_a_rules_life_from_draft_to_live_and_back(world: World) -> None:
    analyst, operator, path = world.caller("analyst"), world.caller("operator"), "/v1/rules/mine.life"
    made = analyst.post("/v1/rules", json={"rule": with_id("mine.life")})
    assert made.status_code == 201, made.text
    assert (
        made.json()["stage"] == "draft"
        and made.json()["author"] == "analyst"
        and made.json()["acting"] is None
    )
    assert made.json()["next_stages"] == ["shadow", "retired"]
    problem(analyst.post(f"{path}/stage", json={"stage": "shadow"}), 403, "rules.publish")
    problem(operator.post(f"{path}/stage", json={"stage": "live"}), 409, "shadow, retired")
    problem(operator.post(f"{path}/stage", json={"stage": "shadow", "share": 0.5}), 422, "no share")
    problem(operator.post(f"{path}/stage", json={"stage": "share", "share": 1.5}), 422)
    assert operator.post(f"{path}/stage", json={"stage": "shadow"}).json()["stage"] == "shadow"
    shared = operator.post(
        f"{path}/stage", json={"stage": "share", "share": 0.25, "note": "a day of shadow"}
    ).json()
    assert (shared["stage"], shared["share"], shared["acting"]) == ("share", 0.25, 1)
    live = operator.post(f"{path}/stage", json={"stage": "live"}).json()
    assert live["stage"] == "live" and live["share"] == 1.0

    second = analyst.post(
        "/v1/rules", json={"rule": with_id("mine.life", when="amount >= 30000", weight=7)}
    ).json()
    assert (second["version"], second["acting"], second["versions"]) == (2, 1, [1, 2])
    for stage in ("shadow", "live"):
        operator.post(f"{path}/stage", json={"stage": stage})
    shown = world.caller("viewer").get(path).json()
    assert [(rule["version"], rule["stage"]) for rule in shown["all"]] == [(2, "live"), (1, "retired")]

    back = operator.post(f"{path}/rollback", json={"version": 1}).json()
    assert [(rule["version"], rule["stage"]) for rule in back["all"]] == [(2, "retired"), (1, "live")]
    assert back["acting"] == 1
    assert {step["by"] for step in back["history"]} == {"analyst", "operator"}
    assert [step["what"] for step in back["history"]][-1].startswith("rolled back")
    assert all(abs(step["at"] - time.time() * 1000) < 600_000 for step in back["history"])
    problem(operator.post(f"{path}/rollback", json={"version": 1}), 409)
    # The engine has it in its journal: a book made anew from there says the same.
    book = world.engine.core.book
    records = [entry.control or {} for entry in world.engine.journal.controls(world.engine.end)]
    assert {"rule.save", "rule.stage", "rule.rollback"} <= {record["kind"] for record in records}
    assert book.life("mine.life").version(1).stage == "live"
    notes = [(who, what) for who, what, target in world.audited() if target == "mine.life"]
    assert notes.count(("operator", "stage_rule")) >= 5 and ("operator", "roll_back_rule") in notes
    assert notes.count(("analyst", "save_rule")) == 2


def test_two_versions_are_compared_word_by_word(world: World) -> None:
    analyst = world.caller("analyst")
    for when in ("pair.is_new and amount >= 20000", "pair.is_new and amount >= 30000 and payer.age < 3600"):
        answer = analyst.post(
            "/v1/rules", json={"rule": with_id("mine.compared", when=when, weight=len(when) / 10)}
        )
        assert answer.status_code == 201, answer.text
    found = analyst.get("/v1/rules/mine.compared/difference", params={"before": 1, "after": 2}).json()
    fields = {each["field"]: each for each in found["fields"]}
    assert set(fields) == {"when", "weight"} and fields["weight"]["pieces"] == []
    pieces = fields["when"]["pieces"]
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "added") == fields["when"]["before"]
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "removed") == fields["when"]["after"]
    assert {"kind": "removed", "text": "20000"} in pieces and {
        "kind": "same",
        "text": "pair.is_new and amount >= ",
    } in pieces
    problem(analyst.get("/v1/rules/mine.compared/difference", params={"before": 1, "after": 3}), 404)


def test_precision_and_false_blocks_come_from_labels(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FRESH", -1.0)  # or those of a moment ago would be given
    entries = list(ledger.entries(world.engine.database))
    stopped = [e for e in entries if e["action"] in {action.name for action in STOPPING}]
    rule, version = next(
        (signal["id"], signal["version"])
        for e in stopped
        for signal in e["signals"]
        if not signal["id"].startswith("model")
    )
    mine = [e for e in entries if any((s["id"], s["version"]) == (rule, version) for s in e["signals"])]
    blocked = [e for e in mine if e in stopped]
    others = [e for e in mine if e not in stopped]
    chosen = [
        *[(e, False) for e in blocked[:2]],
        *[(e, True) for e in blocked[2:5]],
        *[(e, False) for e in others[:3]],
    ]
    honest = sum(not fraud for _, fraud in chosen)
    rows = [{"offset": e["offset"], "fraud": fraud, "by": "li", "at": 1} for e, fraud in chosen]
    with world.engine.database.begin() as connection:
        connection.execute(insert(labels), rows)
    try:
        shown = world.caller("viewer").get(f"/v1/rules/{rule}").json()
    finally:
        with world.engine.database.begin() as connection:
            connection.execute(delete(labels))
    assert shown["labelled"] == len(chosen) and shown["frauds"] == len(chosen) - honest
    assert shown["precision"] == (len(chosen) - honest) / len(chosen)
    assert (shown["honest"], shown["false_blocks"]) == (honest, len(blocked[:2]))
    assert shown["false_block_rate"] == len(blocked[:2]) / honest
    bare = world.caller("viewer").get(f"/v1/rules/{rule}").json()
    assert (bare["labelled"], bare["precision"], bare["false_block_rate"]) == (0, None, None)


@pytest.mark.parametrize("hours", [None, 6])
def test_a_backtest_as_a_job_tells_what_the_engine_tells(world: World, hours: int | None) -> None:
    asked = {"rules": [RULE, with_id("mine.other", when="amount > 100000")], "hours": hours, "truth": None}
    job = world.ended(world.caller("analyst").post("/v1/rules/backtest", json=asked))
    assert job["state"] == "done", job
    assert (
        job["kind"] == "backtest"
        and job["by"] == "analyst"
        and job["done"] == job["total"] == world.engine.end
    )
    journal = SqliteJournal(world.house.store.journal)
    since = None if hours is None else world.engine.core.windows.newest_ms() - hours * 3_600_000
    records = [{"kind": "rule.save", "rule": asdict(RuleText(**rule).rule())} for rule in asked["rules"]]
    expected = backtest(
        world.house.knowledge, journal, records, stretch=Stretch(since, core=world.engine.core.options)
    )
    journal.close()
    told = job["result"]["rules"]
    assert [rule["rule"] for rule in told] == [rule["id"] for rule in asked["rules"]]
    for rule, report in zip(told, expected, strict=True):
        assert {**asdict(report), "changes": [asdict(change) for change in report.changes]} == rule
    assert told[0]["hits"] > 0 and told[0]["changes"] and job["result"]["events"] == expected[0].events


def test_a_dry_run_looks_at_the_last_hour(world: World) -> None:
    job = world.ended(world.caller("analyst").post("/v1/rules/dry-run", json={"rule": RULE}))
    assert job["state"] == "done" and job["kind"] == "dry-run", job
    assert 0 < job["result"]["events"] < world.engine.totals.events["transfer"]


def test_a_backtest_by_labels(world: World) -> None:
    asked = {"rules": [{**RULE, "when": "amount >= 2000"}], "hours": None, "truth": "labels"}
    first = world.ended(world.caller("analyst").post("/v1/rules/backtest", json=asked))
    assert first["result"]["rules"][0]["precision"] is None
    changes = [change["offset"] for change in first["result"]["rules"][0]["changes"]][:4]
    rows = [
        {"offset": offset, "fraud": place > 0, "by": "li", "at": 1} for place, offset in enumerate(changes)
    ]
    with world.engine.database.begin() as connection:
        connection.execute(insert(labels), rows)
    job = world.ended(world.caller("analyst").post("/v1/rules/backtest", json=asked))
    with world.engine.database.begin() as connection:
        connection.execute(delete(labels))
    report = job["result"]["rules"][0]
    assert report["judged"] == len(rows) == 4 and report["precision"] == 3 / 4 and report["recall"] == 1.0


def test_a_backtest_can_be_cancelled_and_leaves_the_engine_alone(world: World) -> None:
    before = world.engine.end
    answer = world.caller("analyst").post("/v1/rules/backtest", json={"rules": [RULE] * 1, "hours": None})
    id = answer.json()["id"]
    assert world.caller("analyst").delete(f"/v1/jobs/{id}").status_code == 200
    job = world.wait_for(id, ("cancelled", "done"))
    assert job["state"] == "cancelled" and job["result"] is None
    assert world.engine.end == before and world.desk.fault is None


def test_backtests_that_cannot_be_are_refused_at_once(world: World) -> None:
    caller = world.caller("analyst")
    bad = {"rules": [RULE, {**RULE, "when": "amont > 1"}]}
    refused = problem(caller.post("/v1/rules/backtest", json=bad), 422, "amont")
    assert refused["errors"][0]["where"] == "body.rules.1.when" and refused["errors"][0]["column"] == 1
    problem(caller.post("/v1/rules/backtest", json={"rules": []}), 422)
    problem(caller.post("/v1/rules/backtest", json={"rules": [RULE], "hours": 0}), 422)
    problem(caller.post("/v1/rules/backtest", json={"rules": [RULE], "truth": "demo"}), 422, "no demo city")
    problem(world.caller("viewer").post("/v1/rules/backtest", json={"rules": [RULE]}), 403, "rules.backtest")


def test_groups(world: World) -> None:
    found = {each["id"]: each for each in world.caller("viewer").get("/v1/groups").json()["items"]}
    assert found["money"]["cap"] == world.house.knowledge.groups["money"].cap and found["money"]["zh"]
