"""Expressions stay small enough to read, and numbers within what can be counted exactly."""

from __future__ import annotations

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.source import Fault
from xiezhi.decide.language.tree import Member, Node, Number, Text, children, walk
from xiezhi.decide.language.vocabulary import Vocabulary

MAX_DEPTH = 30
MAX_TEXT = 200
MAX_OPTIONS = 200
MAX_NUMBER = 1e15


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each part that is too large."""
    return _depth(expression.tree, 1) or [fault for node in walk(expression.tree) for fault in _size(node)]


def _depth(node: Node, depth: int) -> list[Fault]:
    if depth > MAX_DEPTH:
        return [
            Fault(
                node.place,
                f"the expression is nested more than {MAX_DEPTH} deep",
                "split it into several rules",
            )
        ]
    return next((found for below in children(node) if (found := _depth(below, depth + 1))), [])


def _size(node: Node) -> list[Fault]:
    match node:
        case Number(value=value) if not abs(value) <= MAX_NUMBER:
            return [Fault(node.place, "numbers reach up to 1e15 only", "give a smaller one")]
        case Text(value=value) if len(value) > MAX_TEXT:
            return [
                Fault(node.place, f"a text has at most {MAX_TEXT} characters", "give several shorter ones")
            ]
        case Member(options=options) if len(options) > MAX_OPTIONS:
            message = f"a set has at most {MAX_OPTIONS} values"
            return [Fault(node.place, message, 'keep the values on a list and write `in list("name")`')]
    return []
