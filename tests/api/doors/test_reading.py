"""Events and verdicts read again: lists, explanations, labels, identifiers, search."""

from __future__ import annotations

import operator

import pytest

from tests.api.doors.worlds import SCAM, World
from xiezhi.history import ledger

HELD = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def test_events_come_newest_first_page_by_page_without_gap_or_repeat(world: World) -> None:
    seen: list[int] = []
    after = None
    for _ in range(4):
        page = world.get("/v1/events", limit=100, after=after, channel="call")
        seen += [row["offset"] for row in page["items"]]
        after = page["next"]
    assert len(seen) == 400 and seen == sorted(set(seen), reverse=True)
    whole = world.get("/v1/events", limit=400, channel="call")["items"]
    assert [row["offset"] for row in whole] == seen
    assert {row["channel"] for row in whole} == {"call"}


def test_an_event_that_was_just_decided_is_found(world: World) -> None:
    offset = world.decide(**SCAM)["offset"]
    row = world.get("/v1/events", limit=1)["items"][0]
    assert row["offset"] == offset and row["id"] == "m1"
    assert row["subject"] == "95****88" or "95588" not in row["subject"]
    assert "13800138000" not in str(row) and row["fields"]["receiver"].startswith("138")


def test_filters_leave_only_what_meets_them(world: World) -> None:
    world.decide(**SCAM)
    every = world.get("/v1/events", limit=500)["items"]
    sharp = world.get("/v1/events", limit=500, min_score=0.5)["items"]
    assert sharp and all(row["score"] >= 0.5 for row in sharp)
    lowest = every[-1]["offset"]
    assert [r["offset"] for r in sharp if r["offset"] >= lowest] == [
        r["offset"] for r in every if r["score"] >= 0.5
    ]
    action, type = sharp[0]["action"], sharp[0]["type"]
    assert all(row["action"] == action for row in world.get("/v1/events", action=action)["items"])
    group = type.split(".")[0]
    assert all(row["type"].startswith(group) for row in world.get("/v1/events", type=group)["items"])
    times = sorted(row["ts"] for row in every)
    some = world.get("/v1/events", since=times[100], until=times[200], limit=500)["items"]
    assert some and all(times[100] <= row["ts"] < times[200] for row in some)


def test_verdicts_are_those_of_the_ledger(world: World) -> None:
    rows, after = [], None
    while True:
        page = world.get("/v1/verdicts", limit=500, after=after)
        rows += page["items"]
        after = page["next"]
        if after is None:
            break
    kept = {entry["offset"]: entry for entry in ledger.entries(world.house.database)}
    found = {row["offset"]: row for row in rows}
    assert set(kept) <= set(found) and len(kept) > 100
    for offset, entry in kept.items():
        assert set(found[offset]["signals"]) == {signal["id"] for signal in entry["signals"]}
        assert found[offset]["action"] == entry["action"] and found[offset]["type"] == entry["type"]


def test_a_verdict_explains_itself_with_values_and_thresholds(world: World) -> None:
    real = world.decide(**SCAM)
    told = world.get(f"/v1/verdicts/{real['offset']}")
    assert (
        told["score"] == real["score"] and told["action"] == real["action"] and told["type"] == real["type"]
    )
    assert [each["id"] for each in told["signals"]] == [each["id"] for each in real["signals"]]
    assert [each["why"] for each in told["signals"]] == [each["why"] for each in real["signals"]]
    total = told["base"]["log_odds"] + sum(group["counted"] for group in told["groups"])
    assert told["score"] == pytest.approx(1 / (1 + 2.718281828459045**-total))
    assert told["ledger"]["block_first"] <= real["offset"] <= told["ledger"]["block_last"]
    assert told["ledger"]["head"] == world.house.desk.engine.totals.head
    assert {each["field"] for each in told["identifiers"]} == {"sender", "receiver"}
    assert "13800138000" not in str(told)


def test_every_comparison_says_what_the_ledger_bears_out(world: World) -> None:
    """A rule that hit and joins its parts with `and` alone had all of them met."""
    checked = 0
    for row in world.get("/v1/verdicts", limit=60)["items"]:
        for signal in world.get(f"/v1/verdicts/{row['offset']}")["signals"]:
            if signal["kind"] == "rule":
                assert signal["comparisons"], signal
                if " or " not in signal["condition"] and "not (" not in signal["condition"]:
                    assert all(each["met"] for each in signal["comparisons"]), signal
                    checked += 1
                for each in signal["comparisons"]:
                    value, threshold = each["value"], each["threshold"]
                    numbers = isinstance(value, float) and isinstance(threshold, float)
                    if numbers and each["op"] in HELD and each["text"].startswith(each["name"]):
                        assert each["met"] == HELD[each["op"]](value, threshold), each
    assert checked > 20


def test_unmasking_takes_the_permission_and_is_written_down(world: World) -> None:
    offset = world.decide(**SCAM)["offset"]
    assert "13800138000" not in str(world.get(f"/v1/verdicts/{offset}", role="viewer", unmask="true"))
    assert "13800138000" in str(world.get(f"/v1/verdicts/{offset}", role="analyst", unmask="true"))
    noted = world.get("/v1/audit", what="unmask")["items"][0]
    assert noted["who"] == "analyst" and str(offset) in noted["target"]


def test_labels_are_put_replaced_and_taken_back(world: World) -> None:
    path = f"/v1/verdicts/{world.decide(**SCAM)['offset']}/label"
    client = world.caller("analyst")
    assert client.delete(path).status_code == 404
    client.put(path, json={"fraud": False})
    label = client.put(path, json={"fraud": True, "type": "impersonation.police", "note": "called"}).json()
    assert label["fraud"] and label["by"] == "analyst"
    assert world.get(path.removesuffix("/label"))["label"] == label
    assert client.put(path, json={"fraud": True, "type": "nonsense"}).status_code == 422
    assert client.put("/v1/verdicts/999999999/label", json={"fraud": True}).status_code == 404
    assert client.delete(path).status_code == 204
    assert world.get(path.removesuffix("/label"))["label"] is None


