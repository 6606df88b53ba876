"""Compiled conditions against the plain-Python reference, on random conditions and events."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.reference import holds
from tests.decide.worlds import FLAGS, LISTS, VOCABULARY, EventFrame, event
from xiezhi.decide.compiled import compile_conditions, compile_rules
from xiezhi.decide.language.parse import parse
from xiezhi.decide.lists import ListEntry, Lists
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.hashing import hash_text
from xiezhi.domain.rules import Rule

PHONES = ("110", "13800138000", "+85212345678", "9555801")
WORDS = ("", "安全账户", "请转账到安全账户a.b", "验证码(12)", "a\nb", "domestic")
CONSTANTS = (0.0, 1.0, 2.0, 2.5, 3.0, 10.0, 60.0, 3600.0, -1.0, 1e-9, 1e12)

numbers = st.one_of(
    st.none(), st.sampled_from(CONSTANTS), st.floats(-1e6, 1e6), st.integers(0, 20).map(float)
)
events = st.lists(
    st.fixed_dictionaries(
        {
            "caller.calls.1h": numbers,
            "caller.callees.1h": numbers,
            "duration": numbers,
            "ts": st.integers(0, 10**13).map(float),
            "answered": st.booleans(),
            "pair.is_new": st.booleans(),
            "caller": st.sampled_from([None, *PHONES]),
            "callee": st.sampled_from([None, *PHONES]),
            "text": st.sampled_from([None, *WORDS]),
            "gateway": st.sampled_from([None, "domestic", "international"]),
        }
    ),
    min_size=1,
    max_size=80,
)

number_names = st.sampled_from(["caller.calls.1h", "caller.callees.1h", "duration"])
constants = st.sampled_from([f"{each:.10g}" for each in CONSTANTS])
quoted = st.sampled_from(['"安全账户"', '"a.b"', '"(12)"', '"domestic"', '"b"', '"13"', '"110"'])
values = st.recursive(
    number_names | constants | st.sampled_from(["length(text)", "hour(ts)"]),
    lambda below: st.one_of(
        st.tuples(below, st.sampled_from("+-*/"), below).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max", "share"]), below, below).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        st.tuples(st.sampled_from(["abs", "round", "minutes", "-"]), below).map(lambda t: f"{t[0]}({t[1]})"),
    ),
    max_leaves=3,
)
relations = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
texts = st.sampled_from(["caller", "text", "gateway"])
atoms = st.one_of(
    st.tuples(number_names, relations, constants).map(" ".join),
    st.tuples(values, relations, values).map(" ".join),
    st.tuples(constants, st.just("<"), number_names, st.just("<="), constants).map(" ".join),
    st.tuples(number_names, st.sampled_from(["in", "not in"]), constants, constants).map(
        lambda t: f"{t[0]} {t[1]} ({t[2]}, {t[3]})"
    ),
    st.sampled_from(FLAGS),
    st.tuples(texts, st.sampled_from(["==", "!="]), quoted).map(" ".join),
    st.tuples(texts, st.sampled_from(["in", "not in"]), quoted, quoted).map(
        lambda t: f"{t[0]} {t[1]} ({t[2]}, {t[3]})"
    ),
    st.tuples(st.sampled_from(["contains", "startswith", "endswith"]), texts, quoted, quoted).map(
        lambda t: f"{t[0]}({t[1]}, {t[2]}, {t[3]})"
    ),
    st.sampled_from(['matches(text, "[a-z]")', 'matches(text, "^请.*账户")', 'matches(caller, "^1[3-9]")']),
    st.sampled_from(["caller == callee", "caller != callee", "text == gateway", "text != gateway"]),
    st.sampled_from(['caller in list("deny_numbers")', 'callee not in list("deny_numbers")']),
    st.sampled_from(
        ["missing(duration)", "missing(text)", "missing(duration / caller.calls.1h)", "True", "False"]
    ),
)
conditions = st.recursive(
    atoms,
    lambda below: st.one_of(
        st.lists(below, min_size=2, max_size=4).map(lambda parts: "(" + " and ".join(parts) + ")"),
        st.lists(below, min_size=2, max_size=4).map(lambda parts: "(" + " or ".join(parts) + ")"),
        below.map(lambda part: f"not {part}"),
    ),
    max_leaves=8,
)


def lists_with(ends: dict[str, int | None]) -> Lists:
    lists = Lists(LISTS)
    for value, until in ends.items():
        lists.add("deny_numbers", "phone", hash_text(value), ListEntry(value, until, "", "", 0))
    return lists


@settings(max_examples=150, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=12), events, st.data())
def test_compiled_conditions_meet_the_reference(sources, rows, data):
    ends = {"110": None, "13800138000": 500}
    ts = np.array(data.draw(st.lists(st.integers(0, 1000), min_size=len(rows), max_size=len(rows))), np.int64)
    compiled = compile_conditions([("", source) for source in sources], VOCABULARY)
    lists = lists_with(ends)
    found = compiled.masks(EventFrame(rows), ts, lists)
    trees = [parse(source) for source in sources]
    wanted = [
        [holds(tree, row, int(at), {"deny_numbers": ends}) for row, at in zip(rows, ts, strict=True)]
        for tree in trees
    ]
    for source, ours, theirs in zip(sources, found.tolist(), wanted, strict=True):
        assert ours == theirs, source

    hits = compiled.hits(EventFrame(rows), ts, lists)
    pairs = list(zip(hits.rows.tolist(), hits.rules.tolist(), strict=True))
    assert pairs == [
        (row, rule) for row in range(len(rows)) for rule in range(len(sources)) if wanted[rule][row]
    ]

    cut = data.draw(st.integers(0, len(rows)))
    parts = [
        compiled.masks(EventFrame(rows[low:high]), ts[low:high], lists)
        for low, high in ((0, cut), (cut, len(rows)))
    ]
    assert np.array_equal(np.concatenate(parts, axis=1), found)


def test_blocks_of_a_large_batch_join_without_a_seam():
    rng = np.random.default_rng(7)
    rows = [event(duration=float(each)) for each in rng.integers(0, 5, 10_000)]
    compiled = compile_conditions(
        [("", "duration == 3"), ("", 'duration > 3 and contains(text, "好")')], VOCABULARY
    )
    hits = compiled.hits(EventFrame(rows))
    durations = [row["duration"] for row in rows]
    assert hits.rows[hits.rules == 0].tolist() == [at for at, each in enumerate(durations) if each == 3]
    assert hits.rows[hits.rules == 1].tolist() == [at for at, each in enumerate(durations) if each > 3]
    assert (np.diff(hits.rows) >= 0).all()


@given(
    st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=60, unique=True),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60),
)
@settings(max_examples=200, deadline=None)
def test_a_value_is_placed_right_among_any_constants(constants, found):
    relations = ["<", "<=", "==", "!=", ">", ">="]
    sources = [f"duration {relations[at % 6]} {constant!r}" for at, constant in enumerate(constants)]
    rows = [event(duration=each) for each in [*found, *constants]]
    masks = compile_conditions([("", source) for source in sources], VOCABULARY).masks(EventFrame(rows))
    trees = [parse(source) for source in sources]
    assert masks.tolist() == [[holds(tree, row) for row in rows] for tree in trees]


def test_a_missing_value_makes_every_comparison_false_and_its_negation_true():
    sources = ["duration > 1", "duration <= 1", "duration != 1", "duration not in (1, 2)", "not duration > 1"]
    masks = compile_conditions([("", each) for each in sources], VOCABULARY).masks(
        EventFrame([event(duration=None)])
    )
    assert masks[:, 0].tolist() == [False, False, False, False, True]


def test_a_flag_kept_as_a_number_is_missing_as_false():
    class Numbered(EventFrame):
        def column(self, name):
            return np.array([1.0, 0.0, np.nan])

    masks = compile_conditions([("", "pair.is_new"), ("", "not pair.is_new")], VOCABULARY).masks(
        Numbered([event()] * 3)
    )
    assert masks.tolist() == [[True, False, False], [False, True, True]]


def test_what_is_said_twice_is_kept_once():
    once = compile_conditions([("", "duration > 3 and answered")], VOCABULARY)
    same = [
        "duration > 3 and answered",
        "answered and 3 < duration",
        "not (not answered or not duration > 3)",
    ]
    thrice = compile_conditions([("", each) for each in same], VOCABULARY)
    assert thrice.distinct == once.distinct


def test_a_text_is_only_looked_at_where_the_rest_of_the_rule_leaves_rows():
    source = 'duration > 1000 and contains(text, "账户") and caller in list("deny_numbers")'
    compiled = compile_conditions([("", source)], VOCABULARY)
    frame = EventFrame([event(duration=5.0), event(duration=7.0)])
    assert not compiled.masks(frame, lists=lists_with({"110": None})).any()
    assert frame.asked == ["duration"]


def test_an_empty_batch_has_no_hits():
    compiled = compile_conditions([("", 'duration > 1 or contains(text, "a")')], VOCABULARY)
    assert len(compiled.hits(EventFrame([]))) == 0


def test_rules_say_all_that_is_wrong_with_them_at_once():
    rules = [
        Rule("call.a", "call", "duratoin > 3", 1.0, "behaviour", "nuisance.wangiri", "", ""),
        Rule(
            "call.b", "call", "duration > 3", 1.0, "behaviour", "nuisance.wangiri", "{caller.calls.2h} 次", ""
        ),
    ]
    with pytest.raises(XiezhiError) as caught:
        compile_rules(rules, VOCABULARY)
    assert "call.a: `duratoin` is not known" in str(caught.value)
    assert "call.b: `{caller.calls.2h}` in the zh explanation is not known" in str(caught.value)
    assert "did you mean `caller.calls.1h`?" in str(caught.value)
