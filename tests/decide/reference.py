"""The rule language on one event at a time, in plain Python: what the compiled form must do."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from xiezhi.decide.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Every,
    Flag,
    Listed,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Some,
    Text,
)

Event = Mapping[str, float | bool | str | None]
Listing = Mapping[str, Mapping[str, int | None]]
"""list -> identifier -> end in ms, None for none."""


def value(node: Node, event: Event) -> float | str | None:
    """A number or text, None when missing."""
    match node:
        case Number(value=found) | Text(value=found):
            return found
        case Name(name=name):
            found = event[name]
            return None if isinstance(found, float) and math.isnan(found) else found
        case Negative(value=below):
            number = value(below, event)
            return None if number is None else -number
        case Arithmetic():
            return _arithmetic(node.operator, value(node.left, event), value(node.right, event))
        case Call():
            return _call(node.function, [value(each, event) for each in node.arguments])
    raise AssertionError(node)


def holds(node: Node, event: Event, ts: int = 0, lists: Listing | None = None) -> bool:
    """Whether a condition holds for an event."""

    def below(part: Node) -> bool:
        return holds(part, event, ts, lists)

    match node:
        case Flag(value=found):
            return found
        case Name(name=name):
            return bool(event[name])
        case Every(parts=parts):
            return all(map(below, parts))
        case Some(parts=parts):
            return any(map(below, parts))
        case Not(part=part):
            return not below(part)
        case Comparison():
            return _compare(node.relation, value(node.left, event), value(node.right, event))
        case Member():
            found = value(node.value, event)
            return (
                found is not None and (found in [value(each, event) for each in node.options]) != node.negated
            )
        case Listed():
            found = value(node.value, event)
            on_list = (lists or {})[value(node.argument, event)]
            listed = found in on_list and (on_list[found] is None or ts < on_list[found])
            return found is not None and listed != node.negated
        case Call(function="missing", arguments=(argument,)):
            return value(argument, event) is None
        case Call():
            return _ask(node.function, *[value(each, event) for each in node.arguments])
    raise AssertionError(node)


def _arithmetic(operator: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    result = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / right,
    }[operator]()
    return result if abs(result) <= 1e300 else None


def _call(function: str, arguments: list[float | None]) -> float | None:
    if any(each is None for each in arguments):
        return None
    first, *rest = arguments
    match function:
        case "abs":
            return abs(first)
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "round":
            return float(round(first, int(rest[0]) if rest else 0))
        case "share":
            return min(max(first / rest[0], 0.0), 1.0) if rest[0] > 0 else None
        case "minutes" | "hours" | "days":
            return first * {"minutes": 60.0, "hours": 3600.0, "days": 86400.0}[function]
        case "hour":
            return math.floor((first / 3_600_000 + 8) % 24)
        case "length":
            return float(len(first))
    raise AssertionError(function)


def _compare(relation: str, left: float | str | None, right: float | str | None) -> bool:
    if left is None or right is None:
        return False
    return {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }[relation]()


def _ask(function: str, text: str | None, *parts: str) -> bool:
    if text is None:
        return False
    match function:
        case "contains":
            return any(part in text for part in parts)
        case "startswith":
            return text.startswith(parts)
        case "endswith":
            return text.endswith(parts)
    return re.search(parts[0], text) is not None
