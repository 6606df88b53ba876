"""Values of every type: what is taken, what is refused and why; by column as one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.helpers import CALL, SCHEMAS, TRANSFER
from xiezhi.domain.schema import Field
from xiezhi.sources.columns import read_column
from xiezhi.sources.numbers import fast_numbers, parse_number
from xiezhi.sources.times import fast_times, parse_time
from xiezhi.sources.unfit import Unfit
from xiezhi.sources.values import reader_of

CHINA = timezone(timedelta(hours=8))


def ms(*parts: int, zone: timezone = CHINA) -> int:
    return int(datetime(*parts, tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2006-06-01 00:08", ms(2006, 6, 1, 0, 8)),
        ("2006-06-01T00:08:09", ms(2006, 6, 1, 0, 8, 9)),
        ("2006-06-01T00:08:09.123456", ms(2006, 6, 1, 0, 8, 9) + 123),
        ("2006-06-01T00:08:09Z", ms(2006, 6, 1, 0, 8, 9, zone=UTC)),
        ("2006-06-01 00:08:09 +00:00", ms(2006, 6, 1, 0, 8, 9, zone=UTC)),
        ("2006-06-01T00:08:09-0530", ms(2006, 6, 1, 5, 38, 9, zone=UTC)),
        ("2006-06-01", ms(2006, 6, 1)),
        ("2006/6/1", ms(2006, 6, 1)),
        ("2006/6/1 0:08", ms(2006, 6, 1, 0, 8)),
        ("6/1/2006 0:08", ms(2006, 6, 1, 0, 8)),
        ("6/1/2006 12:08:30 AM", ms(2006, 6, 1, 0, 8, 30)),
        ("20060601000809", ms(2006, 6, 1, 0, 8, 9)),
        ("2006年6月1日 0时8分", ms(2006, 6, 1, 0, 8)),
        ("２００６-06-01", ms(2006, 6, 1)),
        ("1149091680", 1_149_091_680_000),
        ("1149091680123", 1_149_091_680_123),
        ("1149091680123456", 1_149_091_680_123),
        ("1149091680.5", 1_149_091_680_500),
        ("1", 1_000),
        ("0", 0),
    ],
)
def test_times(text, expected):
    assert parse_time(text) == expected
    values, left = fast_times(pa.array([text]), 0)
    assert left[0] or values[0] == expected


NO_TIMES = (
    "yesterday|2006-13-01|2006-02-30|13/1/2006|2006-06-01 25:00|-5|nan|inf|1e400|1960-01-01|2006-06-01 00:61"
)
NO_TIMES += "|999999999999999999999|12:30|2006-06/01|#NAME?|2200-01-01 12:00|99999999999999|\x00|٣"


@pytest.mark.parametrize("text", NO_TIMES.split("|"))
def test_what_is_no_time(text):
    with pytest.raises(Unfit):
        parse_time(text)
    assert fast_times(pa.array([text]), 0)[1][0]


def test_units_of_plain_numbers():
    assert parse_time("3", 86_400_000) == 3 * 86_400_000
    assert parse_time("1.5", 3_600_000) == 5_400_000
    assert fast_times(pa.array(["3", None]), 60_000)[0].tolist() == [180_000, 0]


TIME_TEXTS = st.one_of(
    st.datetimes(datetime(1960, 1, 1), datetime(2210, 1, 1)).flatmap(
        lambda when: st.sampled_from(
            [
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%dT%H:%M:%S.%fZ",
                "%m/%d/%Y %H:%M",
                "%Y%m%d%H%M%S",
                "%Y/%m/%d",
                "%Y-%m-%d %H:%M+05:30",
            ]
        ).map(lambda form: when.strftime(form))
    ),
    st.integers(-10, 10**19).map(str),
    st.text("0123456789-/: TZ+.", max_size=24),
)


@settings(max_examples=600, deadline=None)
@given(TIME_TEXTS, st.sampled_from([0, 1000, 86_400_000]))
def test_compiled_times_are_the_slow_ones(text, unit):
    values, left = fast_times(pa.array([text]), unit)
    if not left[0]:
        assert values[0] == parse_time(text, unit)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False).map(repr), st.text("0123456789-+.eE", max_size=22)
    )
)
def test_compiled_numbers_are_the_slow_ones(text):
    values, left = fast_numbers(pa.array([text]))
    if not left[0]:
        assert np.float64(parse_number(text)).tobytes() == values[0].tobytes()


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1e999", "12a", "", "1,000", "0x10", "1_000", "--1", "."]
)
def test_what_is_no_number(text):
    with pytest.raises(Unfit):
        parse_number(text)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("answered", "是", True),
        ("answered", "0", False),
        ("answered", 1, True),
        ("answered", " TRUE ", True),
        ("answered", "NULL", None),
        ("gateway", "International", "international"),
        ("duration", "12.50", 12.5),
        ("duration", 7, 7.0),
        ("duration", "１２", 12.0),
        ("caller", 349, "349"),
        ("caller", 349.0, "349"),
        ("caller", "#NAME?", None),
        ("id", "", None),
        ("id", 17, "17"),
        ("id", " a b ", "a b"),
    ],
)
def test_what_is_taken(field, value, expected):
    read = reader_of(CALL.by_name[field])(value)
    assert read == expected and type(read) is type(expected)


@pytest.mark.parametrize(
    ("schema", "field", "value", "reason"),
    [
        ("call", "duration", "-1", "is negative: -1"),
        ("call", "duration", float("nan"), "is no number"),
        ("call", "duration", "long", "is no number: 'long'"),
        ("call", "duration", True, "is no number"),
        ("call", "answered", "maybe", "is neither true nor false"),
        ("call", "gateway", "internatonal", "did you mean `international`?"),
        ("call", "caller", "two words", "is no phone: 'two words'"),
        ("call", "ts", [1], "is no time"),
        ("call", "id", "x" * 300, "is longer than 256"),
        ("sighting", "area", "1.5", "is no whole number"),
        ("sighting", "area", 1 << 70, "does not fit 64 bits"),
        ("message", "text", "x" * 1_000_001, "is longer than"),
        ("message", "text", "\ud800", "is not Unicode"),
        ("visit", "url", "http://", "is no url"),
    ],
)
def test_what_is_refused(schema, field, value, reason):
    with pytest.raises(Unfit, match=reason.replace("?", r"\?")):
        reader_of(SCHEMAS[schema].by_name[field])(value)


def test_balances_may_be_negative_and_powers_too():
    assert reader_of(TRANSFER.by_name["balance"])("-5") == -5.0
    assert reader_of(SCHEMAS["sighting"].by_name["power"])("-97") == -97.0


FIELDS = [field for schema in SCHEMAS.values() for field in schema.fields]
SOME_TEXTS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            "nan",
            "NULL",
            "#NAME?",
            "1",
            "0",
            "-1",
            "true",
            "是",
            "sms",
            "SMS",
            " 12 ",
            "1e3",
            "2024-01-01",
            "x y",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(-5, 10**14).map(str),
)
SOME_VALUES = st.one_of(
    st.lists(SOME_TEXTS),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)),
    st.lists(st.none() | st.integers(0, 2 * 10**12)),
    st.lists(st.none() | st.floats()),
    st.lists(st.none() | st.booleans()),
)


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(FIELDS), SOME_VALUES, st.sampled_from([0, 1000]))
def test_a_column_is_its_values_one_by_one(field: Field, values, unit):
    read = reader_of(field, unit)
    expected, wrong = [], {}
    for place, value in enumerate(values):
        try:
            expected.append(read(value))
        except Unfit as unfit:
            expected.append(None)
            wrong[place] = str(unfit)
    column, faults = read_column(field, pa.array(values), unit)
    assert column.type == field.arrow_type
    good = [place for place in range(len(values)) if place not in wrong]
    found = column.to_pylist()
    assert [found[place] for place in good] == [expected[place] for place in good]
    assert set(faults) == set(wrong)


def test_arrow_times_and_other_layouts():
    ts = CALL.by_name["ts"]
    naive = pa.array([datetime(2024, 1, 1), None], pa.timestamp("us"))
    zoned = pa.array([datetime(2024, 1, 1, tzinfo=UTC), None], pa.timestamp("ns", "UTC"))
    assert read_column(ts, naive)[0].to_pylist() == [ms(2024, 1, 1), None]
    assert read_column(ts, zoned)[0].to_pylist() == [ms(2024, 1, 1, zone=UTC), None]
    assert read_column(ts, pa.array([datetime(2024, 1, 1).date()], pa.date32()))[0].to_pylist() == [
        ms(2024, 1, 1)
    ]
    early = pa.array([datetime(1950, 1, 1)], pa.timestamp("s"))
    assert read_column(ts, early)[1] == {0: "lies outside the years 1970 to 2199"}
    words = pa.array(["a1", "b2", "a1"]).dictionary_encode()
    assert read_column(CALL.by_name["caller"], words)[0].to_pylist() == ["a1", "b2", "a1"]
    assert read_column(CALL.by_name["caller"], pa.array([1, 2], pa.int32()))[0].to_pylist() == ["1", "2"]
