"""Arrow tables as rules read them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from xiezhi.decide.frame import TableFrame, column_of
from xiezhi.domain.columns import Codes
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.hashing import hash_text


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.int32()])
def test_a_missing_number_is_nan(kind: pa.DataType):
    assert np.array_equal(column_of(pa.array([1, None, 3], kind)), [1.0, np.nan, 3.0], equal_nan=True)
    whole = column_of(pa.array([1, 2], kind))
    assert isinstance(whole, np.ndarray) and whole.dtype == np.float64
    assert whole.tolist() == [1.0, 2.0]


def test_a_missing_flag_is_false():
    assert column_of(pa.array([True, None, False])).tolist() == [True, False, False]
    assert column_of(pa.array([True, False])).tolist() == [True, False]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
def test_a_missing_text_has_code_minus_one(kind: pa.DataType):
    for values in (["a", None, "b", "a"], ["b", "b"], [None]):
        column = column_of(pa.array(values, kind))
        assert isinstance(column, Codes)
        assert column.codes.dtype == np.int32
        assert [column.at(row) for row in range(len(values))] == values


def test_columns_are_made_when_asked_for_and_once():
    table = pa.record_batch({"caller": ["110", None], "duration": [1.0, 2.0]})
    calls: list[str] = []

    def computed() -> np.ndarray:
        calls.append("made")
        return np.array([5.0, 6.0])

    frame = TableFrame(table, {"caller.calls.1h": computed, "pair.is_new": np.array([True, False])})
    assert frame.rows == 2
    assert calls == []
    assert frame.column("caller.calls.1h") is frame.column("caller.calls.1h")
    assert calls == ["made"]
    assert frame.column("pair.is_new").tolist() == [True, False]
    assert frame.keys("caller").tolist() == [hash_text("110"), 0]
    assert frame.keys("caller") is frame.keys("caller")
    with pytest.raises(XiezhiError, match="no column `callee`"):
        frame.column("callee")


def test_keys_that_are_known_are_not_hashed_again():
    table = pa.record_batch({"caller": ["110"]})
    frame = TableFrame(table, keys={"caller": np.array([42], np.uint64)})
    assert frame.keys("caller").tolist() == [42]
