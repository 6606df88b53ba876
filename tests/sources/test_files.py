"""Files of every format through `open_source`."""

from __future__ import annotations

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.helpers import (
    CALL,
    DATA,
    MESSAGE,
    SCHEMAS,
    TRANSFER,
    VISIT,
    present,
    read_all,
    read_text,
    written,
)
from xiezhi.domain.errors import XiezhiError
from xiezhi.sources import UNDATED, SourceOptions, expand_paths, open_source

HEADER = "ts,caller,callee,duration\n"
ROW = "2024-01-01 10:00,13800138000,+86 139-0013-9000,30\n"
EVENT = {"ts": 1704074400000, "caller": "13800138000", "callee": "13900139000", "duration": 30.0}
RELAXED = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_csv(tmp_path):
    assert read_text(tmp_path, "calls.csv", HEADER + ROW) == ([EVENT], [])
    assert read_text(tmp_path, "calls.csv", "\ufeff" + (HEADER + ROW).replace("\n", "\r\n")) == ([EVENT], [])
    assert read_text(tmp_path, "calls.tsv", (HEADER + ROW[:-1]).replace(",", "\t")) == ([EVENT], [])
    assert read_text(tmp_path, "calls.csv.gz", gzip.compress((HEADER + ROW).encode())) == ([EVENT], [])
    zst = pa.Codec("zstd").compress((HEADER + ROW).encode(), asbytes=True)
    assert read_text(tmp_path, "calls.csv.zst", zst) == ([EVENT], [])
    chinese = "时间,主叫,ts,caller,callee,note\n1,2,2024-01-01 10:00,a1,b1,诈骗\n"
    rows, bad = read_text(
        tmp_path, "calls.csv", chinese.encode("gb18030"), options=SourceOptions(encoding="gb18030")
    )
    assert bad == [] and json.loads(rows[0]["extra"]) == {"时间": "1", "主叫": "2", "note": "诈骗"}


def test_a_bad_row_stops_nothing_and_keeps_its_number_line_and_text(tmp_path):
    lines = [
        ROW,
        "2024-01-01 10:00,13800138000,x\n",
        "\n",
        ROW,
        "2024-01-01 10:00,13800138000,b,1,2\n",
        "not a time,,b,-1\n",
        "2024-01-01 10:00,\xff\xfe,b,1\n",
        '2024-01-01 10:00,"never closed,b,1\n',
        ROW,
        f"2024-01-01 10:00,a1,{'9' * 1_500_000},1\n",
        "2024-01-01 10:00,#NAME?,b,1\n",
        "2024-01-01 10:00,a\x00b,b1,1\n",
        ROW,
    ]
    content = HEADER.encode() + "".join(lines).encode("latin-1")
    path = written(tmp_path, "calls.csv", content)
    table, numbers, bad = read_all(open_source(path))
    assert numbers == [0, 2, 7, 11] and present(table) == [EVENT] * 4
    assert [(row.row, row.line) for row in bad] == [
        (1, 3),
        (3, 6),
        (4, 7),
        (5, 8),
        (6, 9),
        (8, 11),
        (9, 12),
        (10, 13),
    ]
    reasons = [
        "3 columns instead of 4",
        "5 columns instead of 4",
        "`ts` is no time",
        "not UTF-8",
        "not closed",
    ]
    reasons += ["longer than", "`caller` is missing", "`caller` is no phone"]
    for row, reason in zip(bad, reasons, strict=True):
        assert reason in row.reason and row.file == str(path)
    assert "`duration` is negative: -1" in bad[2].reason and "`caller` is missing" not in bad[2].reason
    assert bad[0].raw == "2024-01-01 10:00,13800138000,x"
    assert len(bad[5].raw) == 65_536


def test_quotes(tmp_path):
    lines = [
        "text,sender",
        '"two',
        'lines, ""quoted""",95588',
        '"say "hi" now",95588',
        '5" pipe,95588',
        '"",95588',
    ]
    rows, bad = read_text(tmp_path, "messages.csv", "\n".join([*lines, '"x"y,95588', ""]))
    assert [row["text"] for row in rows] == ['two\nlines, "quoted"', 'say "hi" now', '5" pipe']
    assert [(row.row, row.line) for row in bad] == [(3, 6), (4, 7)]
    assert "`text` is missing" in bad[0].reason


