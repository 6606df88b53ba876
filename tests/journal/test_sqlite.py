"""The journal keeps what it acknowledged, in order, and says so when it can't."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.domain.batch import MicroBatch, Part
from xiezhi.domain.errors import XiezhiError
from xiezhi.journal.codec import decode, encode
from xiezhi.journal.sqlite import SqliteJournal


def batch(*names: str) -> MicroBatch:
    lanes: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        lanes.setdefault(name[0], []).append(at)
    parts = []
    for lane, places in lanes.items():
        table = pa.RecordBatch.from_pydict({"id": [names[at] for at in places], "ts": places})
        parts.append(Part(lane, table, np.array(places, np.int64)))
    return MicroBatch(tuple(parts))


def names_of(events: MicroBatch | None) -> list[str]:
    assert events is not None
    found = {}
    for part in events:
        found |= dict(zip(part.order.tolist(), part.table.column("id").to_pylist(), strict=True))
    return [found[at] for at in sorted(found)]


def test_offsets_follow_one_another_and_survive_reopening(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    assert journal.append(batch("a1", "b1", "a2"), {"file": 3}).first == 0
    assert journal.append_control({"kind": "x"}).first == 3
    journal.append(batch("c1"), {"file": 4, "other": 9})
    journal.close()
    journal = SqliteJournal(tmp_path / "j.db")
    assert journal.end() == 5
    assert journal.positions() == {"file": 4, "other": 9}
    entries = list(journal.read())
    assert [entry.first for entry in entries] == [0, 3, 4]
    assert names_of(entries[0].events) == ["a1", "b1", "a2"]
    assert entries[1].control == {"kind": "x"}


def test_reading_begins_at_the_entry_that_holds_the_offset(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    journal.append(batch("a1", "a2", "a3"))
    journal.append(batch("a4", "a5"))
    assert [entry.first for entry in journal.read(2)] == [0, 3]
    assert [entry.first for entry in journal.read(3)] == [3]
    assert list(journal.read(5)) == []


def test_a_damaged_entry_is_told_with_its_offset(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    journal.append(batch("a1"))
    journal.append(batch("a2"))
    journal.close()
    with sqlite3.connect(tmp_path / "j.db") as database:
        database.execute("update entry set body = zeroblob(10) where first = 1")
    with pytest.raises(XiezhiError, match="offset 1 is damaged"):
        list(SqliteJournal(tmp_path / "j.db").read())


def test_a_full_disk_is_told_and_nothing_is_acknowledged(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    journal.append(batch("a1"))
    pages = journal._db.execute("pragma page_count").fetchone()[0]
    journal._db.execute(f"pragma max_page_count = {pages + 1}")
    with pytest.raises(XiezhiError, match="disk is full"):
        journal.append(batch(*(f"a{at:0100d}" for at in range(2000))))
    journal._db.execute("pragma max_page_count = 1000000")
    assert journal.end() == 1
    assert journal.append(batch("a2")).first == 1


def test_a_read_only_folder_is_told_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(XiezhiError, match="can't be written"):
        SqliteJournal(tmp_path / "absent" / "j.db")


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=40))
def test_bytes_bring_back_every_event_in_order(lanes: list[str]) -> None:
    names = [f"{lane}{at}" for at, lane in enumerate(lanes)]
    assert names_of(decode(encode(batch(*names)))) == names
