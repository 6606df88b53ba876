"""The decision path and the live page, through the door that callers use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from xiezhi.api.app import MOST_BYTES, make_app
from xiezhi.api.desk import Desk
from xiezhi.api.live import Feed
from xiezhi.engine.embedded import Engine
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store

SCAM = {
    "channel": "message",
    "id": "m1",
    "sender": "95588",
    "receiver": "13800138000",
    "text": "【工商银行】您的账户已被冻结，请点击 http://icbc-x.top 验证",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    feed = Feed()
    desk = Desk(Engine(Store(tmp_path), load_knowledge()), feed.watch)
    desk.feed = feed  # type: ignore[attr-defined]
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    taxonomy = {kind.id: (kind.zh, kind.en) for kind in load_knowledge().taxonomy.kinds.values()}
    with TestClient(make_app(desk, desk.feed, taxonomy)) as client:  # type: ignore[attr-defined]
        yield client


def test_a_decision_explains_itself_in_the_language_asked_for(client: TestClient) -> None:
    zh = client.post("/v1/decide", json=SCAM).json()
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
        (b'{"channel":"message","text":"' + b"x" * MOST_BYTES + b'"}', 413, "too large"),
    ],
)
def test_bad_input_gets_a_clear_answer(client: TestClient, body: bytes, status: int, told: str) -> None:
    answer = client.post("/v1/decide", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert told in problem["title"] and problem["detail"] and problem["status"] == status


def test_unknown_fields_are_kept_and_do_no_harm(client: TestClient, desk: Desk) -> None:
    assert client.post("/v1/decide", json={**SCAM, "operator": "x", "deep": {"a": [1]}}).status_code == 200
    entry = next(desk.engine.journal.read())
    assert entry.events is not None
    extra = json.loads(entry.events.parts[0].table.column("extra")[0].as_py())
    assert extra == {"operator": "x", "deep": {"a": [1]}}


def test_many_callers_at_once_each_get_their_own_answer(client: TestClient) -> None:
    found: dict[str, str] = {}

    def call(name: str) -> None:
        for at in range(20):
            id = f"{name}-{at}"
            event = {"channel": "call", "id": id, "caller": "13900139000", "callee": f"138{at:08d}"}
            found[id] = client.post("/v1/decide", json=event).json()["id"]

    threads = [threading.Thread(target=call, args=(str(at),)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160 and all(id == answered for id, answered in found.items())


def test_after_a_fault_of_the_engine_nothing_is_acknowledged(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk.engine.journal, "append", broken)
    assert client.post("/v1/decide", json=SCAM).status_code == 503
    assert client.post("/v1/decide", json=SCAM).status_code == 503
    assert client.get("/health").status_code == 503
    assert desk.engine.journal.end() == 0


def test_the_page_and_its_files_are_served_without_outside_addresses(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200 and "獬豸" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for path in re.findall(r'(?:href|src)="([^"]+)"', page.text):
        assert path.startswith("/") and client.get(path).status_code == 200
    assert not re.search(r"https?://", page.text + client.get("/live.js").text)
    names = client.get("/v1/fraud-types").json()
    assert names["impersonation.police"][0] and names["impersonation.police"][1]


def test_a_real_server_streams_decisions_and_ends_with_a_checkpoint(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xiezhi.cli.main", "serve", "--store", str(tmp_path), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert address, line
        with httpx.Client(base_url=address.group(), timeout=20) as client:
            assert client.post("/v1/decide", json=SCAM).status_code == 200
            with client.stream("GET", "/v1/stream") as stream:
                data = next(line for line in stream.iter_lines() if line.startswith("data:"))
            decision = json.loads(data[5:])["decisions"][0]
            assert decision["channel"] == "message" and decision["zh"] and decision["en"]
            assert "95588" not in decision["subject"]
    finally:
        process.terminate()
        process.wait(20)
    assert list((tmp_path / "checkpoints").glob("*.npz")) and list(
        (tmp_path / "history").glob("*/message.parquet")
    )


def test_serving_beyond_loopback_is_refused(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "xiezhi.cli.main",
        "serve",
        "--store",
        str(tmp_path),
        "--host",
        "0.0.0.0",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "loopback" in done.stderr
