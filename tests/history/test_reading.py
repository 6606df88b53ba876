"""History read again: by identifier, by conditions, by offset, while it is being written."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.engine.harness import pieces, whole
from xiezhi.domain.schema import identifier_fields
from xiezhi.engine.embedded import Engine
from xiezhi.history import postings
from xiezhi.history.conditions import Wanted
from xiezhi.history.parquet import Decided, HistoryWriter
from xiezhi.history.reading import History
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store

KNOWLEDGE = load_knowledge()
FIELDS = identifier_fields(KNOWLEDGE.schemas)
CHANNELS = tuple(KNOWLEDGE.schemas)


@pytest.fixture(scope="module")
def store(
    city: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, History, list[dict[str, Any]]]:
    """A city in four stretches, the last of which still waits in memory; and every event as it came."""
    engine = Engine(Store(tmp_path_factory.mktemp("history")), KNOWLEDGE)
    batch = whole(city)
    for place, piece in enumerate(pieces(batch, [5_000, 9_000, 9_010, 15_000])):
        engine.ingest(piece)
        if place in (0, 1, 3):
            engine.checkpoint()
    engine.settle()
    rows = [
        {"offset": int(offset), "channel": part.channel, **row}
        for part in batch
        for offset, row in zip(part.order, part.table.to_pylist(), strict=True)
    ]
    rows.sort(key=lambda row: -row["offset"])
    return engine, History(engine.store.history, FIELDS, engine.history.snapshot), rows


def expected(rows: list[dict[str, Any]], value: str) -> list[int]:
    return [row["offset"] for row in rows if value in [row[name] for name in FIELDS[row["channel"]]]]


def test_every_identifier_is_found_wherever_it_stands(store) -> None:
    _, history, rows = store
    random = np.random.default_rng(3)
    chosen = [rows[at] for at in random.integers(0, len(rows), 60)]
    values = {row[name] for row in chosen for name in FIELDS[row["channel"]] if row[name]}
    assert len(values) > 80
    for value in values:
        offsets = expected(rows, value)
        trace = history.trace(value)
        assert np.unique(trace.offset).tolist() == offsets[::-1]
        found, below = [], None
        while True:
            page = history.of(value, Wanted(CHANNELS, below), 7)
            found += [row.offset for row in page.rows]
            below = page.below
            if below is None:
                break
        assert found == offsets
    assert len(history.trace("nobody has this")) == 0


def test_conditions_mean_the_same_on_disk_in_memory_and_by_identifier(store) -> None:
    engine, history, rows = store
    every = history.newest(Wanted(CHANNELS), 100_000).rows
    assert [row.offset for row in every] == [row["offset"] for row in rows]
    times = sorted(row.ts for row in every)
    for wanted in (
        Wanted(CHANNELS, verdicts=True),
        Wanted(("call", "transfer"), since=times[3_000], until=times[17_000]),
        Wanted(CHANNELS, min_score=0.3),
        Wanted(CHANNELS, action="warn"),
        Wanted(CHANNELS, type="impersonation"),
        Wanted(CHANNELS, below=12_000, verdicts=True),
        Wanted(CHANNELS, id=every[123].id),
    ):
        meant = [row.offset for row in every if wanted.meets(row)]
        assert meant and [row.offset for row in history.newest(wanted, 100_000).rows] == meant
        assert [row.offset for row in history.newest(wanted, 5).rows] == meant[:5]
    assert engine.history.snapshot().waiting


def test_an_event_is_read_as_it_came(store) -> None:
    _, history, rows = store
    for row in rows[::997]:
        found = history.at(row["offset"])
        assert found is not None and found.channel == row["channel"]
        assert found.values == {
            k: v for k, v in row.items() if v is not None and k not in ("offset", "channel")
        }
    assert history.at(len(rows)) is None


def test_postings_that_are_missing_or_damaged_are_made_again(store, tmp_path: Path) -> None:
    engine, history, rows = store
    value = next(row["caller"] for row in reversed(rows) if row["channel"] == "call")
    files = sorted(engine.store.history.glob(f"*/{postings.NAME}"))
    before = files[0].read_bytes()
    files[0].write_bytes(before[: len(before) // 2])
    files[1].unlink()
    fresh = History(engine.store.history, FIELDS, engine.history.snapshot)
    assert np.array_equal(fresh.trace(value).offset, history.trace(value).offset)
    assert files[0].read_bytes() == before and files[1].is_file()


def test_nothing_is_lost_or_doubled_while_stretches_are_written(tmp_path: Path) -> None:
    schema = KNOWLEDGE.schemas["call"].arrow
    writer = HistoryWriter(tmp_path, FIELDS, segment=400)
    history = History(tmp_path, FIELDS, writer.snapshot)
    done = threading.Event()

    def write() -> None:
        for at in range(0, 6_000, 20):
            rows = [{"ts": i, "caller": "13900139000", "callee": str(i)} for i in range(at, at + 20)]
            table = pa.Table.from_pylist(rows, schema).to_batches()[0]
            part = Decided(
                table,
                np.arange(at, at + 20),
                np.zeros(20),
                np.zeros(20, np.int8),
                np.full(20, -1, np.int16),
                (),
            )
            writer.add(at, at + 20, {"call": [part]})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    looks, last = 0, 0
    while not done.is_set() or last < 6_000:
        reached = writer.reached
        offsets = history.trace("13900139000", [("call", "caller")]).offset
        assert offsets.tolist() == list(range(len(offsets))) and len(offsets) >= max(reached, last)
        last, looks = len(offsets), looks + 1
    thread.join()
    assert looks > 3 and last == 6_000 and len(writer.stretches()) == 15
