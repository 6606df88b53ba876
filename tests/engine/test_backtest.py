"""Backtests over a part of the past give what a run over everything gives for that part."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.harness import pieces, whole
from xiezhi.domain.actions import STOPPING, Action
from xiezhi.domain.batch import between
from xiezhi.engine.backtest import MOST_CHANGES, Report, Stretch, backtest
from xiezhi.engine.core import Core
from xiezhi.engine.embedded import Engine, EngineOptions
from xiezhi.engine.gathering import gathered
from xiezhi.engine.truth import OffsetTruth
from xiezhi.journal.base import Entry
from xiezhi.journal.sqlite import SqliteJournal
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store

RULE = {
    "id": "mine.busy_payer",
    "channel": "transfer",
    "when": "payer.payments.24h >= 3 and payer.paid.24h > 5000",
    "weight": 7.5,
    "group": "money",
    "fraud_type": "investment.fake_platform",
    "zh": "一日多笔",
    "en": "many in a day",
}
RECORD = {"kind": "rule.save", "rule": RULE}


@pytest.fixture(scope="module")
def store(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A city in ten entries with a change of rules between them, and checkpoints after the third and the fifth."""
    store = Store(tmp_path_factory.mktemp("store"))
    batch = whole(city)
    engine = Engine(store, load_knowledge(), EngineOptions())
    cuts = [batch.size * part // 10 for part in range(1, 10)]
    for place, piece in enumerate(pieces(batch, cuts)):
        if place == 2:
            engine.control({"kind": "rule.save", "rule": {**RULE, "when": "amount > 1"}, "by": "li", "at": 1})
            engine.control({"kind": "rule.stage", "id": RULE["id"], "stage": "shadow", "by": "li", "at": 2})
        engine.ingest(piece)
        if place in (3, 5):
            engine.checkpoint()
    engine.abandon()
    return store


def entries(store: Store) -> list[Entry]:
    journal = SqliteJournal(store.journal)
    found = list(journal.read())
    journal.close()
    return found


_told: dict[tuple[Path, int], dict[str, Any]] = {}


def oracle(store: Store, since: int) -> dict[str, Any]:
    """`_oracle`, worked out once."""
    if (store.root, since) not in _told:
        _told[store.root, since] = _oracle(store, since)
    return _told[store.root, since]


def _oracle(store: Store, since: int) -> dict[str, Any]:
    """What every event of the stretch got without the rule and with it, decided from the very first event on."""
    without, with_rule = Core(load_knowledge()), Core(load_knowledge())
    with_rule.control({"kind": "rule.save", "rule": {**RULE, "stage": "live"}})
    events, hits, changed, stopped, subjects = 0, [], {}, 0, set()
    for entry in entries(store):
        if entry.events is None:
            continue  # the changes in this journal leave what acts as it was
        first = without.decide(entry.events, entry.first)
        for before, after in zip(first, with_rule.decide(entry.events, entry.first), strict=True):
            if before.channel != "transfer":
                continue
            table = after.frame.table  # type: ignore[attr-defined]
            for row, ts in enumerate(table["ts"].to_pylist()):
                if ts < since:
                    continue
                offset = int(after.offsets[row])
                events += 1
                if any(signal.id == RULE["id"] for signal in after.explain(row)):
                    hits.append(offset)
                    subjects.add(after.frame.keys(after.schema.subject)[row])
                old, new = Action(int(before.action[row])), Action(int(after.action[row]))
                if old != new:
                    changed[offset] = (old.name, new.name, float(before.score[row]), float(after.score[row]))
                    stopped += new in STOPPING and old not in STOPPING
    return {"events": events, "hits": hits, "changed": changed, "stopped": stopped, "subjects": len(subjects)}


def tried(store: Store, stretch: Stretch, **more: Any) -> Report:
    journal = SqliteJournal(store.journal)
    try:
        return backtest(load_knowledge(), journal, [RECORD], stretch=stretch, **more)[0]
    finally:
        journal.close()


def since(store: Store, part: float) -> int:
    """A time with that part of the entries before it, some way into an entry."""
    found = [entry for entry in entries(store) if entry.events is not None]
    edges = [max(int(each.table["ts"].to_numpy().max()) for each in entry.events) for entry in found]
    at = int(part * len(edges))
    return (edges[at - 1] + edges[at]) // 2


@pytest.mark.parametrize("part", [0.45, 0.65])
@pytest.mark.parametrize("gentle", [False, True])
@pytest.mark.parametrize("from_checkpoint", [False, True])
def test_a_part_of_the_past_is_decided_as_in_a_run_over_everything(
    store: Store, part: float, gentle: bool, from_checkpoint: bool
) -> None:
    start = since(store, part)
    told: list[int] = []
    stretch = Stretch(start, store.checkpoints if from_checkpoint else None, gentle=gentle)
    truth = OffsetTruth(np.zeros(0, np.int64))
    report, expected = tried(store, stretch, advance=told.append, truth=truth), oracle(store, start)
    assert report.events == expected["events"] > 0
    assert report.hits == len(expected["hits"]) > 0 and report.identifiers == expected["subjects"]
    assert report.changed == len(expected["changed"]) > 0 and report.stopped == expected["stopped"] > 0
    found = {
        each.offset: (each.before, each.after, each.score_before, each.score_after) for each in report.changes
    }
    newest = sorted(expected["changed"], reverse=True)[:MOST_CHANGES]
    assert list(found) == newest and found == {offset: expected["changed"][offset] for offset in newest}
    assert sum(told) == entries(store)[-1].end
    # It began where it should: with the checkpoint from before the stretch, or at the first event.
    checkpoints = sorted(int(path.stem) for path in store.checkpoints.glob("*.npz"))
    assert told[0] == (checkpoints[0 if part < 0.6 else 1] if from_checkpoint else 0)


def test_without_the_older_events_the_windows_would_tell_something_else(store: Store) -> None:
    """The test above could not fail if the rule read no windows."""
    start = since(store, 0.45)
    core, cold = Core(load_knowledge()), 0
    core.control({"kind": "rule.save", "rule": {**RULE, "stage": "live"}})
    for entry in entries(store):
        if entry.events is not None and all(
            part.table["ts"].to_numpy().min() >= start for part in entry.events
        ):
            for decisions in core.decide(entry.events, entry.first):
                rows = range(len(decisions)) if decisions.channel == "transfer" else ()
                cold += sum(any(s.id == RULE["id"] for s in decisions.explain(row)) for row in rows)
    assert cold < len(oracle(store, start)["hits"])


def test_a_checkpoint_that_has_seen_the_stretch_is_not_used(store: Store) -> None:
    told: list[int] = []
    tried(store, Stretch(since(store, 0.15), store.checkpoints), advance=told.append)
    assert told[0] == 0


def test_precision_and_recall_count_only_what_is_known(store: Store) -> None:
    hits = oracle(store, 0)["hits"]
    others = [offset for offset in range(200) if offset not in hits]
    frauds = np.array(sorted([*hits[:3], *others[:2]]), np.int64)
    report = tried(store, Stretch(), truth=OffsetTruth(frauds, np.array(hits[3:4], np.int64)))
    transfers = {
        int(entry.first + place)
        for entry in entries(store)
        if entry.events is not None
        for part in entry.events
        if part.channel == "transfer"
        for place in part.order.tolist()
    }
    known = len(set(frauds.tolist()) & transfers)
    assert report.judged == 4 and report.precision == 3 / 4 and report.recall == 3 / known
    assert tried(store, Stretch()).precision is None


def test_the_run_ends_where_it_is_told_to(store: Store) -> None:
    class EnoughError(Exception):
        pass

    seen = 0

    def advance(count: int) -> None:
        nonlocal seen
        seen += count
        if seen > 5_000:
            raise EnoughError

    with pytest.raises(EnoughError):
        tried(store, Stretch(gentle=True), advance=advance)
    assert 5_000 < seen < 10_000


def test_entries_are_gathered_in_order_between_changes(store: Store) -> None:
    """However they are put together and cut, the same events come at the same offsets."""

    def told(found: object) -> list[tuple[int, str, dict[str, object]]]:
        rows = []
        for each in found:  # type: ignore[attr-defined]
            if isinstance(each, tuple):
                batch, first = each
                for part in batch:
                    table = part.table.to_pylist()
                    rows += [
                        (first + at, part.channel, row)
                        for at, row in zip(part.order.tolist(), table, strict=True)
                    ]
            else:
                rows.append((-1, "control", dict(each)))
        return rows

    some = entries(store)
    small = [
        Entry(entry.first + at, 7, events=between(entry.events, at, at + 7))
        for entry in some[:1]
        if entry.events is not None
        for at in range(0, 700, 7)
    ]
    one_by_one = told(gathered(small, 1))
    for least, most in ((100, None), (100, 30), (10_000, None), (10_000, 99)):
        batches = [each for each in gathered(small, least, most) if isinstance(each, tuple)]
        assert len(batches) < len(small)
        assert sorted(told(batches), key=lambda row: row[0]) == sorted(one_by_one, key=lambda row: row[0])
        assert all(batch.size <= (most or 10_000) for batch, _ in batches)
    kinds = [isinstance(each, tuple) for each in gathered(some, 1 << 30)]
    assert kinds == [True, False, False, True]


def test_hours_are_in_order(store: Store) -> None:
    """The fixture's entries follow each other in time, as the tests assume."""
    times = [
        max(int(part.table["ts"].to_numpy().max()) for part in entry.events)
        for entry in entries(store)
        if entry.events is not None
    ]
    assert all(a <= b for a, b in pairwise(times))
