"""Keys: fixed for ever, well mixed, the same one by one and by column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.domain.hashing import combine, hash_column, hash_text

VECTORS = {
    "": 0x302AD5386E4FC21D,
    "1": 0x58B10802CF28AB1B,
    "13800138000": 0x5A605CACD8F4196F,
    "example.com": 0x8020EA85C5A3264D,
    "獬豸": 0x1C16C240B3CA5B48,
    "exactly8": 0xB0A1F2B8BC07AB7C,
    "a text that is longer than three words of eight bytes": 0xB7803D00F68509E5,
}


@pytest.mark.parametrize(("text", "key"), VECTORS.items())
def test_the_function_never_changes(text, key):
    assert hash_text(text) == key


@settings(deadline=None)
@given(
    st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)), st.integers(0, 3)
)
def test_a_column_is_its_values_one_by_one(texts, start):
    expected = [0 if text is None else hash_text(text) for text in texts[start:]]
    for type_ in (pa.string(), pa.large_string()):
        column = pa.array(texts, type_).slice(start)
        assert hash_column(column).tolist() == expected
        assert hash_column(column.dictionary_encode()).tolist() == expected
        assert hash_column(pa.chunked_array([column, column])).tolist() == expected * 2
    assert 0 not in [key for key, text in zip(expected, texts[start:], strict=True) if text is not None]


def test_keys_are_spread_and_distinct():
    keys = hash_column(pa.array([f"138{number:08d}" for number in range(200_000)]))
    assert len(np.unique(keys)) == 200_000
    for shift in (0, 20, 58):
        counts = np.bincount((keys >> np.uint64(shift)).astype(np.int64) & 63, minlength=64)
        assert abs(counts - 200_000 / 64).max() < 6 * (200_000 / 64) ** 0.5


def test_one_bit_of_the_text_turns_half_of_the_key():
    changed = [hash_text("1380013800" + chr(48 ^ bit)) ^ hash_text("13800138000") for bit in (1, 2, 4, 8)]
    assert all(16 <= bin(value).count("1") <= 48 for value in changed)


def test_pairs():
    a = hash_column(pa.array(["x", "y", None, "x"]))
    b = hash_column(pa.array(["y", "x", "x", None]))
    keys = combine(a, b)
    assert keys[0] != keys[1] and keys[2] == keys[3] == 0
    assert keys[0] == 0x16E54739BE4B5E5D
    with pytest.raises(ValueError, match="paired"):
        combine(a, b[:1])