def test_an_unclosed_quote_spoils_its_own_line_only(tmp_path):
    content = HEADER + '2024-01-01,"a1,b1,1\n' + '2024-01-01,"a2",b2,2\n' * 3
    rows, bad = read_text(tmp_path, "calls.csv", content)
    assert [row["caller"] for row in rows] == ["a2"] * 3
    assert [row.row for row in bad] == [0]


def test_lines_without_end_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", 1 << 16)
    monkeypatch.setattr("xiezhi.sources.csv_blocks.MAX_RECORD", 1 << 17)
    content = HEADER + ROW + "x" * 1_000_000 + "\n" + ROW + '"' + "y" * 1_000_000 + "\n" + ROW
    rows, bad = read_text(tmp_path, "calls.csv", content)
    assert rows == [EVENT] * 3
    assert [(row.row, row.line) for row in bad] == [(1, 3), (3, 5)]


CELLS = st.text(st.sampled_from('ab1 ,"\n\r;é中'), max_size=6)


@RELAXED
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=12), st.integers(5, 40))
def test_csv_reads_what_the_standard_library_writes_however_blocks_fall(tmp_path, monkeypatch, cells, block):
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", 1 << 20)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["text", "note"])
    writer.writerows(cells)
    path = written(tmp_path, "messages.csv", out.getvalue())
    source = open_source(path, MESSAGE)
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", block)
    table, _, bad = read_all(source)
    assert table.column("text").to_pylist() == [text for text, _ in cells if text]
    assert len(bad) == sum(text == "" for text, _ in cells)
    notes = [json.loads(extra)["note"] if extra else "" for extra in table.column("extra").to_pylist()]
    assert notes == [note for text, note in cells if text]


@RELAXED
@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_break_the_csv_reader_or_depend_on_blocks(tmp_path, monkeypatch, noise, block):
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", 1 << 20)
    noisy = b"text,id\n" + noise.replace(b"e", b'"').replace(b"a", b"\n").replace(b"b", b",")
    source = open_source(written(tmp_path, "messages.csv", noisy), MESSAGE)
    whole = read_all(source)
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", block)
    small = read_all(source, rows=3)
    assert (small[0].to_pylist(), small[1], small[2]) == (whole[0].to_pylist(), whole[1], whole[2])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_reading_from_any_row_gives_the_rest(tmp_path, kind):
    rows = [
        {"ts": 1700000000 + n, "caller": f"a{n}" if n % 7 else "b ad", "callee": "b1"} for n in range(100)
    ]
    path = tmp_path / f"calls.{kind}"
    if kind == "csv":
        path.write_text(
            "ts,caller,callee\n" + "".join(f"{r['ts']},{r['caller']},{r['callee']}\n" for r in rows)
        )
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=30)
    source = open_source(path)
    table, numbers, bad = read_all(source)
    assert numbers == [n for n in range(100) if n % 7] and [row.row for row in bad] == list(range(0, 100, 7))
    for start in (1, 29, 30, 31, 99, 100, 500):
        later, later_numbers, later_bad = read_all(source, start, rows=8)
        assert later_numbers == [n for n in numbers if n >= start]
        assert later.to_pylist() == table.slice(len(numbers) - len(later_numbers)).to_pylist()
        assert later_bad == [row for row in bad if row.row >= start]


def test_jsonl(tmp_path):
    lines = [
        json.dumps(
            {"ts": 1704074400, "from": 13800138000, "To": "13900139000", "duration": 30, "x": {"deep": [1]}}
        ),
        "",
        "{broken",
        "[1, 2]",
        json.dumps({"ts": 1704074400, "caller": "13800138000", "callee": "13900139000", "duration": "30"}),
        '{"ts": 1704074400, "caller": "a1", "callee": "b1", "x": ' + "[" * 40 + "]" * 40 + "}",
        "[" * 100_000,
        '{"ts": 1704074400, "caller": "a1", "callee": "\\ud800"}',
        '{"ts": 1704074400, "caller": "a1", "callee": null}',
    ]
    rows, bad = read_text(tmp_path, "calls.jsonl", "\ufeff" + "\n".join(lines), channel=CALL)
    assert rows == [{**EVENT, "extra": '{"x":{"deep":[1]}}'}, EVENT]
    assert [(row.row, row.line) for row in bad] == [(1, 3), (2, 4), (4, 6), (5, 7), (6, 8), (7, 9)]
    assert "no JSON" in bad[0].reason and "no JSON object" in bad[1].reason and "nested" in bad[2].reason
    assert "`callee` is missing" in bad[5].reason


