"""Deciding over HTTP: one, many, a rehearsal."""

from __future__ import annotations

import json
import threading

import pytest

from tests.api.doors.worlds import SCAM, World
from xiezhi.api.settings import Settings

MOST_BYTES = Settings().event_bytes


def test_a_decision_explains_itself_in_the_language_asked_for(empty: World) -> None:
    client = empty.caller()
    zh = client.post("/v1/decide", json=SCAM, headers={"accept-language": "zh-CN"}).json()
    assert zh["id"] == "m1" and zh["score"] > 0.5 and zh["action"] != "allow"
    assert zh["signals"] == sorted(zh["signals"], key=lambda signal: -signal["weight"])
    assert any("诈骗" in signal["why"] for signal in zh["signals"])
    en = client.post("/v1/decide", json=SCAM, headers={"accept-language": "en"}).json()
    assert all(signal["why"].isascii() for signal in en["signals"])
    assert en["offset"] == zh["offset"] + 1


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"[1", 400, "JSON object"),
        (b'"text"', 400, "JSON object"),
        (b'{"channel":"message","text":"\xff"}', 400, "JSON object"),
        (b"{}", 422, "channel"),
        (b'{"channel":"transfer","payer":"1"}', 422, "payee"),
        (b'{"channel":"transfer","payer":"1","payee":"2","amount":-1}', 422, "amount"),
        (b'{"channel":"call","caller":"1","callee":"2","duration":"long"}', 422, "duration"),
        (b'{"channel":"call","caller":' + b"[" * 500 + b"]" * 500 + b"}", 422, "nested"),
        (b'{"channel":"call","caller":' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400, "JSON object"),
        (b'{"channel":"message","text":"' + b"x" * MOST_BYTES + b'"}', 413, "too large"),
    ],
)
def test_bad_input_gets_a_clear_answer(world: World, body: bytes, status: int, told: str) -> None:
    answer = world.caller().post("/v1/decide", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert told in problem["title"] and problem["detail"] and problem["status"] == status


def test_nobody_decides_without_a_key_or_with_too_small_a_role(world: World) -> None:
    before = world.house.desk.engine.end
    nobody = world.caller().post("/v1/decide", json=SCAM, headers={"authorization": ""})
    viewer = world.caller("viewer").post("/v1/decide", json=SCAM)
    assert (nobody.status_code, viewer.status_code) == (401, 403)
    assert "decide.run" in viewer.json()["title"] and world.house.desk.engine.end == before


def test_unknown_fields_are_kept_and_do_no_harm(empty: World) -> None:
    empty.decide(**SCAM, operator="x", deep={"a": [1]})
    entry = next(empty.house.desk.engine.journal.read())
    assert entry.events is not None
    extra = json.loads(entry.events.parts[0].table.column("extra")[0].as_py())
    assert extra == {"operator": "x", "deep": {"a": [1]}}


def test_many_callers_at_once_each_get_their_own_answer(empty: World) -> None:
    found: dict[str, str] = {}

    def call(name: str) -> None:
        for at in range(20):
            id = f"{name}-{at}"
            found[id] = empty.decide(channel="call", id=id, caller="13900139000", callee=f"138{at:08d}")["id"]

    threads = [threading.Thread(target=call, args=(str(at),)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160 and all(id == answered for id, answered in found.items())


def test_after_a_fault_of_the_engine_nothing_is_acknowledged(
    empty: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    engine, client = empty.house.desk.engine, empty.caller()
    monkeypatch.setattr(engine.journal, "append", broken)
    assert client.post("/v1/decide", json=SCAM).status_code == 503
    assert client.post("/v1/decide", json=SCAM).status_code == 503
    assert client.post("/v1/decide-many", json={"events": [SCAM]}).status_code == 503
    assert client.get("/v1/ready").status_code == 503 and client.get("/v1/health").status_code == 200
    assert engine.journal.end() == 0
    assert empty.get("/v1/now")["engine"]["status"] == "fault"
    assert empty.get("/v1/events")["items"] == []


def test_many_events_are_answered_in_their_order_and_bad_ones_hurt_no_other(empty: World) -> None:
    events = [
        {**SCAM, "id": "a"},
        {"channel": "call", "caller": "13900139000"},
        {"caller": "13900139000", "callee": "13800138000", "id": "c"},
        {"channel": "nonsense"},
    ]
    answer = empty.caller().post("/v1/decide-many", json={"channel": "call", "events": events})
    assert answer.status_code == 200
    told = answer.json()
    assert [each and each["id"] for each in told["answers"]] == ["a", None, "c", None]
    assert [each["row"] for each in told["rejected"]] == [1, 3] and "callee" in told["rejected"][0]["reason"]
    assert empty.house.desk.engine.end == 2


@pytest.mark.parametrize(("rows", "status"), [(1_001, 422), (100_000, 413)])
def test_too_many_events_at_once_are_refused(empty: World, rows: int, status: int) -> None:
    event = {
        "channel": "call",
        "caller": "13900139000",
        "callee": "13800138000",
        "duration": 60,
        "cell": "1-2-3-4",
    }
    answer = empty.caller().post("/v1/decide-many", json={"events": [event] * rows})
    assert answer.status_code == status and empty.house.desk.engine.end == 0
    assert answer.json()["detail"] and str(1000 if status == 422 else "/v1/ingest") in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"events":[{"channel":"call","caller":"\xff"}]}', 400),
        (b'{"events":[' + b"[" * 40 + b"]" * 40 + b"]}", 400),
        (b'{"events":[{"channel":"call","caller":"\\ud800","callee":"1"}]}', 400),
        (b'{"events":"all"}', 422),
        (b'{"events":[{"channel":"call"}],"more":1}', 422),
        (b'{"events":[]}', 422),
    ],
)
def test_batches_that_are_none_are_refused(world: World, body: bytes, status: int) -> None:
    answer = world.caller().post(
        "/v1/decide-many", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] and answer.json()["detail"]


def test_a_rehearsal_tells_what_the_event_itself_is_then_told_and_stores_nothing(world: World) -> None:
    engine = world.house.desk.engine
    before, end = (
        world.house.desk.ask_waiting(lambda engine: engine.core.packed()["clock"].tolist()),
        engine.end,
    )
    event = {name: value for name, value in SCAM.items() if name != "channel"}
    told = world.caller().post("/v1/what-if", json={"channel": "message", "event": event}).json()
    assert told["before"] is None and "Nothing was stored" in told["note"]
    assert engine.end == end and engine.journal.end() == end
    assert world.house.desk.ask_waiting(lambda engine: engine.core.packed()["clock"].tolist()) == before
    real = world.decide(**SCAM, ts=engine.core.windows.newest_ms())
    assert told["after"] == {name: real[name] for name in ("score", "type", "action", "signals")}


def test_a_past_event_is_rehearsed_with_changes_and_values(world: World) -> None:
    real = world.decide(**SCAM)
    asked = {"offset": real["offset"], "changes": {"text": "明天见"}}
    told = world.caller().post("/v1/what-if", json=asked).json()
    assert told["before"]["score"] == real["score"] and told["before"]["action"] == real["action"]
    assert [each["id"] for each in told["before"]["signals"]] == [each["id"] for each in real["signals"]]
    assert told["after"]["score"] < real["score"]
    event = {"caller": "13900139001", "callee": "13800138000"}
    calm = world.caller().post("/v1/what-if", json={"channel": "call", "event": event}).json()
    values = {"caller.calls.1h": 500, "caller.callees.1h": 500, "caller.calls.24h": 900}
    busy = (
        world.caller().post("/v1/what-if", json={"channel": "call", "event": event, "values": values}).json()
    )
    assert busy["after"]["score"] > calm["after"]["score"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"channel": "call"}, "channel"),
        ({"offset": 1, "channel": "call", "event": {}}, "offset"),
        ({"channel": "nonsense", "event": {}}, "nonsense"),
        ({"channel": "call", "event": {"caller": "1"}}, "callee"),
        ({"channel": "call", "event": {"caller": "1", "callee": "2"}, "values": {"nothing": 1}}, "nothing"),
        ({"channel": "call", "event": {"caller": "1", "callee": "2"}, "values": {"duration": 1}}, "duration"),
        ({"offset": 10**12}, "offset"),
        ({"offset": 0, "changes": {"nothing": 1}}, "nothing"),
    ],
)
def test_rehearsals_that_make_no_sense_are_refused(world: World, asked: dict[str, object], told: str) -> None:
    answer = world.caller().post("/v1/what-if", json=asked)
    assert answer.status_code in (404, 422) and told in answer.text
