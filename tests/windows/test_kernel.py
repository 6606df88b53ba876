"""The kernel against its specification, and against itself however events are cut into batches."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.windows.harness import Row, new_store, run_kernel, run_reference, same
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.features import FeatureCatalogue, Measure, Table
from xiezhi.windows.reference import EXACT_ITEMS
from xiezhi.windows.store import WindowStore

steps = st.one_of(st.integers(0, 90), st.integers(-4000, 4000), st.integers(0, 40 * 86400))
rows = st.lists(
    st.tuples(
        st.sampled_from("aaab"),
        steps,
        st.one_of(st.none(), st.integers(0, 3)),
        st.one_of(st.none(), st.integers(0, 12)),
        st.one_of(st.none(), st.integers(0, 900)),
    ),
    max_size=60,
)


def _events(drawn: list[tuple[str, int, int | None, int | None, int | None]]) -> list[Row]:
    now, events = 1_000_000, []
    for channel, step, who, whom, worth in drawn:
        now = max(now + step, 0)
        row = {
            "who": None if who is None else str(who),
            "whom": None if whom is None else str(whom),
            "worth": None if worth is None else worth / 100,
        }
        events.append((channel, now, row))
    return events


@given(rows)
@settings(max_examples=150, deadline=None)
def test_kernel_equals_reference(drawn) -> None:
    events = _events(drawn)
    same(run_kernel(events, new_store()), run_reference(events))


@given(rows, st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_any_cut_into_batches_gives_the_same_bits(drawn, size) -> None:
    events = _events(drawn)
    whole = run_kernel(events, new_store())
    store = new_store()
    parts = [row for at in range(0, len(events), size) for row in run_kernel(events[at : at + size], store)]
    assert _bits(parts) == _bits(whole)


def _bits(rows: list[dict[str, float]]) -> list[dict[str, str]]:
    return [{name: value.hex() for name, value in row.items()} for row in rows]


def _busy(count: int, seed: int, people: int, others: int) -> list[Row]:
    draw, now, events = random.Random(seed), 5_000_000, []
    for _ in range(count):
        now += draw.randint(0, 20)
        row = {
            "who": str(draw.randrange(people)),
            "whom": str(draw.randrange(others)),
            "worth": draw.randrange(900) / 100,
        }
        events.append(("a" if draw.random() < 0.9 else "b", now, row))
    return events


def test_distinct_becomes_an_estimate_that_the_reference_shares() -> None:
    events = _busy(1500, 3, people=1, others=10_000)
    found = run_kernel(events, new_store())
    assert max(row.get("who.others.24h", 0) for row in found) > EXACT_ITEMS
    same(found, run_reference(events))


def test_estimate_stays_within_its_stated_error() -> None:
    events = [("a", 5_000_000 + i // 10, {"who": "1", "whom": str(i), "worth": None}) for i in range(20_000)]
    last = run_kernel(events, new_store())[-1]["who.others.24h"]
    assert last == pytest.approx(20_000, rel=4 * 0.046)


def test_a_saved_store_goes_on_with_the_same_bits() -> None:
    events = _busy(3000, 5, people=300, others=900)
    whole = run_kernel(events, new_store())
    first, second = new_store(), new_store()
    run_kernel(events[:1700], first)
    second.unpack({name: array.copy() for name, array in first.packed().items()})
    assert _bits(run_kernel(events[1700:], second)) == _bits(whole[1700:])


def test_forgetting_idle_keys_changes_nothing() -> None:
    early, late = _busy(2000, 7, people=500, others=700), _busy(500, 8, people=500, others=700)
    late = [(channel, ts + 61 * 86400 + 50_000, row) for channel, ts, row in late]
    plain, trimmed = new_store(), new_store()
    run_kernel(early, plain)
    run_kernel(early, trimmed)
    mover: list[Row] = [("a", late[0][1], {"who": "99999", "whom": "99998", "worth": 1.0})]
    run_kernel(mover, plain)
    run_kernel(mover, trimmed)
    assert trimmed.trim()["who"].idle > 400
    assert trimmed.keys()["who"] == 2
    assert _bits(run_kernel(late, trimmed)) == _bits(run_kernel(late, plain))


def test_a_full_table_lets_the_longest_idle_go_and_counts_them() -> None:
    store = new_store(limit=100)
    run_kernel(_busy(2000, 9, people=400, others=1), store)
    assert store.keys()["who"] > 100
    store.trim()
    assert store.keys()["who"] <= 100
    assert store.forced > 0


def test_a_late_event_changes_nothing_and_is_counted() -> None:
    store = new_store(lateness=60)
    run_kernel([("a", 10_000, {"who": "1", "whom": "2", "worth": 1.0})], store)
    late = run_kernel([("a", 9_000, {"who": "1", "whom": "2", "worth": 1.0})], store)[0]
    assert all(np.isnan(value) for value in late.values())
    assert store.late == 1
    again = run_kernel([("a", 10_000, {"who": "1", "whom": "2", "worth": 1.0})], store)[0]
    assert again["who.n.24h"] == 2


def test_impossible_times_are_refused_with_a_cure() -> None:
    with pytest.raises(XiezhiError, match="--time-unit"):
        run_kernel([("a", 10**12, {"who": "1", "whom": "2", "worth": 1.0})], new_store())


def test_tables_that_need_each_other_are_refused() -> None:
    tables = (
        Table("x", ("a.who",), (Measure("n", "count", "", "", ("1h",), where="whom.m.1h > 1"),)),
        Table("y", ("a.whom",), (Measure("m", "count", "", "", ("1h",), where="who.n.1h > 1"),)),
    )
    with pytest.raises(XiezhiError, match="depends on itself"):
        WindowStore(FeatureCatalogue(tables), {})
