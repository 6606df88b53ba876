"""Files through the door: taken in once, whatever happens in between."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.api.doors.worlds import World, apart
from xiezhi.api import ingest

HEAD = b"id,caller,callee,ts\n"
ROWS = [b"c%d,13900139%03d,13800138000,%d\n" % (at, at, 1_790_000_000_000 + at * 1000) for at in range(500)]
CSV = HEAD + b"".join(ROWS)


def send(world: World, body: Any, status: int = 202, **query: Any) -> Any:
    answer = world.caller().post("/v1/ingest", params={"format": "csv", **query}, content=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def leftovers(world: World) -> list[str]:
    return [path.name for path in ingest.incoming(world.house.store).rglob("*") if path.is_file()]


def test_a_file_is_decided_on_and_the_same_file_changes_nothing(empty: World) -> None:
    job = empty.ended(send(empty, CSV, channel="call", name="calls.csv"))
    assert job["state"] == "done" and job["progress"] == 1 and job["kind"] == "ingest"
    assert job["result"] | {"source": ""} == {
        "source": "", "channel": "call", "events": 500, "rejected": 0, "taken_before": 0,
    }  # fmt: skip
    assert empty.get("/v1/events", limit=1)["items"][0]["id"] == "c499"
    again = empty.ended(send(empty, CSV, channel="call", name="calls.csv"))
    assert again["result"]["events"] == 0 and again["result"]["taken_before"] == 500
    assert empty.house.desk.engine.end == 500 and leftovers(empty) == []


def test_a_file_that_broke_off_goes_on_where_it_stopped(
    empty: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "SLICE", 100)
    kept, taken = empty.house.desk.ingest, []

    def two_slices(*arguments: Any) -> Any:
        if len(taken) == 2:
            raise RuntimeError("the process was killed here")
        taken.append(arguments)
        return kept(*arguments)

    monkeypatch.setattr(empty.house.desk, "ingest", two_slices)
    assert empty.ended(send(empty, CSV, channel="call"))["state"] == "failed"
    monkeypatch.setattr(empty.house.desk, "ingest", kept)
    job = empty.ended(send(empty, CSV, channel="call"))
    assert job["result"]["taken_before"] == 200 and job["result"]["events"] == 300
    ids = [row["id"] for row in empty.get("/v1/events", limit=500)["items"]]
    assert ids == [f"c{at}" for at in range(499, -1, -1)]


def test_bad_rows_go_to_the_dead_letters_under_the_upload_s_name(empty: World) -> None:
    body = HEAD + b"a,,13800138000,1790000000000\n" + ROWS[1] + b"b,139,\xff,1790000000000\n"
    job = empty.ended(send(empty, body, channel="call", name="../../etc/calls.csv"))
    assert job["result"]["events"] == 1 and job["result"]["rejected"] == 2
    letters = empty.get("/v1/dead-letters")["items"]
    assert {letter["row"] for letter in letters} == {0, 2}
    assert all(letter["source"] == job["result"]["source"] for letter in letters)
    assert job["result"]["source"].endswith("/calls.csv") and ".." not in job["result"]["source"]


def test_columns_may_be_named_otherwise_and_formats_vary(empty: World) -> None:
    body = b"From;To;When\n13900139001;13800138000;1790000000\n"
    mapping = ["caller=From", "callee=To", "ts=When"]
    job = empty.ended(send(empty, body, channel="call", map=mapping, time_unit="s"))
    assert job["state"] == "done" and job["result"]["events"] == 1
    lines = b'{"sender":"95588","receiver":"13800138000","text":"hi","ts":1790000000000}\n'
    job = empty.ended(send(empty, lines, format="jsonl"))
    assert job["result"]["channel"] == "message" and job["result"]["events"] == 1
    table = pa.table({"caller": ["13900139001"], "callee": ["13800138000"], "ts": [1_790_000_000_000]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    job = empty.ended(send(empty, sink.getvalue(), format="parquet", channel="call"))
    assert job["state"] == "done" and job["total"] == 1 and empty.house.desk.engine.end == 3


@pytest.mark.parametrize(
    ("body", "query", "told"),
    [
        (b"nothing that is known\n1\n", {}, "upload.csv"),
        (b"a,a\n1,2\n", {"channel": "call"}, "two columns"),
        (b"PAR1 is none", {"format": "parquet", "channel": "call"}, "upload.parquet"),
    ],
)
def test_a_file_that_can_not_be_read_fails_with_its_name_and_leaves_nothing(
    world: World, body: bytes, query: dict[str, str], told: str
) -> None:
    job = world.ended(send(world, body, **query))
    assert job["state"] == "failed" and told in job["error"]
    assert str(world.house.store.root) not in job["error"] and leftovers(world) == []


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (CSV, {"format": "xlsx"}),
        (CSV, {"channel": "nonsense"}),
        (CSV, {"map": "nonsense"}),
        (CSV, {"time_unit": "y"}),
        (b"", {}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(world: World, body: bytes, query: dict[str, str]) -> None:
    assert send(world, body, 422, **query)["title"]
    assert leftovers(world) == []


def test_a_file_that_is_too_large_is_refused_whether_it_says_so_or_not(tmp_path: Any) -> None:
    with World(tmp_path / "store", ingest_bytes=5_000) as world:
        assert "5000" in send(world, CSV, 413)["title"]

        def stream() -> Iterator[bytes]:
            yield from ROWS

        assert "5000" in send(world, stream(), 413)["title"]
        assert leftovers(world) == [] and world.house.desk.engine.end == 0


def test_a_caller_who_drops_in_the_middle_leaves_nothing(empty: World) -> None:
    async def drop() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        parts = iter(
            [
                {"type": "http.request", "body": CSV[:3000], "more_body": True},
                {"type": "http.disconnect"},
            ]
        )

        async def receive() -> dict[str, Any]:
            return next(parts)

        async def tell(message: Any) -> None:
            sent.append(message)

        headers = [
            (b"authorization", f"Bearer {empty.key('administrator')}".encode()),
            (b"transfer-encoding", b"chunked"),
        ]
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": "POST", "scheme": "http", "path": "/v1/ingest", "raw_path": b"/v1/ingest", "root_path": "",
            "query_string": b"format=csv&channel=call", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        try:
            await empty.app(scope, receive, tell)
        except Exception as error:
            assert type(error).__name__ == "ClientDisconnect"
        return sent

    apart(drop())
    assert leftovers(empty) == [] and empty.get("/v1/jobs")["items"] == []
    assert (
        empty.house.desk.engine.end == 0
        and empty.decide(channel="call", caller="1", callee="2")["offset"] == 0
    )


def test_what_an_earlier_server_left_lying_is_cleared_away(tmp_path: Any) -> None:
    lost = tmp_path / "store" / "incoming" / "0123" / "calls.csv"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(CSV)
    with World(tmp_path / "store") as world:
        assert leftovers(world) == []
