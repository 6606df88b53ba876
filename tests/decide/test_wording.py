"""Values as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.decide.discretion import shortened
from xiezhi.decide.wording import fill, humanise, names_in
from xiezhi.domain.columns import Variable
from xiezhi.domain.errors import XiezhiError


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (None, "", "—", "—"),
        (math.nan, "s", "—", "—"),
        (True, "", "是", "yes"),
        (12345.0, "", "12,345", "12,345"),
        (0.5, "", "0.5", "0.5"),
        (0.8333, "%", "83.3%", "83.3 %"),
        (1.0, "%", "100%", "100 %"),
        (50000.0, "CNY", "50,000 元", "CNY 50,000"),
        (0.1, "CNY", "0.1 元", "CNY 0.1"),
        (0.0, "s", "0 秒", "0 s"),
        (45.0, "s", "45 秒", "45 s"),
        (200.0, "s", "3 分 20 秒", "3 min 20 s"),
        (3600.0, "s", "1 小时", "1 h"),
        (90061.0, "s", "1 天 1 小时", "1 d 1 h"),
        (1_700_000_000_000.0, "ms", "2023-11-15 06:13:20", "2023-11-15 06:13:20"),
        ("短信", "", "短信", "短信"),
        ("长" * 50, "", "长" * 39 + "…", "长" * 39 + "…"),
    ],
)
def test_values_are_written_for_people(value, unit, zh, en):
    assert humanise(value, unit, "zh") == zh
    assert humanise(value, unit, "en") == en


def test_a_template_is_filled_by_unit_and_form():
    variables = {"caller.gap": Variable("caller.gap", "number", "", "", "s")}
    values = {"caller.gap": 90.0, "caller.share": 0.25}
    assert (
        fill("{caller.gap}，占 {caller.share:%}，{other}", values, variables, "zh") == "1 分 30 秒，占 25%，—"
    )


def test_stray_braces_are_refused():
    assert names_in("{a.b} {c:%} {a.b}", "x: en") == ("a.b", "c")
    for bad in ("{a", "a}", "{}", "{a:d}"):
        with pytest.raises(XiezhiError, match="belongs to no name"):
            names_in(bad, "x: en")


@given(st.text(min_size=8, max_size=30))
def test_no_masking_but_none_shows_the_whole(text: str):
    assert shortened(text, "none") == text
    for masking in ("middle", "tail", "hash", "hide"):
        shown = shortened(text, masking)
        assert text not in shown
        assert "****" in shown or shown.startswith("#")
