"""Warnings: parts that hold always or never, so that the author surely meant something else."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.folding import compare, fold
from xiezhi.decide.language.source import Fault, did_you_mean
from xiezhi.decide.language.tree import (
    Arithmetic,
    Comparison,
    Every,
    Flag,
    Member,
    Name,
    Node,
    Number,
    Text,
    walk,
)
from xiezhi.decide.language.vocabulary import Vocabulary


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """Warnings on an expression that has passed the other checks."""
    return [
        fault for node in walk(fold(expression.tree)) for fault in _warnings(node, expression, vocabulary)
    ]


def _warnings(node: Node, expression: Expression, vocabulary: Vocabulary) -> Iterator[Fault]:
    match node:
        case Flag(value=value):
            yield Fault(node.place, f"{expression.quote(node)} is always {value}", "mend it, or leave it out")
        case Arithmetic(operator="/", right=Number(value=0.0)):
            message = f"{expression.quote(node)} divides by 0 and is always missing"
            yield Fault(node.place, message, "mend the division")
        case Comparison(relation="==" | "!=", left=Name(name=name), right=Text() as text):
            yield from _code(name, text, vocabulary)
        case Comparison() if node.left == node.right:
            yield Fault(node.place, "both sides are the same", "compare two different values")
        case Member(options=()):
            yield Fault(node.place, "nothing is in an empty set", "name the values, or leave it out")
        case Member(value=Name(name=name), options=options):
            for option in options:
                if isinstance(option, Text):
                    yield from _code(name, option, vocabulary)
        case Every(parts=parts):
            yield from _contradictions(parts, node)


def _code(name: str, text: Text, vocabulary: Vocabulary) -> Iterator[Fault]:
    """A field of a few known values compared with something else."""
    values = vocabulary.codes.get(name, ())
    if values and text.value not in values:
        cure = did_you_mean(text.value, values, f"it takes {', '.join(values)}")
        yield Fault(text.place, f"`{name}` never has the value `{text.value}`", cure)


def _contradictions(parts: tuple[Node, ...], whole: Node) -> Iterator[Fault]:
    """Bounds on one value that leave no room: `x > 5 and x < 3`."""
    bounds: dict[Node, list[Comparison]] = {}
    for part in parts:
        if isinstance(part, Comparison) and isinstance(part.right, Number | Text):
            bounds.setdefault(part.left, []).append(part)
    for comparisons in bounds.values():
        if len(comparisons) > 1 and not _possible(comparisons):
            place = comparisons[0].place.to(comparisons[-1].place)
            yield Fault(place, "these conditions are never true together", "mend the bounds, or use `or`")


def _possible(comparisons: list[Comparison]) -> bool:
    constants = [each.right.value for each in comparisons if isinstance(each.right, Number)]
    if len(constants) < len(comparisons):
        equal = {each.right for each in comparisons if each.relation == "=="}
        unequal = {each.right for each in comparisons if each.relation == "!="}
        return len(equal) <= 1 and not equal & unequal
    edges = sorted({*constants})
    tried = [*edges, *(math.nextafter(each, way) for each in edges for way in (-math.inf, math.inf))]
    return any(
        all(
            compare(each.relation, value, each.right.value)
            for each in comparisons
            if isinstance(each.right, Number)
        )
        for value in tried
    )
