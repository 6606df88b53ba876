"""All conditions of a channel as one graph in which what is said twice is kept once.

Every condition becomes a set of rows with a slot of its own: comparisons, flags, text tests and list look-ups
are leaves, and everything else is conjunction and complement (`a or b` is `not (not a and not b)`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from xiezhi.decide.kernels import EQUAL, GREATER, GREATER_EQUAL, KNOWN, LESS, LESS_EQUAL, NOT_EQUAL
from xiezhi.decide.language.tree import (
    Call,
    Comparison,
    Every,
    Flag,
    Listed,
    Member,
    Name,
    Node,
    Not,
    Number,
    Relation,
    Some,
    Text,
)
from xiezhi.decide.language.vocabulary import Vocabulary

COMPARISONS: dict[Relation, int] = {
    "<": LESS, "<=": LESS_EQUAL, "==": EQUAL, "!=": NOT_EQUAL, ">": GREATER, ">=": GREATER_EQUAL,
}  # fmt: skip

Reference: TypeAlias = int
"""2 * slot, plus 1 for the complement."""

ALL: Reference = 0
NONE: Reference = 1


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A number compared with a constant."""

    source: Node
    comparison: int
    constant: float


@dataclass(frozen=True, slots=True)
class PairTest:
    """Two numbers of the same event compared."""

    relation: Relation
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class FlagTest:
    """A flag."""

    name: str


@dataclass(frozen=True, slots=True)
class TextTest:
    """A question to one text about `parts`: `kind` is known, equals or a function of the language."""

    name: str
    kind: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameTest:
    """Two texts of the same event are equal; `keys` when both are identifiers."""

    left: str
    right: str
    keys: bool


@dataclass(frozen=True, slots=True)
class ListTest:
    """An identifier is on a list; with an empty list name, it is known at all."""

    name: str
    list: str


CheapTest: TypeAlias = NumberTest | PairTest | FlagTest
CostlyTest: TypeAlias = TextTest | SameTest | ListTest
Test: TypeAlias = CheapTest | CostlyTest
Source: TypeAlias = str | SameTest | ListTest
"""What is looked at in one go: all questions to one text (by its name), or one other costly test."""


