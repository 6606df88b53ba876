"""kill -9 at random instants, during replay and under HTTP load: nothing acknowledged is lost, nothing done twice."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.engine.harness import fingerprint
from xiezhi.api.access.service import Access
from xiezhi.journal.sqlite import SqliteJournal
from xiezhi.knowledge.base import load_knowledge
from xiezhi.simulator.write import simulate
from xiezhi.storage.database import open_database

REPLAY_KILLS, HTTP_KILLS = 30, 20
COMMAND = [sys.executable, "-m", "xiezhi.cli.main"]
MINUTES = 8


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    simulate(folder, 60_000, seed=23)
    return folder


def replay(town: Path, store: Path) -> subprocess.Popen[str]:
    command = [*COMMAND, "replay", str(town), "--store", str(store), "--batch", "400"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_replay_killed_again_and_again_ends_like_one_left_alone(town: Path, tmp_path: Path) -> None:
    alone = replay(town, tmp_path / "alone")
    _, told = alone.communicate(timeout=600)  # the first run on a machine compiles the kernels
    assert alone.returncode == 0, told
    expected = fingerprint(tmp_path / "alone")

    draw, kills, rounds = random.Random(1), 0, 0
    until = time.monotonic() + 60 * MINUTES
    while kills < REPLAY_KILLS and time.monotonic() < until:
        rounds += 1
        store = tmp_path / f"killed-{rounds}"
        while True:
            process = replay(town, store)
            try:
                _, told = process.communicate(timeout=draw.uniform(1.0, 4.0) if kills < REPLAY_KILLS else 120)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                kills += 1
                continue
            assert process.returncode == 0, told
            break
        assert fingerprint(store) == expected
        shutil.rmtree(store)
    assert kills >= REPLAY_KILLS


class Server:
    """A served store, started and killed."""

    def __init__(self, store: Path) -> None:
        command = [*COMMAND, "serve", "--store", str(store), "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.address = found.group()
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def key_for(store: Path) -> str:
    """A key that may ask for decisions, of a user made for it."""
    store.mkdir(parents=True)
    database = open_database(store / "operations.db")
    access = Access(database, load_knowledge())
    access.accounts.add("load", "Load", "analyst", "only for this test")
    secret = access.keys.create("load", ("decide.run",), "load", access.table.granted["analyst"], None)[1]
    access.close()
    database.dispose()
    return secret


def post(address: str, key: str, event: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(f"{address}/v1/decide", json.dumps(event).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def load(address: str, key: str, name: str, acknowledged: list[str], ended: threading.Event) -> None:
    """Send events until the server is gone; note the ids of those that were answered."""
    number = 0
    draw = random.Random(name)
    while not ended.is_set():
        number += 1
        id = f"{name}-{number}"
        caller = f"1700000{draw.randrange(40):04d}"
        event = {
            "channel": "call",
            "id": id,
            "caller": caller,
            "callee": f"138{draw.randrange(10**8):08d}",
            "duration": 5,
        }
        try:
            post(address, key, event)
        except urllib.error.HTTPError:
            raise  # refused, not killed: the test would show nothing
        except (urllib.error.URLError, OSError):
            return
        acknowledged.append(id)


@pytest.mark.slow
def test_a_server_killed_under_load_loses_no_acknowledged_event(tmp_path: Path) -> None:
    store, draw, acknowledged = tmp_path / "served", random.Random(2), []
    key = key_for(store)
    for kill in range(HTTP_KILLS):
        server, ended = Server(store), threading.Event()
        answered: list[list[str]] = [[] for _ in range(4)]
        threads = [
            threading.Thread(target=load, args=(server.address, key, f"{kill}-{at}", answered[at], ended))
            for at in range(4)
        ]
        for thread in threads:
            thread.start()
        time.sleep(draw.uniform(0.05, 0.8))
        server.kill()
        ended.set()
        for thread in threads:
            thread.join(15)
        acknowledged += [id for each in answered for id in each]
    assert len(acknowledged) > 20 * HTTP_KILLS

    journal = SqliteJournal(store / "journal.db")
    journalled = Counter(
        id
        for entry in journal.read()
        for part in entry.events or ()
        for id in part.table.column("id").to_pylist()
    )
    journal.close()
    assert not set(acknowledged) - set(journalled), "an acknowledged event is not in the journal"
    assert max(journalled.values()) == 1

    # What the kills left must be what one run over the same journal leaves.
    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(store / "journal.db", again)
    found = fingerprint(store)
    assert found == fingerprint(again)
    assert len({id for id, _, _ in found["outbox"]}) == len(found["outbox"])
    ids = [
        id
        for path in (store / "history").glob("*/call.parquet")
        for id in pq.read_table(path, columns=["id"])["id"].to_pylist()
    ]
    assert sorted(ids) == sorted(journalled)
