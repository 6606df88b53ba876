"""The tree of an expression. Nodes that say the same compare equal, wherever they stand in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from xiezhi.decide.language.source import Place

Relation = Literal["<", "<=", "==", "!=", ">", ">="]
Operator = Literal["+", "-", "*", "/"]

_NOWHERE = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the text, or worked out from such numbers. NaN stands for a missing one."""

    value: float
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Flag:
    """`True` or `False`."""

    value: bool
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language with its arguments; `head` is the place of its name."""

    function: str
    arguments: tuple[Node, ...]
    place: Place = field(default=_NOWHERE, compare=False)
    head: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`."""

    value: Node
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` and the like."""

    operator: Operator
    left: Node
    right: Node
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left < right` and the like."""

    relation: Relation
    left: Node
    right: Node
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`value in (...)`, or `not in`; the options are numbers or texts."""

    value: Node
    options: tuple[Node, ...]
    negated: bool
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """`value in list("name")`, or `not in`; `argument` is what stands in the parentheses."""

    value: Node
    argument: Node
    negated: bool
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """`a and b and ...`."""

    parts: tuple[Node, ...]
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Some:
    """`a or b or ...`."""

    parts: tuple[Node, ...]
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not part`."""

    part: Node
    place: Place = field(default=_NOWHERE, compare=False)


Node: TypeAlias = (
    Number
    | Text
    | Flag
    | Name
    | Call
    | Negative
    | Arithmetic
    | Comparison
    | Member
    | Listed
    | Every
    | Some
    | Not
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one."""
    match node:
        case Call(arguments=below) | Every(parts=below) | Some(parts=below):
            return below
        case Negative(value=below) | Not(part=below):
            return (below,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Member(value=value, options=options):
            return (value, *options)
        case Listed(value=value, argument=argument):
            return (value, argument)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order they stand in the text."""
    yield node
    for below in children(node):
        yield from walk(below)


def names(node: Node) -> tuple[str, ...]:
    """The variables that an expression reads, each once, in the order they stand in the text."""
    return tuple(dict.fromkeys(found.name for found in walk(node) if isinstance(found, Name)))