class Graph:
    """Slots for distinct conditions over one channel's vocabulary.

    `leaves` are tests with their slots and `conjunctions` sets of references with theirs, both in the
    order of their slots. `rests_on` says for each slot which costly sources it needs, `guards` for each
    costly source the references outside of whose rows nobody asks for it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.leaves: dict[Test, int] = {}
        self.conjunctions: dict[tuple[Reference, ...], int] = {}
        self.rests_on: list[frozenset[Source]] = [frozenset()]
        self.guards: dict[Source, set[Reference]] = {}

    def add(self, tree: Node) -> Reference:
        """The reference of a whole condition."""
        parts = [self._condition(part) for part in (tree.parts if isinstance(tree, Every) else (tree,))]
        cheap = [part for part in parts if not self.rests_on[part >> 1]]
        costly = [part for part in parts if self.rests_on[part >> 1]]
        guard = self._every(cheap)
        for part in costly:
            for source in self.rests_on[part >> 1]:
                self.guards.setdefault(source, set()).add(guard)
        return self._every([guard, *costly])

    def _condition(self, node: Node) -> Reference:
        match node:
            case Flag(value=value):
                return ALL if value else NONE
            case Name(name=name):
                return self._leaf(FlagTest(name))
            case Every(parts=parts):
                return self._every([self._condition(part) for part in parts])
            case Some(parts=parts):
                return self._every([self._condition(part) ^ 1 for part in parts]) ^ 1
            case Not(part=part):
                return self._condition(part) ^ 1
            case Comparison():
                return self._comparison(node)
            case Member(value=value, options=options, negated=negated):
                return self._member(value, options, negated)
            case Listed(value=Name(name=name), argument=Text(value=listed)):
                found = self._leaf(ListTest(name, listed), ListTest(name, listed))
                return self._every([self._known(name), found ^ 1]) if node.negated else found
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)
        raise AssertionError(f"not a condition: {node}")  # the check of types lets none through

    def _comparison(self, node: Comparison) -> Reference:
        unequal = node.relation == "!="
        match node.left, node.right:
            case Name(name=name), Text(value=text):
                return self._equals(name, (text,), unequal)
            case Name(name=left), Name(name=right) if self.vocabulary.variables[left].type == "text":
                return self._same(min(left, right), max(left, right), unequal)
            case source, Number(value=value):
                return self._number(source, COMPARISONS[node.relation], value)
        return self._leaf(PairTest(node.relation, node.left, node.right))

    def _number(self, source: Node, comparison: int, value: float) -> Reference:
        """`+ 0.0` makes one of the two zeros."""
        return NONE if math.isnan(value) else self._leaf(NumberTest(source, comparison, value + 0.0))

    def _member(self, value: Node, options: tuple[Node, ...], negated: bool) -> Reference:
        if isinstance(value, Name) and self.vocabulary.variables[value.name].type == "text":
            texts = sorted({option.value for option in options if isinstance(option, Text)})
            return self._equals(value.name, tuple(texts), negated)
        constants = [option.value for option in options if isinstance(option, Number)]
        differ = [self._number(value, EQUAL, constant) ^ 1 for constant in constants]
        if negated:
            return self._every([self._number(value, KNOWN, 0.0), *differ])
        return self._every(differ) ^ 1

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Reference:
        match function, arguments:
            case "missing", (Name(name=name),) if self.vocabulary.variables[name].type == "text":
                return self._text(name, "known", ()) ^ 1
            case "missing", (source,):
                return self._number(source, KNOWN, 0.0) ^ 1
            case _, (Name(name=name), *parts):
                texts = sorted({part.value for part in parts if isinstance(part, Text)})
                return self._text(name, function, tuple(texts))
        raise AssertionError(f"not a condition: {function}")

    def _equals(self, name: str, texts: tuple[str, ...], negated: bool) -> Reference:
        equal = self._text(name, "equals", texts)
        return self._every([self._text(name, "known", ()), equal ^ 1]) if negated else equal

    def _text(self, name: str, kind: str, parts: tuple[str, ...]) -> Reference:
        return self._leaf(TextTest(name, kind, parts), name)

    def _same(self, left: str, right: str, negated: bool) -> Reference:
        keys = left in self.vocabulary.identifiers and right in self.vocabulary.identifiers
        test = SameTest(left, right, keys)
        same = self._leaf(test, test)
        if not negated:
            return same
        known = [self._known(each) if keys else self._text(each, "known", ()) for each in (left, right)]
        return self._every([*known, same ^ 1])

    def _known(self, identifier: str) -> Reference:
        test = ListTest(identifier, "")
        return self._leaf(test, test)

    def _leaf(self, test: Test, *rests_on: Source) -> Reference:
        if test not in self.leaves:
            self.leaves[test] = len(self.rests_on)
            self.rests_on.append(frozenset(rests_on))
        return 2 * self.leaves[test]

    def _every(self, parts: list[Reference]) -> Reference:
        """A conjunction, cheap parts first, simplified where the parts alone decide it."""
        distinct = sorted({*parts} - {ALL}, key=lambda part: (len(self.rests_on[part >> 1]), part))
        if NONE in distinct or any(part ^ 1 in distinct for part in distinct):
            return NONE
        if len(distinct) < 2:
            return distinct[0] if distinct else ALL
        key = tuple(distinct)
        if key not in self.conjunctions:
            self.conjunctions[key] = len(self.rests_on)
            self.rests_on.append(frozenset().union(*(self.rests_on[part >> 1] for part in key)))
        return 2 * self.conjunctions[key]
