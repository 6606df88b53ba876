"""The present: counts, the stream, and pages that come, go and hang."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn

from tests.api.doors.worlds import SCAM, World, apart
from xiezhi.api.latency import Latency
from xiezhi.api.live import KEPT, SHOWN, Live
from xiezhi.api.stream import Choice
from xiezhi.engine.core import Core


@contextmanager
def served(world: World) -> Iterator[str]:
    """The address of a real server over a house."""
    config = uvicorn.Config(
        world.app, port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def events(stream: httpx.Response) -> Iterator[tuple[str, str | None, Any]]:
    """(kind, id, data) of server-sent events."""
    kind, id = "message", None
    for line in stream.iter_lines():
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("id: "):
            id = line[4:]
        elif line.startswith("data: "):
            yield kind, id, json.loads(line[6:])
            kind, id = "message", None


@contextmanager
def follow(
    address: str, key: str, after: int | None = None, **query: Any
) -> Iterator[Iterator[tuple[str, Any, Any]]]:
    headers = {"authorization": f"Bearer {key}"} | (
        {"last-event-id": str(after)} if after is not None else {}
    )
    with (
        httpx.Client(base_url=address, timeout=20, headers=headers) as client,
        client.stream("GET", "/v1/stream", params=query) as stream,
    ):
        assert stream.status_code == 200 and stream.headers["content-type"].startswith("text/event-stream")
        yield events(stream)


def next_decisions(told: Iterator[tuple[str, Any, Any]]) -> tuple[int, list[dict[str, Any]]]:
    return next((int(id), data["decisions"]) for kind, id, data in told if kind == "decisions")


def test_a_page_sees_counts_decisions_and_jobs_and_resumes_after_a_break(empty: World) -> None:
    with served(empty) as address:
        key = empty.key("viewer")
        with follow(address, key) as told:
            first = empty.decide(**SCAM)
            id, decisions = next_decisions(told)
            assert id == first["offset"] and decisions[0]["action"] == first["action"]
            assert decisions[0]["why"]["en"] == [signal["why"] for signal in first["signals"]]
            assert decisions[0]["why"]["zh"] != decisions[0]["why"]["en"]
            assert "95588" not in json.dumps(decisions)
            counts = next(data for kind, _, data in told if kind == "now" and data["totals"]["events"])
            assert counts["totals"]["events"] == {"message": 1}
            csv = b"caller,callee,ts\n13900139001,13800138000,1790000000000\n"
            empty.caller().post("/v1/ingest?format=csv&channel=call", content=csv)
            assert next(data for kind, _, data in told if kind == "job")["kind"] == "ingest"
        missed = [empty.decide(**SCAM)["offset"] for _ in range(3)]
        with follow(address, key, after=id) as told:
            assert [each["offset"] for each in next_decisions(told)[1]] == missed
        empty.house.live.newest.clear()  # as after a restart: only the ledger knows
        with follow(address, key, after=missed[0]) as told:
            again = next_decisions(told)[1]
        assert [each["offset"] for each in again] == missed[1:]
        assert (
            again[0]["why"]["zh"] == decisions[0]["why"]["zh"]
            and again[0]["subject"] == decisions[0]["subject"]
        )


def test_a_page_gets_only_what_it_asks_for(empty: World) -> None:
    with served(empty) as address:
        key = empty.key("viewer")
        action = empty.decide(**SCAM)["action"]
        with follow(address, key, channel="message", action=action, min_score=0.1) as told:
            assert next_decisions(told)[1][0]["channel"] == "message"
        with follow(address, key, channel="call") as told:
            empty.decide(**SCAM)
            kinds = [next(told)[0] for _ in range(3)]
        assert set(kinds) == {"now"}


def test_twenty_pages_that_hang_or_drop_hold_up_nobody(empty: World) -> None:
    with served(empty) as address:
        key = empty.key("viewer")
        clients = [
            httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}) for _ in range(20)
        ]
        streams = [client.send(client.build_request("GET", "/v1/stream"), stream=True) for client in clients]
        assert [stream.status_code for stream in streams] == [200] * 20
        assert len([empty.decide(**SCAM) for _ in range(100)]) == 100
        assert len(empty.house.live.messages) <= KEPT
        for stream, client in zip(streams, clients, strict=True):
            stream.close()
            client.close()
        until = time.monotonic() + 15
        while empty.house.streams.open and time.monotonic() < until:
            time.sleep(0.05)
        assert empty.house.streams.open == 0
        assert empty.decide(**SCAM)["offset"] == 100


def test_too_many_streams_are_refused(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty.house.streams, "open", 256)
    answer = empty.caller().get("/v1/stream")
    assert answer.status_code == 429 and answer.headers["retry-after"]


def test_of_a_crowd_of_verdicts_the_highest_are_worded(world: World) -> None:
    live = Live(world.house.desk.engine)
    core, decided = Core(world.house.knowledge), []
    for entry in world.house.desk.engine.journal.read():
        if entry.events is not None:
            decided += core.decide(entry.events, entry.first)
    live.watch(type("Outcome", (), {"decided": decided})())
    live.look()
    scores = np.sort(np.concatenate([each.score for each in decided]))[::-1]
    shown = list(live.newest)
    assert len(shown) == SHOWN and [each["offset"] for each in shown] == sorted(
        each["offset"] for each in shown
    )
    assert sorted((each["score"] for each in shown), reverse=True) == [
        round(float(s), 4) for s in scores[:SHOWN]
    ]


def test_now_counts_by_second_and_tells_the_engine_s_health(empty: World) -> None:
    for _ in range(30):
        empty.decide(**SCAM)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        now = empty.get("/v1/now", role="viewer")
        if sum(now["channels"].get("message", [])) == 30:
            break
        time.sleep(0.1)
    assert sum(now["channels"]["message"]) == sum(map(sum, now["actions"].values())) == 30
    assert all(len(series) == len(now["seconds"]) <= 300 for series in now["channels"].values())
    engine = now["engine"]
    assert engine["status"] == "ok" and engine["journal_end"] == 30 and engine["rules_live"] > 100
    assert 0 < engine["p50_ms"] <= engine["p99_ms"] and engine["window_keys"] > 0


def test_latency_forgets_what_is_old_and_keeps_the_sum() -> None:
    now = [0.0]
    latency = Latency(lambda: now[0])
    assert latency.quantile(0.5) is None
    latency.add([0.001] * 99 + [1.0])
    assert latency.quantile(0.5) == pytest.approx(0.001, rel=0.3)
    assert latency.quantile(1.0) == pytest.approx(1.0, rel=0.3)
    for at in (61.0, 122.0):
        now[0] = at
        latency.add([0.01])
    assert latency.quantile(1.0) == pytest.approx(0.01, rel=0.3)
    assert sum(latency.total) == 102 and latency.sum == pytest.approx(1.119)


def test_a_stream_ends_when_its_reader_may_no_longer_read(empty: World) -> None:
    async def last() -> bool:
        answers = iter([True, False])
        async for _ in empty.house.streams.follow(None, Choice(), lambda: next(answers)):
            pass
        return True

    assert apart(asyncio.wait_for(last(), 20))
    assert empty.house.streams.open == 0
