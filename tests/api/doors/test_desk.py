"""How requests gather before the engine, and what it does between them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from tests.api.doors.worlds import SCAM, World
from xiezhi.domain.batch import MicroBatch, Part
from xiezhi.sources.rows import rows_to_table


def batch(world: World, count: int) -> MicroBatch:
    schema = world.house.knowledge.schemas["message"]
    rows = [{"ts": 1_790_000_000_000 + at, "sender": "10086", "text": "你好"} for at in range(count)]
    table, bad, _ = rows_to_table(schema, rows)
    assert not bad
    return MicroBatch((Part("message", table, np.arange(count)),))


def test_events_that_come_by_other_ways_get_checkpoints_too(empty: World, tmp_path: Path) -> None:
    desk = empty.house.desk
    desk.engine.options.checkpoint_events = 10
    desk.ingest(batch(empty, 12))
    until = time.monotonic() + 20
    while not list(empty.house.store.checkpoints.glob("*.npz")) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(empty.house.store.checkpoints.glob("*.npz"))


def test_a_company_that_does_not_come_back_is_not_waited_for(empty: World) -> None:
    desk = empty.house.desk
    empty.decide(**SCAM)
    desk._company = 1000  # as after a thousand callers who have all gone
    for at in range(3):
        assert empty.decide(**{**SCAM, "id": f"m{at}"})["offset"] == at + 1
    assert desk._company == 1 and desk.waiting == 0
