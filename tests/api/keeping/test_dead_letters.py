"""Dead letters through HTTP: shown masked, mended, taken in exactly once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from typer.testing import CliRunner

from tests.api.keeping.worlds import World, problem
from xiezhi.api.letters import INTENT, POSITION
from xiezhi.cli.main import app
from xiezhi.domain.batch import single_channel
from xiezhi.sources.rows import rows_to_table
from xiezhi.storage.dead_letters import DeadLetter, keep, waiting
from xiezhi.storage.tables import facts

CALLS = """From,To,When,seconds,Note
13800138000,13900139000,2026-03-02 10:00:00,30,fine
13800138001,13900139001,2026-03-02 10:00:01,long,private words
13800138002,13900139002,2026-03-02 10:00:02,40
13800138003,13900139003,never,50,"a, b"
13800138004,13900139004,2026-03-02 10:00:04,sixty,x
"""
LINES = (
    '{"payer": "6222000011112222", "payee": "6222000011113333", "amount": "much", "ts": 1772416800000}',
    '{"payer": "6222000011112222", "payee": "6222000011113333", "amount": 5, "ts": 1772416800000}',
    "{no json",
)


@pytest.fixture
def folder(replayed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(replayed, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store after a replay of a CSV file with strange column names and a JSONL file, both partly bad."""
    tmp_path = tmp_path_factory.mktemp("replayed")
    (tmp_path / "calls.csv").write_text(CALLS, "utf-8")
    (tmp_path / "transfers.jsonl").write_text("\n".join(LINES) + "\n", "utf-8")
    maps = [
        part
        for pair in ("caller=From", "callee=To", "ts=When", "duration=seconds")
        for part in ("--map", pair)
    ]
    for name, more in (
        ("calls.csv", ["--channel", "call", *maps]),
        ("transfers.jsonl", ["--channel", "transfer"]),
    ):
        done = CliRunner().invoke(
            app, ["replay", str(tmp_path / name), "--store", str(tmp_path / "store"), *more]
        )
        assert done.exit_code == 1, done.output
        (tmp_path / name).unlink()  # nothing below may need the file
    return tmp_path / "store"


@pytest.fixture
def house(folder: Path) -> Iterator[World]:
    world = World(folder)
    yield world
    world.close()