def test_long_json_lines_are_bad_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("xiezhi.sources.jsonl_file.MAX_LINE", 1000)
    monkeypatch.setattr("xiezhi.sources.inputs.BLOCK", 300)
    good = json.dumps({"text": "hello"})
    rows, bad = read_text(tmp_path, "messages.jsonl", f"{good}\n{'x' * 5000}\n{good}\n{'y' * 5000}")
    assert [row["text"] for row in rows] == ["hello", "hello"]
    assert [(row.row, row.line) for row in bad] == [(1, 2), (3, 4)]


def test_canonical_parquet_goes_through_and_is_still_checked(tmp_path):
    rows = [
        {"ts": 5, "caller": "13800138000", "callee": "b1", "extra": '{"a":1}'},
        {"ts": 6, "caller": "+86 13800138000", "callee": "b1"},
        {"ts": 7, "caller": "two words", "callee": "b1"},
        {"ts": None, "caller": "a1", "callee": "b1"},
    ]
    path = tmp_path / "part-0.parquet"
    pq.write_table(pa.Table.from_pylist(rows, CALL.arrow), path)
    table, numbers, bad = read_all(open_source(path))
    assert table.column("ts").to_pylist() == [5, 6] and numbers == [0, 1]  # milliseconds, whatever their size
    assert table.column("caller").to_pylist() == ["13800138000"] * 2
    assert [(row.row, row.reason) for row in bad] == [(2, "`caller` is no phone"), (3, "`ts` is missing")]
    assert json.loads(bad[0].raw) == {"ts": 7, "caller": "two words", "callee": "b1"}


def test_foreign_parquet(tmp_path):
    table = pa.table(
        {
            "From": pa.array([349, 350], pa.int64()),
            "To": pa.array(["x1", "x2"]).dictionary_encode(),
            "when": pa.array([1_700_000_000_000_000, None], pa.timestamp("us")),
            "Odd": [[1], None],
        }
    )
    path = tmp_path / "x.parquet"
    pq.write_table(table, path)
    rows, _, bad = read_all(open_source(path, CALL, {"ts": "when"}))
    assert present(rows) == [
        {"ts": 1_699_971_200_000, "caller": "349", "callee": "x1", "extra": '{"Odd":[1]}'}
    ]
    assert [row.reason for row in bad] == ["`ts` is missing"]


def test_undated_events_and_domains_of_urls(tmp_path):
    rows, bad = read_text(
        tmp_path, "visits.csv", "url\nHTTP://Evil.Example/a\nhttp://x@[2001:db8::1]:80/\nhttp://host/\n"
    )
    assert bad == []
    assert rows[0] == {"ts": UNDATED, "url": "http://evil.example/a", "domain": "evil.example"}
    assert rows[1]["domain"] == "2001:db8::1" and "domain" not in rows[2]


@pytest.mark.parametrize(
    ("name", "header", "mapping", "channel"),
    [
        ("calls.csv", "ts,caller,callee,text", {}, "call"),
        ("call-2024-06.csv", "ts,caller,callee", {}, "call"),
        ("x.csv", "time,From,TO,Cell.Tower", {}, "call"),
        ("x.csv", "text,label", {}, "message"),
        (
            "x.csv",
            "sourceNodeId,value,time,targetNodeId",
            {"payer": "sourceNodeId", "payee": "targetNodeId"},
            "transfer",
        ),
    ],
)
def test_the_channel_is_inferred(tmp_path, name, header, mapping, channel):
    path = written(tmp_path, name, header + "\n")
    assert open_source(path, mapping=mapping).channel.name == channel


