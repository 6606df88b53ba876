from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from tests.simulator.conftest import EVENTS, Written, read
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import load_knowledge
from xiezhi.simulator.city import MIX
from xiezhi.simulator.gangs import kinds
from xiezhi.simulator.schemas import CHANNELS, LETTERS, TRUTH
from xiezhi.simulator.write import simulate


def test_exactly_as_many_events_as_asked_for(city: Written) -> None:
    assert sum(table.num_rows for table in city.events.values()) == EVENTS
    assert city.answer["events"] == EVENTS
    assert {"seconds", "events_per_second"} < set(city.answer)
    assert (city.answer["dead"], city.answer["verdicts"], city.answer["actions"]) == (0, 0, {})


@pytest.mark.parametrize("events", [100, 101, 997, 2_003])
def test_small_counts_are_exact_too(tmp_path: Path, events: int) -> None:
    simulate(tmp_path, events, 3)
    assert sum(table.num_rows for table in read(tmp_path)[0].values()) == events


def test_same_seed_gives_equal_tables_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 11), ("b", 11), ("c", 12)):
        simulate(tmp_path / name, 6_000, seed)
    (a, true_a), (b, true_b), (c, _) = (read(tmp_path / name) for name in "abc")
    for channel in CHANNELS:
        assert a[channel].equals(b[channel])
        assert true_a[channel].equals(true_b[channel])
        assert not a[channel].equals(c[channel])
    assert (tmp_path / "a" / "city.json").read_text() == (tmp_path / "b" / "city.json").read_text()


@pytest.mark.parametrize("channel", CHANNELS)
def test_tables_have_the_canonical_schema_and_allowed_values(city: Written, channel: str) -> None:
    schema, table = load_knowledge().schemas[channel], city.events[channel]
    assert table.schema.equals(schema.arrow)
    for field in schema.fields:
        column = table[field.name]
        if field.required:
            assert column.null_count == 0, field.name
        if field.values:
            assert set(column.drop_null().unique().to_pylist()) <= set(field.values), field.name


@pytest.mark.parametrize("channel", CHANNELS)
def test_rows_are_in_time_order_with_sequential_ids_and_aligned_truth(city: Written, channel: str) -> None:
    table, truth = city.events[channel], city.truth[channel]
    assert (np.diff(table["ts"].to_numpy()) >= 0).all()
    assert table["id"].to_pylist() == [f"{LETTERS[channel]}{i:08d}" for i in range(1, table.num_rows + 1)]
    assert truth.schema.equals(TRUTH)
    assert truth["id"].equals(table["id"])


def test_mix_of_channels_and_share_of_fraud(city: Written) -> None:
    for channel, share in MIX.items():
        assert city.events[channel].num_rows / EVENTS == pytest.approx(share, rel=0.15, abs=0.002)
    fraud = sum(pc.sum(table["fraud"]).as_py() for table in city.truth.values())
    assert 0.02 <= fraud / EVENTS <= 0.04


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_least_eight_kinds_at_five_thousand_events(tmp_path: Path, seed: int) -> None:
    simulate(tmp_path, 5_000, seed)
    events, truth = read(tmp_path)
    found: dict[str, set[str]] = {}
    fraud = 0
    for channel, table in truth.items():
        fraud += pc.sum(table["fraud"]).as_py()
        for kind in table["fraud_type"].drop_null().unique().to_pylist():
            found.setdefault(kind, set()).add(channel)
    assert len(found) >= 8
    assert sum(len(channels) >= 2 for channels in found.values()) >= 8
    assert 0.02 <= fraud / 5_000 <= 0.04
    assert len(events["call"]) > 1_500


def test_city_json_tells_how_the_city_was_made(city: Written) -> None:
    about = json.loads((city.folder / "city.json").read_text("utf-8"))
    assert about["seed"] == 5
    assert about["events"] == EVENTS
    assert about["channels"] == {channel: table.num_rows for channel, table in city.events.items()}
    assert {gang["kind"] for gang in about["gangs"]} == set(kinds())
    assert about["parameters"]["fraud_share"] > 0


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    simulate(tmp_path, 1_000, 1, lambda done, total: calls.append((done, total)))
    assert calls[-1] == (1_000, 1_000)
    assert calls == sorted(calls)


def test_faults_are_told_to_the_user(tmp_path: Path) -> None:
    with pytest.raises(XiezhiError, match="do not make a city"):
        simulate(tmp_path, 5, 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(XiezhiError, match="cannot write"):
        simulate(tmp_path / "file", 1_000, 1)