def letters(world: World, role: str = "viewer", **query: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """Letters by (file, row)."""
    answer = world.caller(role).get("/v1/dead-letters", params=query)
    assert answer.status_code == 200, answer.text
    return {(Path(each["source"]).name, each["row"]): each for each in answer.json()["items"]}


def events(world: World) -> list[dict[str, Any]]:
    """What is in the journal beyond the replay's own three events."""
    found = []
    for entry in world.engine.journal.read(2):
        for part in entry.events or ():
            found += part.table.to_pylist()
    return found


def test_letters_are_listed_with_their_sources_and_masked(house: World) -> None:
    found = letters(house)
    assert set(found) == {("calls.csv", 1), ("calls.csv", 2), ("calls.csv", 3), ("calls.csv", 4)} | {
        ("transfers.jsonl", 0),
        ("transfers.jsonl", 2),
    }
    body = house.caller("viewer").get("/v1/dead-letters").json()
    assert {Path(each["source"]).name: each["waiting"] for each in body["sources"]} == {
        "calls.csv": 4,
        "transfers.jsonl": 2,
    }
    told = json.dumps(list(found.values()))
    for secret in ("13800138001", "13900139001", "private words", "6222000011112222", "no json"):
        assert secret not in told
    letter = found["calls.csv", 1]
    assert letter["columns"] == ["From", "To", "When", "seconds", "Note"] and letter["line"] == 3
    assert letter["values"]["From"] == "138****8001" and letter["values"]["seconds"] == "long"
    assert "long" in letter["reason"] and "seconds" not in letter["values"]["Note"]
    assert found["calls.csv", 2]["values"] is None and found["calls.csv", 2]["raw"] == "****"
    clear = letters(house, "analyst", unmask=True)["calls.csv", 1]
    assert clear["values"]["From"] == "13800138001" and clear["values"]["Note"] == "private words"
    assert any(what == "unmask" for _, what, _ in house.audited())


def test_letters_are_filtered_and_come_in_pages(house: World) -> None:
    source = next(each["source"] for each in letters(house).values() if each["channel"] == "transfer")
    assert set(letters(house, source=source)) == {("transfers.jsonl", 0), ("transfers.jsonl", 2)}
    assert letters(house, state="retried") == {} and len(letters(house, state="waiting")) == 6
    viewer, seen, after = house.caller("viewer"), [], None
    while True:
        page = viewer.get(
            "/v1/dead-letters", params={"limit": 4, **({"after": after} if after else {})}
        ).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 6
    problem(viewer.get("/v1/dead-letters", params={"after": "x"}), 422, "cursor")
    problem(viewer.get("/v1/dead-letters", params={"state": "lost"}), 422)


def test_a_row_is_mended_as_an_object_by_its_columns(house: World) -> None:
    letter = letters(house, "operator", unmask=True)["calls.csv", 1]
    answer = house.caller("operator").post(
        f"/v1/dead-letters/{letter['id']}/retry", json={"row": {**letter["values"], "seconds": "61"}}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["letter"]["state"] == "retried" and body["action"] and body["offset"] == house.engine.end - 1
    event = events(house)[-1]
    assert (event["caller"], event["duration"], event["ts"]) == ("13800138001", 61.0, 1772416801000)
    assert json.loads(event["extra"]) == {"Note": "private words"}
    problem(house.caller("operator").post(f"/v1/dead-letters/{letter['id']}/retry", json={}), 409, "already")
    assert len(events(house)) == 1


def test_a_masked_row_sent_back_stands_for_what_it_was(house: World) -> None:
    letter = letters(house)["calls.csv", 1]  # as somebody sees it who may not unmask
    row = {**letter["values"], "seconds": 61}
    keeper = house.caller("operator", "dead_letters.write")
    assert keeper.post(f"/v1/dead-letters/{letter['id']}/retry", json={"row": row}).status_code == 200
    event = events(house)[-1]
    assert event["caller"] == "13800138001" and json.loads(event["extra"]) == {"Note": "private words"}


def test_a_refusal_tells_no_number_to_who_may_not_see_it(house: World) -> None:
    raw = json.dumps({"caller": "no number of 王小明 at all", "callee": "13800138000", "ts": 1772416800000})
    keep(house.engine.database, [DeadLetter("upload", 0, None, "call", "odd", raw)])
    path = f"/v1/dead-letters/{letters(house, source='upload')['upload', 0]['id']}/retry"
    assert "王小明" not in str(
        problem(house.caller("operator", "dead_letters.write").post(path), 422, "is no phone")
    )
    assert "王小明" in str(problem(house.caller("operator").post(path), 422))


def test_a_line_is_mended_as_a_line(house: World) -> None:
    letter, operator = letters(house, "operator", unmask=True)["calls.csv", 3], house.caller("operator")
    path = f"/v1/dead-letters/{letter['id']}/retry"
    refused = problem(
        operator.post(path, json={"line": letter["raw"].replace("never", "later")}), 422, "is no time"
    )
    assert refused["errors"][0]["where"] == "body.line"
    problem(operator.post(path, json={"line": "1,2,3"}), 422, "5 columns", "From,To,When")
    mended = letter["raw"].replace("never", "2026-03-02 10:00:03")
    assert operator.post(path, json={"line": mended}).status_code == 200
    assert json.loads(events(house)[-1]["extra"]) == {"Note": "a, b"}


def test_a_row_that_is_still_wrong_stays(house: World) -> None:
    found, operator = letters(house), house.caller("operator")
    as_it_came = operator.post(f"/v1/dead-letters/{found['calls.csv', 1]['id']}/retry")
    assert "seconds" in str(problem(as_it_came, 422)) or "duration" in as_it_came.text
    no_json = f"/v1/dead-letters/{found['transfers.jsonl', 2]['id']}/retry"
    problem(operator.post(no_json), 422, "no JSON object", "`row`")
    problem(operator.post(no_json, json={"row": {}, "line": "x"}), 422, "both")
    problem(operator.post(no_json, json={"row": {"payer": "1"}}), 422, "payee")
    problem(operator.post(no_json, json={"row": {"payer": {"a": {"b": [1]}}}, "more": 1}), 422, "more")
    problem(operator.post("/v1/dead-letters/" + "0" * 32 + "/retry"), 404)
    problem(house.caller("analyst").post(no_json), 403, "dead_letters.write")
    assert events(house) == [] and len(letters(house, state="waiting")) == 6
    good = {"payer": "6222000011112222", "payee": "6222000011113333", "amount": 7, "ts": 1772416800000}
    assert operator.post(no_json, json={"row": good}).status_code == 200
    assert len(letters(house, state="waiting")) == 5


def test_a_letter_without_a_channel_needs_one(house: World) -> None:
    keep(
        house.engine.database,
        [DeadLetter("upload", 0, None, None, "odd", '{"payer":"1234567","payee":"7654321"}')],
    )
    id, operator = letters(house, source="upload")["upload", 0]["id"], house.caller("operator")
    problem(operator.post(f"/v1/dead-letters/{id}/retry"), 422, "channel")
    problem(operator.post(f"/v1/dead-letters/{id}/retry", json={"channel": "smoke"}), 422, "smoke")
    answer = operator.post(
        f"/v1/dead-letters/{id}/retry",
        json={
            "channel": "transfer",
            "row": {"payer": "1234567", "payee": "7654321", "amount": 1, "ts": 1772416800000},
        },
    )
    assert answer.status_code == 200, answer.text


def test_all_rows_of_a_source_are_retried_as_a_job(house: World) -> None:
    rows = [
        DeadLetter(
            "upload",
            place,
            None,
            "transfer",
            "odd",
            json.dumps({"payer": "1234567", "payee": "7654321", "amount": amount, "ts": 1772416800000}),
        )
        for place, amount in enumerate([*range(700), "much"])
    ]
    keep(house.engine.database, rows)
    operator, before = house.caller("operator"), len(events(house))
    job = house.ended(operator.post("/v1/dead-letters/retry", json={"source": "upload"}))
    assert job["state"] == "done" and job["kind"] == "retry", job
    assert (
        job["result"] == {"source": "upload", "taken": 700, "rejected": 1}
        and job["done"] == job["total"] == 701
    )
    assert len(events(house)) - before == 700
    again = house.ended(operator.post("/v1/dead-letters/retry", json={"source": "upload"}))
    assert again["result"] == {"source": "upload", "taken": 0, "rejected": 1}
    problem(operator.post("/v1/dead-letters/retry", json={"source": "nothing"}), 404)
    problem(house.caller("viewer").post("/v1/dead-letters/retry", json={"source": "upload"}), 403)


def test_the_export_has_a_line_for_each_letter_masked_by_role(house: World) -> None:
    masked = house.caller("viewer").get("/v1/dead-letters/export", params={"unmask": True})
    assert masked.status_code == 200 and masked.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in masked.text.splitlines()]
    assert len(lines) == 6 and "13800138001" not in masked.text
    clear = house.caller("operator").get("/v1/dead-letters/export", params={"unmask": True})
    assert {json.loads(line)["raw"] for line in clear.text.splitlines()} == {
        letter.raw for letter in waiting(house.engine.database)
    }
    assert house.caller("viewer").get("/v1/dead-letters/export", params={"source": "no"}).text == ""


def test_a_long_row_is_cut_in_the_list_and_whole_by_itself(house: World) -> None:
    raw = json.dumps({"text": "x" * 5000})
    keep(house.engine.database, [DeadLetter("upload", 0, None, "message", "odd", raw)])
    listed = letters(house, "analyst", source="upload", unmask=True)["upload", 0]
    assert listed["cut"] and len(listed["raw"]) == 2000
    whole = house.caller("analyst").get(f"/v1/dead-letters/{listed['id']}", params={"unmask": True}).json()
    assert not whole["cut"] and whole["raw"] == raw
    problem(house.caller("analyst").get("/v1/dead-letters/" + "0" * 32), 404)


@pytest.mark.parametrize("journalled", [False, True])
def test_a_crash_in_the_middle_of_a_retry_takes_no_row_in_twice(folder: Path, journalled: bool) -> None:
    world = World(folder)
    letter = next(each for each in waiting(world.engine.database) if each.channel == "transfer")
    # The state that a kill leaves behind: the intent is written down, the event journalled or not.
    with world.engine.database.begin() as connection:
        value = json.dumps({"number": 1, "ids": [letter.id]})
        connection.execute(insert(facts).values(name=INTENT, value=value))
    if journalled:
        row = {"payer": "6222000011112222", "payee": "6222000011113333", "amount": 7, "ts": 1772416800000}
        table, _, _ = rows_to_table(world.house.knowledge.schemas["transfer"], [row])
        world.desk.ingest(single_channel("transfer", table), {POSITION: 1})
    world.close()
    world = World(folder)
    found = letters(world)
    assert found["transfers.jsonl", 0]["state"] == ("retried" if journalled else "waiting")
    with world.engine.database.connect() as connection:
        assert connection.execute(select(facts.c.value).where(facts.c.name == INTENT)).scalar() is None
    world.close()


def test_the_lines_of_an_upload_can_be_mended_after_the_file_is_gone(house: World) -> None:
    operator = house.caller("operator")
    answer = operator.post(
        "/v1/ingest",
        params={"format": "csv", "channel": "call", "name": "up.csv", "map": ["duration=seconds"]},
        content=b"caller,callee,ts,seconds\n13800138000,13900139000,2026-03-02 10:00:00,long\n",
    )
    assert house.ended(answer)["result"]["rejected"] == 1
    letter = next(each for (name, _), each in letters(house).items() if "up" in name)
    assert letter["columns"] == ["caller", "callee", "ts", "seconds"]
    mended = {**letter["values"], "seconds": 30}
    answer = operator.post(f"/v1/dead-letters/{letter['id']}/retry", json={"row": mended})
    assert answer.status_code == 200, answer.text
    assert (events(house)[-1]["caller"], events(house)[-1]["duration"]) == ("13800138000", 30.0)