def test_an_identifier_has_its_life_told(world: World) -> None:
    for at in range(3):
        world.decide(channel="call", caller="13911112222", callee=f"1380013900{at}")
    busy = world.get("/v1/events", limit=1, channel="call")["items"][0]
    ref = f"@{busy['offset']}.caller"
    life = world.get(f"/v1/identifiers/phone/{ref}", role="viewer")
    assert life["counts"]["call"] >= 3 and life["value"] == life["shown"] and "****" in life["shown"]
    assert life["first_seen"] <= life["last_seen"] and life["recent"][0]["offset"] >= busy["offset"]
    clear = world.get(f"/v1/identifiers/phone/{ref}", unmask="true")["value"]
    found = world.get("/v1/events", identifier=clear, kind="phone", limit=500)["items"]
    assert len(found) == min(sum(life["counts"].values()), 500)
    assert [row["offset"] for row in found[:20]] == [row["offset"] for row in life["recent"]]
    assert any(each["name"].endswith(".age") for each in life["windows"])


def test_windows_of_an_identifier_are_what_its_next_event_finds(world: World) -> None:
    number = "13912345678"
    for at in range(3):
        world.decide(channel="call", caller=number, callee=f"1380013800{at}")
    windows = {
        each["name"]: each["value"] for each in world.get(f"/v1/identifiers/phone/{number}")["windows"]
    }
    assert windows["caller.calls.1h"] == 3 and windows["caller.callees.1h"] == 3
    assert {
        each["name"]: each["value"] for each in world.get(f"/v1/identifiers/phone/{number}")["windows"]
    } == windows


def test_the_search_finds_identifiers_rules_offsets_and_ids(world: World) -> None:
    offset = world.decide(**{**SCAM, "id": "letter-77"})["offset"]
    phones = world.get("/v1/search", q="+86 138-0013-8000", role="viewer")["items"]
    assert [hit["kind"] for hit in phones][:1] == ["phone"] and phones[0]["events"] >= 1
    assert phones[0]["shown"] != phones[0]["value"] == "13800138000"
    assert any(hit["value"] == str(offset) for hit in world.get("/v1/search", q="letter-77")["items"])
    assert world.get("/v1/search", q=f"#{offset}")["items"][0]["link"] == f"/verdicts/{offset}"
    rule = next(iter(world.house.desk.engine.core.book.lives))
    assert world.get("/v1/search", q=rule)["items"][0] == {
        "kind": "rule", "value": rule, "shown": rule, "events": 0, "verdicts": 0, "link": f"/rules/{rule}",
    }  # fmt: skip
    assert world.get("/v1/search", q="nothing like this 😀")["items"] == []


def test_the_search_takes_an_accused_number_for_what_it_is_alone(world: World) -> None:
    world.decide(channel="complaint", id="c1", reporter="13800138000", accused="17088880001", text="冒充客服")
    hits = world.get("/v1/search", q="17088880001")["items"]
    assert [(hit["kind"], hit["events"]) for hit in hits] == [("phone", 1)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/verdicts/999999999", 404),
        ("/v1/verdicts/-1", 422),
        ("/v1/verdicts/99999999999999999999999", 422),
        ("/v1/verdicts/x", 422),
        ("/v1/events?after=nonsense", 422),
        ("/v1/events?after=WyJhIl0", 422),
        ("/v1/events?limit=501", 422),
        ("/v1/events?channel=nonsense", 422),
        ("/v1/events?action=nonsense", 422),
        ("/v1/events?min_score=nan", 422),
        ("/v1/events?identifier=@0.nothing", 404),
        ("/v1/identifiers/nonsense/1", 404),
        ("/v1/identifiers/phone/@x.caller", 422),
        ("/v1/identifiers/ip/nonsense", 422),
        ("/v1/vocabulary/nonsense", 404),
        ("/v1/search", 422),
        ("/v1/nothing", 404),
    ],
)
def test_what_can_not_be_read_is_refused_clearly(world: World, path: str, status: int) -> None:
    answer = world.caller().get(path)
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] and answer.json()["detail"]


def test_the_knowledge_is_told(world: World) -> None:
    channels = {each["name"]: each for each in world.get("/v1/channels", role="viewer")["items"]}
    assert set(channels) == set(world.house.knowledge.schemas) and channels["call"]["subject"] == "caller"
    types = world.get("/v1/fraud-types", role="viewer")["items"]
    assert len(types) == len(world.house.knowledge.taxonomy.kinds) and all(
        each["zh"] and each["en"] for each in types
    )
    words = world.get("/v1/vocabulary/call", role="viewer")
    assert {"caller.calls.1h", "duration"} <= {each["name"] for each in words["variables"]}
    assert all(each["zh"] != each["en"] for each in words["functions"])


def test_metrics_count_what_was_decided(world: World) -> None:
    world.decide(**SCAM)
    count = world.house.desk.ask_waiting(lambda engine: engine.totals.events["message"])
    text = world.caller("operator").get("/v1/metrics")
    assert text.status_code == 200 and text.headers["content-type"].startswith("text/plain")
    assert f'xiezhi_events_total{{channel="message"}} {count}' in text.text.replace(".0\n", "\n")
    assert "xiezhi_decision_seconds_bucket" in text.text and "xiezhi_up 1.0" in text.text
    assert world.caller("viewer").get("/v1/metrics").status_code == 403
