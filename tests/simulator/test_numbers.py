from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.domain.batch import Int64
from xiezhi.simulator import rhythm
from xiezhi.simulator.plans import Plans, shuffle
from xiezhi.simulator.strings import column, digits, hexadecimals, luhn


def luhn_holds(text: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(text)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@given(st.lists(st.integers(0, 10**12 - 1), max_size=30), st.integers(12, 15))
def test_digits_are_zero_padded_decimals(values: list[int], width: int) -> None:
    made = column(digits(np.array(values, dtype=np.int64), width))
    assert made.to_pylist() == [f"{value:0{width}d}" for value in values]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30))
def test_hexadecimals(values: list[int]) -> None:
    made = column(hexadecimals(np.array(values, dtype=np.uint64)))
    assert made.to_pylist() == [f"{value:016x}" for value in values]


@given(st.lists(st.integers(0, 10**14 - 1), min_size=1, max_size=30), st.sampled_from([13, 14, 15]))
def test_check_digits_hold(values: list[int], width: int) -> None:
    body = digits(np.array(values, dtype=np.int64) % 10**width, width)
    assert all(luhn_holds(text) for text in column(body, luhn(body)).to_pylist())


@given(st.integers(2, 5_000), st.integers(0, 99))
def test_a_shuffle_is_a_bijection(size: int, seed: int) -> None:
    places = shuffle(size, seed)(np.arange(size, dtype=np.int64))
    assert sorted(places.tolist()) == list(range(size))


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 10), min_size=1, max_size=40))
def test_apportioning_is_exact_and_never_off_by_more_than_one(total: int, shares: list[float]) -> None:
    parts = rhythm.apportion(total, np.array(shares))
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(shares) / sum(shares)) <= 1.001).all()


def test_numbers_keep_to_the_blocks_set_aside_for_them() -> None:
    plans, index = Plans(6), np.arange(5_000, dtype=np.int64)
    for numbers in (plans.mobile(index), plans.virtual(index), plans.iot(index)):
        texts = numbers.to_pylist()
        assert len(set(texts)) == len(texts)
        assert all(len(text) == 11 and text[0] == "1" and text[3:5] == "00" for text in texts)
    assert all(text.startswith("010555") and len(text) == 11 for text in plans.landline(index).to_pylist())
    assert all(luhn_holds(text) and len(text) == 15 for text in plans.imei(index).to_pylist())
    assert all(luhn_holds(text) and len(text) == 16 for text in plans.card(index, index % 6).to_pylist())


def test_addresses_are_reserved_ones() -> None:
    index: Int64 = np.arange(2_000, dtype=np.int64)
    for text in Plans.address(index).to_pylist():
        first, second, *_ = map(int, text.split("."))
        assert first == 100 and 64 <= second < 128
    for text in Plans.server(index).to_pylist():
        assert text.startswith(("198.18.", "198.19."))
