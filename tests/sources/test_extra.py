"""Unknown columns are kept as JSON."""

from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.sources.extra import pack_extra

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 6).flatmap(
        lambda rows: st.dictionaries(
            st.text(max_size=4), st.lists(TEXTS, min_size=rows, max_size=rows), max_size=4
        )
    )
)
def test_every_present_text_comes_back(columns):
    columns.pop("extra", None)
    rows = len(next(iter(columns.values()), []))
    packed = pack_extra({name: pa.array(values, pa.string()) for name, values in columns.items()}, rows)
    assert len(packed) == rows
    for row, text in enumerate(packed.to_pylist()):
        kept = {name: values[row] for name, values in columns.items() if values[row] is not None}
        assert (json.loads(text) if text else {}) == kept


def test_types():
    columns = {
        "n": pa.array([1, None]),
        "f": pa.array([1.5, float("nan")]),
        "b": pa.array([True, None]),
        "d": pa.array([date(2024, 1, 1), None]),
        "l": pa.array([[1, 2], None]),
        "raw": pa.array([b"\xff", None]),
    }
    first, second = pack_extra(columns, 2).to_pylist()
    assert json.loads(first) == {"n": 1, "f": 1.5, "b": True, "d": "2024-01-01", "l": [1, 2], "raw": "/w=="}
    assert json.loads(second) == {"f": None}


def test_a_packed_column_is_passed_on():
    assert pack_extra({"extra": pa.array(['{"a":1}', None])}, 2).to_pylist() == ['{"a":1}', None]


@pytest.mark.parametrize("rows", [0, 3])
def test_nothing_unknown(rows):
    assert pack_extra({}, rows).to_pylist() == [None] * rows
    assert pack_extra({"a": pa.nulls(rows)}, rows).to_pylist() == [None] * rows
