"""What goes wrong with files and clocks is told, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from tests.engine.harness import fingerprint, pieces, whole
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.embedded import Engine, EngineOptions
from xiezhi.history import ledger
from xiezhi.history.parquet import HistoryWriter
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store
from xiezhi.storage.tables import requests

RULE = {
    "id": "my.rule",
    "channel": "call",
    "when": "duration > 60",
    "weight": 1.0,
    "group": "behaviour",
    "fraud_type": "impersonation.police",
    "zh": "长",
    "en": "long",
}


@pytest.fixture(scope="module")
def batches(city: Path):
    return pieces(whole(city), [3000, 6000, 9000, 12_000])


@pytest.fixture(scope="module")
def expected(batches, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("expected")
    engine = Engine(Store(folder), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.close()
    return fingerprint(folder)


def test_what_was_only_journalled_is_made_good(batches, expected, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.ingest(batches[0])
    engine.checkpoint()
    engine.ingest(batches[1])
    engine.settle()
    for batch in batches[2:]:
        engine.journal.append(batch)  # as if killed before deciding
    engine.abandon()
    assert fingerprint(tmp_path) == expected


def test_a_damaged_checkpoint_is_told_and_an_older_one_serves(batches, expected, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    for batch in batches:
        engine.ingest(batch)
        engine.checkpoint()
    engine.close()
    newest = sorted((tmp_path / "checkpoints").glob("*.npz"))[-1]
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    newest.write_bytes(content)
    told: list[str] = []
    Engine(Store(tmp_path), load_knowledge(), EngineOptions(notice=told.append)).close()
    assert len(told) == 1 and "damaged" in told[0]
    assert fingerprint(tmp_path) == expected


def test_without_any_checkpoint_the_journal_serves(batches, expected, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.close()
    for path in (tmp_path / "checkpoints").glob("*"):
        path.unlink()
    assert fingerprint(tmp_path) == expected


def test_results_lost_with_their_database_are_made_again(batches, expected, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.close()
    for path in tmp_path.glob("operations.db*"):
        path.unlink()
    assert fingerprint(tmp_path) == expected


def test_a_request_done_before_a_crash_is_not_done_again(tmp_path: Path) -> None:
    record = {"kind": "rule.save", "by": "x", "at": 7, "rule": RULE}
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.control(record)
    engine.settle()
    with engine.database.begin() as connection:
        value = msgspec.json.encode(record).decode()
        connection.execute(insert(requests).values(record=value, state="waiting"))
    engine.abandon()
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.take_controls()
    assert len(engine.core.book.life("my.rule").versions) == 1
    engine.close()


def test_a_control_record_that_could_not_be_kept_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())

    def full(*_: object) -> None:
        raise XiezhiError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(engine.journal, "append_control", full)
        with pytest.raises(XiezhiError, match="full"):
            engine.control({"kind": "rule.save", "by": "x", "at": 7, "rule": RULE})
    assert "my.rule" not in engine.core.book.lives
    engine.close()


def test_a_half_written_stretch_of_history_is_made_again(batches, expected, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.settle()
    engine.abandon()
    (tmp_path / "history" / "000000000000-000000003000.partial").mkdir(parents=True)
    assert fingerprint(tmp_path) == expected


def test_a_full_disk_for_history_is_told_and_the_next_start_catches_up(
    batches, expected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("xiezhi.history.parquet._write", full)
        with pytest.raises(XiezhiError, match=r"(?s)No space left.*make room"):
            engine.checkpoint()
    engine.abandon()
    assert fingerprint(tmp_path) == expected


def test_two_engines_on_one_store_are_refused(tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    with pytest.raises(XiezhiError, match="another engine"):
        Engine(Store(tmp_path), load_knowledge())
    engine.close()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    with pytest.raises(XiezhiError, match="can't be written"):
        Engine(Store(tmp_path / "store"), load_knowledge())


def test_tampering_with_the_ledger_shows(batches, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.settle()
    head = engine.totals.head
    assert not ledger.verify(engine.database, head).reason
    with engine.database.begin() as connection:
        first, body = connection.exec_driver_sql(
            "select first, body from ledger order by first limit 1 offset 1"
        ).one()
        lines = ledger._lines(body)
        import pyarrow as pa

        changed = b"\n".join([lines[0].replace(b'"score":0.', b'"score":0.0', 1), *lines[1:]])
        packed = len(changed).to_bytes(8, "little") + pa.compress(changed, codec="zstd", asbytes=True)
        connection.exec_driver_sql("update ledger set body = ? where first = ?", (packed, first))
    found = ledger.verify(engine.database, head)
    assert found.broken_at == first and "changed" in found.reason
    with engine.database.begin() as connection:
        connection.exec_driver_sql("delete from ledger where first = (select max(first) from ledger)")
        connection.exec_driver_sql("delete from ledger where first = ?", (first,))
    assert ledger.verify(engine.database, head).reason
    engine.abandon()


def test_history_is_compact_and_whole(batches, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path), load_knowledge())
    engine.run((batch, None) for batch in batches)
    engine.close()
    writer = HistoryWriter(tmp_path / "history")
    assert writer.end() == sum(batch.size for batch in batches)
