"""Single, batch, replay and shadow give the same answer to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.harness import decided, fingerprint, pieces, whole
from xiezhi.engine.core import Core
from xiezhi.engine.embedded import Engine
from xiezhi.history import ledger
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store


@pytest.fixture(scope="module")
def events(city: Path):
    return whole(city)


@pytest.fixture(scope="module")
def at_once(events):
    return decided([events])


def test_one_by_one_equals_all_at_once(events, at_once) -> None:
    head = pieces(events, [2500])[0]
    singles = decided(pieces(head, list(range(head.size))))
    assert singles == {offset: at_once[offset] for offset in singles}


def test_any_cut_equals_all_at_once(events, at_once) -> None:
    draw = np.random.default_rng(4)
    assert decided(pieces(events, draw.integers(0, events.size, 40).tolist())) == at_once


def test_replay_equals_all_at_once(events, at_once, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in pieces(events, [700, 4000, 4001, 15_000]))
    engine.settle()
    entries = list(ledger.entries(engine.database))
    engine.close()
    assert len(entries) > 50
    for entry in entries:
        score, type, _, signals, _ = at_once[entry["offset"]]
        assert (float(entry["score"]).hex(), entry["type"]) == (score, type)
        assert [each["id"] for each in entry["signals"]] == [name for name, _, _ in signals]


def test_shadow_hits_equal_live_hits(events) -> None:
    core = Core(load_knowledge())
    moved = [rule.id for rule in core.knowledge.rules if rule.channel == "transfer"]
    for rule in moved:
        core.control(
            {"kind": "rule.stage", "id": rule, "stage": "shadow", "share": 1.0, "by": "test", "at": 0}
        )
    live = {d.channel: d for d in Core(load_knowledge()).decide(events, 0)}["transfer"]
    shadow = {d.channel: d for d in core.decide(events, 0)}["transfer"]
    ids = [source.id for source in live.sources]
    assert len(live.signals) > 100
    assert sorted(
        (row, ids[source])
        for row, source in zip(shadow.shadow.rows.tolist(), shadow.shadow.sources.tolist(), strict=True)
    ) == sorted(
        (row, ids[source])
        for row, source in zip(live.signals.rows.tolist(), live.signals.sources.tolist(), strict=True)
        if ids[source] in moved
    )


def test_two_runs_cut_differently_leave_the_same_behind(events, tmp_path: Path) -> None:
    for name, cuts in (("one", [5000]), ("two", [1, 2, 9999, 12_345])):
        engine = Engine(Store(tmp_path / name), load_knowledge())
        engine.run((batch, None) for batch in pieces(events, cuts))
        engine.close()
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
