"""The functions of the language: what they take, what they give, and how they work on whole columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from xiezhi.domain.batch import Float64
from xiezhi.domain.columns import VariableType

ParameterType: TypeAlias = Literal["number", "text", "number or text"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument. A `constant` one is written in the rule, a `repeated` one (the last) may come again."""

    name: str
    type: ParameterType
    constant: bool = False
    repeated: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `note` says what it gives, `example` is a condition that uses it on calls or messages.

    `apply` works on float64 columns or numbers and keeps NaN (missing) as NaN; functions that look at
    text have none, they are worked out once per distinct text.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: VariableType
    note: str
    example: str
    apply: Callable[..., Float64] | None = None

    @property
    def signature(self) -> str:
        """How it is called, for people: `min(a, b, ...)`."""
        shown = [f"[{each.name}]" if each.optional else each.name for each in self.parameters]
        if self.parameters and self.parameters[-1].repeated:
            shown.append("...")
        return f"{self.name}({', '.join(shown)})"

    def parameter(self, index: int) -> Parameter:
        """The parameter that the argument at `index` fills."""
        return self.parameters[min(index, len(self.parameters) - 1)]


def _number(name: str, **more: bool) -> Parameter:
    return Parameter(name, "number", **more)


def _text(name: str, **more: bool) -> Parameter:
    return Parameter(name, "text", **more)


def divide(left: Float64, right: Float64) -> Float64:
    """`left / right`; missing where `right` is 0."""
    with np.errstate(all="ignore"):
        return np.where(np.equal(right, 0.0), np.nan, np.true_divide(left, right))


def _share(part: Float64, whole: Float64) -> Float64:
    with np.errstate(all="ignore"):
        return np.where(np.greater(whole, 0.0), np.clip(np.true_divide(part, whole), 0.0, 1.0), np.nan)


def _least(*values: Float64) -> Float64:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*values)))


def _greatest(*values: Float64) -> Float64:
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*values)))


def _round(value: Float64, digits: Float64 | float = 0.0) -> Float64:
    return np.asarray(np.round(value, int(digits)))


def _hour(milliseconds: Float64) -> Float64:
    """Asia/Shanghai has been UTC+8 without summer time since 1992."""
    return np.asarray(np.floor(np.mod(np.true_divide(milliseconds, 3_600_000.0) + 8.0, 24.0)))


def _times(seconds: float) -> Callable[[Float64], Float64]:
    return lambda count: np.asarray(np.multiply(count, seconds))


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function(
            "missing",
            (Parameter("x", "number or text"),),
            "flag",
            "whether the value of `x` is not known; the only question that a missing value answers with yes",
            "missing(duration)",
        ),
        Function("abs", (_number("x"),), "number", "`x` without its sign", "abs(duration - 60) < 5", np.abs),
        Function(
            "min",
            (_number("a"), _number("b", repeated=True)),
            "number",
            "the smallest of its arguments; missing when one of them is",
            "min(caller.calls.1h, caller.callees.1h) >= 20",
            _least,
        ),
        Function(
            "max",
            (_number("a"), _number("b", repeated=True)),
            "number",
            "the largest of its arguments; missing when one of them is",
            "max(caller.calls.1h, callee.callers.24h) >= 20",
            _greatest,
        ),
        Function(
            "round",
            (_number("x"), _number("digits", constant=True, optional=True)),
            "number",
            "`x` rounded to whole numbers, or to 0-9 digits after the point; halves go to the even neighbour",
            "round(duration / 60) == 10",
            _round,
        ),
        Function(
            "share",
            (_number("part"), _number("whole")),
            "number",
            "`part` in `whole`, kept within 0 and 1; missing when `whole` is not above 0",
            "share(caller.callees.1h, caller.calls.1h) > 0.9",
            _share,
        ),
        Function(
            "minutes",
            (_number("n"),),
            "number",
            "`n` minutes in seconds, the unit of ages, gaps and talk time",
            "duration > minutes(10)",
            _times(60.0),
        ),
        Function(
            "hours",
            (_number("n"),),
            "number",
            "`n` hours in seconds",
            "caller.age < hours(6)",
            _times(3600.0),
        ),
        Function(
            "days", (_number("n"),), "number", "`n` days in seconds", "caller.age > days(30)", _times(86400.0)
        ),
        Function(
            "hour",
            (_number("time"),),
            "number",
            "hour of the day, 0-23, in Asia/Shanghai, of a time in milliseconds such as `ts`",
            "hour(ts) < 7",
            _hour,
        ),
        Function(
            "length",
            (_text("text"),),
            "number",
            "number of characters; missing for a missing text",
            "length(text) > 70",
        ),
        Function(
            "contains",
            (_text("text"), _text("part", constant=True, repeated=True)),
            "flag",
            "whether one of the parts stands anywhere in the text",
            'contains(text, "安全账户", "涉嫌洗钱")',
        ),
        Function(
            "startswith",
            (_text("text"), _text("part", constant=True, repeated=True)),
            "flag",
            "whether the text begins with one of the parts",
            'startswith(caller, "+852", "+853")',
        ),
        Function(
            "endswith",
            (_text("text"), _text("part", constant=True, repeated=True)),
            "flag",
            "whether the text ends with one of the parts",
            'endswith(callee, "110")',
        ),
        Function(
            "matches",
            (_text("text"), _text("pattern", constant=True)),
            "flag",
            "whether the regular expression is found anywhere in the text; RE2 syntax, so time grows with "
            "the text only; `^` and `$` bind it to begin and end",
            'matches(text, "验证码.{0,10}(告诉|发给)")',
        ),
    )
}
