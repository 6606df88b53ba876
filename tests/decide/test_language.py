"""The language as a whole: what it reads, what it refuses, and that nothing gets past it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.decide.worlds import VOCABULARY
from xiezhi.decide.language import ExpressionError, check_expression, vocabulary_of
from xiezhi.decide.language.tree import Comparison, Every, Name, Number
from xiezhi.domain.columns import Variable
from xiezhi.domain.schema import EventSchema, Field

PIECES = (
    "caller.calls.1h",
    "duration",
    "text",
    "answered",
    "and",
    "or",
    "not",
    "in",
    "(",
    ")",
    ",",
    "<",
    ">=",
    "==",
    "+",
    "/",
    "-",
    "3",
    "0.5",
    '"a"',
    "'验证码'",
    "contains",
    "matches",
    "list",
    '"deny_numbers"',
    "missing",
    "min",
    "hours",
    "lambda",
    "if",
    "else",
    "for",
    "[",
    "]",
    "{",
    "}",
    ":",
    "=",
    "&&",
    "__class__",
    "\\",
    "\n",
    "\u01c0",
    "；",
    "1h",
    ".",
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)))
@example("(" * 300)
@example("not " * 400 + "answered")
@example("-" * 1999)
@example("duration > 1" + " or duration > 1" * 150)
@example("\x00")
@example('matches(text, "' + "(" * 90 + "a" + ")*" * 90 + '")')
@example("duration > 1e999")
@example("duration > 9" + "9" * 400)
@example("\ud800")
def test_any_text_is_read_or_refused_with_a_place_in_it(source: str):
    try:
        checked = check_expression(source, VOCABULARY)
    except ExpressionError as error:
        assert error.faults
        for fault in error.faults:
            assert 0 <= fault.place.start <= fault.place.end <= max(len(source), 1)
            assert "^" in fault.show(source)
            assert "\n" not in fault.message
    else:
        assert {*checked.names} <= VOCABULARY.variables.keys()


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('true')",
        "().__class__",
        "text.__class__ == 'a'",
        "(lambda: 1)()",
        "[x for x in text]",
        "f'{duration}' == text",
        "duration if answered else text",
        "print(duration)",
        "(duration := 3) > 1",
        "open('x')",
        "text[0] == 'a'",
        "*text",
        "await text",
        "yield",
        "import os",
        "duration > 3; import os",
    ],
)
def test_what_could_run_code_is_refused(source: str):
    with pytest.raises(ExpressionError):
        check_expression(source, VOCABULARY)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("duration > 1 and " * 200 + "answered", "at most 2000 are read"),
        ("(" * 41 + "answered" + ")" * 41, "nested more than 40 deep"),
        ("not " * 40 + "answered", "nested more than 30 deep"),
        ("gateway in (" + ", ".join(f'"{each}"' for each in range(250)) + ")", "at most 200 values"),
        (f'contains(text, "{"a" * 201}")', "at most 200 characters"),
        ("duration > 10000000000000000", "up to 1e15"),
        ("1+" * 320 + "1 > 2", "at most 600 are read"),
        ('matches(text, "(a{1,900}|b{1,900}){1,1}")', "the pattern is too large"),
    ],
)
def test_limits_hold(source: str, message: str):
    with pytest.raises(ExpressionError, match=message):
        check_expression(source, VOCABULARY)


def test_columns_count_characters_and_carets_count_cells():
    with pytest.raises(ExpressionError) as caught:
        check_expression('contains(text, "安全账户") and caler == "110"', VOCABULARY)
    message, line, caret, _ = str(caught.value).split("\n")
    assert message == "`caler` is not known on call events"
    (fault,) = caught.value.faults
    assert caught.value.text[fault.place.start : fault.place.end] == "caler"
    assert caret.index("^") == line.index("caler") + 4  # each of the four characters before takes two cells


def test_a_long_line_is_cut_around_the_place():
    source = "answered and " * 60 + "caler == '1'" + " and answered" * 60
    with pytest.raises(ExpressionError) as caught:
        check_expression(source, VOCABULARY)
    _, line, caret, _ = str(caught.value).split("\n")
    assert len(line) <= 102
    assert line[caret.index("^") : caret.rindex("^") + 1] == "caler"


def test_a_chain_is_two_comparisons_and_constants_are_worked_out():
    checked = check_expression("minutes(1) < duration <= 2 * hours(1)", VOCABULARY)
    assert checked.tree == Every(
        (Comparison(">", Name("duration"), Number(60.0)), Comparison("<=", Name("duration"), Number(7200.0)))
    )
    assert checked.names == ("duration",)


def test_a_vocabulary_has_fields_and_what_is_computed():
    schema = EventSchema(
        "call",
        "calls",
        "",
        "",
        (
            Field("ts", "time", "", ""),
            Field("caller", "identifier", "", "", kind="phone"),
            Field("gateway", "code", "", "", values=("a", "b")),
            Field("answered", "flag", "", ""),
        ),
    )
    vocabulary = vocabulary_of(schema, [Variable("caller.calls.1h", "number", "", "")])
    assert {name: each.type for name, each in vocabulary.variables.items()} == {
        "ts": "number",
        "caller": "text",
        "gateway": "text",
        "answered": "flag",
        "caller.calls.1h": "number",
    }
    assert vocabulary.identifiers == {"caller": "phone"}
    assert vocabulary.codes == {"gateway": ("a", "b")}
