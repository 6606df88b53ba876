"""Work out once what does not depend on events: `minutes(10)` becomes 600, `-1` one number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from xiezhi.decide.language.functions import FUNCTIONS, divide
from xiezhi.decide.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Every,
    Flag,
    Listed,
    Member,
    Negative,
    Node,
    Not,
    Number,
    Relation,
    Some,
    Text,
)
from xiezhi.domain.batch import Float64

ARITHMETIC: dict[str, Callable[..., Float64]] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": divide}
LARGEST = 1e300
"""Results beyond this are missing, so that nothing ever overflows to infinity."""

_MIRRORED: dict[Relation, Relation] = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">": "<", ">=": "<="}


def fold(node: Node) -> Node:
    """The same expression with its constant parts worked out and constants on the right of comparisons."""
    match node:
        case Negative(value=value):
            below = fold(value)
            return (
                Number(-below.value, node.place) if isinstance(below, Number) else Negative(below, node.place)
            )
        case Arithmetic():
            return _arithmetic(Arithmetic(node.operator, fold(node.left), fold(node.right), node.place))
        case Call():
            return _call(Call(node.function, tuple(map(fold, node.arguments)), node.place, node.head))
        case Comparison():
            return _comparison(Comparison(node.relation, fold(node.left), fold(node.right), node.place))
        case Member():
            return _member(Member(fold(node.value), tuple(map(fold, node.options)), node.negated, node.place))
        case Listed():
            return Listed(fold(node.value), node.argument, node.negated, node.place)
        case Every():
            return Every(tuple(map(fold, node.parts)), node.place)
        case Some():
            return Some(tuple(map(fold, node.parts)), node.place)
        case Not(part=part):
            below = fold(part)
            return Flag(not below.value, node.place) if isinstance(below, Flag) else Not(below, node.place)
        case _:
            return node


def finite(value: float) -> float:
    """A result too large for a number counts as missing, like one divided by 0."""
    return value if abs(value) <= LARGEST else math.nan


def _arithmetic(node: Arithmetic) -> Node:
    if isinstance(node.left, Number) and isinstance(node.right, Number):
        with np.errstate(all="ignore"):
            value = float(
                ARITHMETIC[node.operator](np.float64(node.left.value), np.float64(node.right.value))
            )
        return Number(finite(value), node.place)
    return node


def _call(node: Call) -> Node:
    if node.function == "missing" and isinstance(node.arguments[0], Number):
        return Flag(math.isnan(node.arguments[0].value), node.place)
    apply = FUNCTIONS[node.function].apply
    values = [each.value for each in node.arguments if isinstance(each, Number)]
    if apply is None or len(values) < len(node.arguments):
        return node
    return Number(finite(float(apply(*map(np.float64, values)))), node.place)


def _member(node: Member) -> Node:
    if isinstance(node.value, Number | Text):
        return Flag((node.value in node.options) != node.negated, node.place)
    return node


def _comparison(node: Comparison) -> Node:
    left, right = node.left, node.right
    if isinstance(left, Number) and isinstance(right, Number):
        return Flag(compare(node.relation, left.value, right.value), node.place)
    if isinstance(left, Text) and isinstance(right, Text):
        return Flag((left.value == right.value) == (node.relation == "=="), node.place)
    if isinstance(left, Number | Text):
        return Comparison(_MIRRORED[node.relation], right, left, node.place)
    return node


def compare(relation: Relation, left: float, right: float) -> bool:
    """A comparison of two numbers as the language means it: with a missing one it is False."""
    if math.isnan(left) or math.isnan(right):
        return False
    return {
        "<": left < right, "<=": left <= right, "==": left == right,
        "!=": left != right, ">": left > right, ">=": left >= right,
    }[relation]  # fmt: skip
