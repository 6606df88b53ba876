"""Rows that come as dictionaries."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.helpers import CALL, SCHEMAS, VISIT, present, written
from xiezhi.sources import UNDATED, RowReader, SourceOptions, open_source, rows_to_table
from xiezhi.sources.small import small_array

GOOD = {
    "ts": "2024-01-01 10:00:00",
    "caller": "138 0013 8000",
    "callee": "b1",
    "duration": 3,
    "answered": True,
}


def test_one_row():
    table, bad, kept = rows_to_table(CALL, [{**GOOD, "more": [1]}])
    assert present(table) == [
        {
            "ts": 1704074400000,
            "caller": "13800138000",
            "callee": "b1",
            "duration": 3.0,
            "answered": True,
            "extra": '{"more":[1]}',
        }
    ]
    assert bad == [] and kept.tolist() == [0]
    assert table.schema.equals(CALL.arrow)


def test_bad_rows_keep_place_reason_and_text():
    rows = [GOOD, {**GOOD, "caller": "two words", "duration": -1}, {"ts": 1}, GOOD, "no object"]
    table, bad, kept = rows_to_table(CALL, rows, file="http")
    assert kept.tolist() == [0, 3] and table.num_rows == 2
    assert [row.row for row in bad] == [1, 2, 4]
    assert bad[0].reason == "`caller` is no phone: 'two words'; `duration` is negative: -1"
    assert bad[1].reason == "`caller` is missing; `callee` is missing"
    assert bad[2].reason == "is no JSON object"
    assert json.loads(bad[0].raw)["caller"] == "two words" and bad[0].file == "http"


def test_mapping_arrival_and_domain():
    table, bad, _ = rows_to_table(
        VISIT, [{"u": "https://A.example/x"}], {"url": "u"}, SourceOptions(undated=77)
    )
    assert bad == []
    assert present(table) == [{"ts": 77, "url": "https://a.example/x", "domain": "a.example"}]
    assert rows_to_table(VISIT, [{"url": "a.example"}])[0].column("ts").to_pylist() == [UNDATED]


@pytest.mark.parametrize("value", ["\ud800", float("inf"), 1 << 80, {"a": "\ud800"}, [[[]]] * 3, object()])
@pytest.mark.parametrize("count", [1, 60])
def test_odd_values_never_raise(value, count):
    for name in ("caller", "duration", "ts", "answered", "id", "unknown"):
        rows = [{**GOOD, name: value}] * count
        table, bad, kept = rows_to_table(CALL, rows)
        assert table.num_rows + len(bad) == count
        assert len(kept) == table.num_rows
        table.validate(full=True)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**64),
    st.floats(),
    st.sampled_from(
        [
            "",
            "NULL",
            "nan",
            "1",
            "2024-01-01",
            "13800138000",
            "+86 13800138000",
            "login",
            "x y",
            "http://a.b/",
            "是",
        ]
    ),
    st.text(max_size=6),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(SCHEMAS)), st.data())
def test_few_rows_and_many_rows_are_read_alike(channel, data):
    schema = SCHEMAS[channel]
    names = st.sampled_from([*schema.by_name, "unknown", "Time", schema.fields[2].name.upper()])
    keys = data.draw(st.lists(names, unique=True, min_size=1))
    rows = data.draw(
        st.lists(st.lists(VALUES, min_size=len(keys), max_size=len(keys)), min_size=1, max_size=4)
    )
    dictionaries = [dict(zip(keys, row, strict=True)) for row in rows]
    reader = RowReader(schema)
    few, many = reader.read(dictionaries), reader.read(dictionaries * 50)
    times = len(few.kept)
    assert many.table.slice(0, times).to_pylist() == few.table.to_pylist()
    assert many.kept[:times].tolist() == few.kept.tolist()
    assert {row: reason for row, reason in many.faults.items() if row < len(rows)} == few.faults


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CALL.arrow.types), st.data())
def test_small_arrays_are_arrow_arrays(kind, data):
    import pyarrow as pa

    values = {
        pa.string(): st.text(st.characters(exclude_categories=["Cs"])),
        pa.int64(): st.integers(-(2**63), 2**63 - 1),
    }
    values |= {pa.float64(): st.floats(allow_nan=False), pa.bool_(): st.booleans()}
    wanted = data.draw(st.lists(st.none() | values[kind], max_size=20))
    made = small_array(wanted, kind)
    made.validate(full=True)
    assert made.equals(pa.array(wanted, kind))


def test_lines_with_different_keys(tmp_path):
    rows = [
        {"ts": n, "caller": f"a{n}", "callee": "b1"} if n % 2 else {"time": n, "from": f"a{n}", "to": "b1"}
        for n in range(200)
    ]
    source = open_source(written(tmp_path, "calls.jsonl", "\n".join(map(json.dumps, rows))), CALL)
    (chunk,) = source.chunks()
    assert chunk.bad == [] and chunk.table.column("caller").to_pylist() == [f"a{n}" for n in range(200)]