def test_errors_say_what_is_missing_and_what_to_do(tmp_path):
    path = written(tmp_path, "x.csv", "colour,shape\nred,round\n")
    with pytest.raises(XiezhiError, match=r"calls: no column for ts, caller, callee") as error:
        open_source(path)
    assert all(schema.plural in str(error.value) for schema in SCHEMAS.values())
    path = written(tmp_path, "x.csv", "ts,kaller,callee\n")
    with pytest.raises(XiezhiError, match=r"did you mean `kaller`.*--map caller=kaller"):
        open_source(path, CALL)
    with pytest.raises(XiezhiError, match=r"have no field `caler`.*\n.*did you mean `caller`"):
        open_source(path, CALL, {"caler": "kaller"})
    with pytest.raises(XiezhiError, match=r"no column `Kaler`.*\n.*did you mean `kaller`"):
        open_source(path, CALL, {"caller": "Kaler"})
    both = written(tmp_path, "y.csv", "account,operation,url\n")
    with pytest.raises(XiezhiError, match=r"could be visits or accounts|could be accounts or visits"):
        open_source(both)
    with pytest.raises(XiezhiError, match="two columns are called `ts`"):
        open_source(written(tmp_path, "z.csv", "ts,ts\n"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("calls.csv", b"", "is empty"),
        ("calls.csv", b"\n\n", "is empty"),
        ("calls.csv", "ts,caller\n".encode("utf-16"), "UTF-16"),
        ("calls.csv", "时间,主叫\n".encode("gb18030"), "header is not UTF-8"),
        ("calls.jsonl", b"", "no JSON object"),
        ("calls.parquet", b"PAR1 not really", "cannot be read"),
        ("calls.parquet", b"", "cannot be read"),
        ("calls.csv.gz", b"not gzip", "cannot be read"),
        ("calls.xlsx", b"x", "no format that can be read"),
    ],
)
def test_files_that_cannot_be_read_at_all(tmp_path, name, content, message):
    with pytest.raises(XiezhiError, match=message):
        open_source(written(tmp_path, name, content))


def test_paths(tmp_path):
    for name in ("b.csv", "a.jsonl.gz", "notes.md", ".hidden.csv", "c.parquet"):
        written(tmp_path, name, "x")
    (tmp_path / "truth").mkdir()
    written(tmp_path / "truth", "d.csv", "x")
    names = [str(tmp_path / name) for name in ("a.jsonl.gz", "b.csv", "c.parquet")]
    assert expand_paths([tmp_path]) == names
    assert expand_paths([tmp_path / "b.csv", tmp_path, "-"]) == [names[1], names[0], names[2], "-"]
    with pytest.raises(XiezhiError, match=r"no such file"):
        expand_paths([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(XiezhiError, match="holds no file that can be read"):
        expand_paths([tmp_path / "empty"])
    with pytest.raises(XiezhiError, match="is a folder"):
        open_source(tmp_path)
    with pytest.raises(XiezhiError, match="cannot be read"):
        open_source(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("content", [HEADER + ROW, json.dumps(EVENT) + "\n"])
def test_standard_input(monkeypatch, content):
    class Fake:
        buffer = io.BytesIO(content.encode())

    monkeypatch.setattr("sys.stdin", Fake)
    source = open_source("-", CALL)
    table, _, bad = read_all(source)
    assert present(table) == [EVENT] and bad == []
    with pytest.raises(XiezhiError, match="read already"):
        read_all(source)


def test_real_calls():
    path = DATA / "vast2008-cdr" / "CellPhoneCallRecords.csv"
    if not path.exists():
        pytest.skip("the VAST 2008 call records are not here")
    table, _, bad = read_all(open_source(path, CALL, {"ts": "DateTime", "duration": "Duration.seconds."}))
    assert table.num_rows + len(bad) == 9834 and all("negative" in row.reason for row in bad)
    assert table.column("cell").null_count == 0


def test_real_transfers_and_sites():
    folder = DATA / "amlsim-samples" / "20K_cycle200"
    if not folder.exists():
        pytest.skip("the AMLSim samples are not here")
    mapping = {"payer": "sourceNodeId", "payee": "targetNodeId", "amount": "value", "ts": "time"}
    table, _, bad = read_all(open_source(folder / "transactions.csv", TRANSFER, mapping, SourceOptions("d")))
    assert bad == [] and table.num_rows == 117_805 and table.column("ts")[0].as_py() == 86_400_000
    for path in sorted((DATA / "jpcert-phishurl").glob("*.csv"))[:6]:
        _, numbers, bad = read_all(open_source(path, VISIT))
        assert len(bad) < 0.01 * len(numbers)
