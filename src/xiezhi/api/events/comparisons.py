"""The parts of a rule's condition, each with the value it read and whether it was met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from xiezhi.api.events.shapes import Comparison, Value
from xiezhi.decide.compiled import Conditions
from xiezhi.decide.frame import TableFrame
from xiezhi.decide.language import Checked, Vocabulary, check_expression
from xiezhi.decide.language import tree as trees
from xiezhi.decide.language.tree import Call, Every, Flag, Listed, Member, Name, Node, Not, Number, Some, Text
from xiezhi.domain.columns import Codes, Column
from xiezhi.domain.errors import XiezhiError


@dataclass(frozen=True, slots=True)
class Part:
    """A comparison as the condition has it. `certain` ones hold whenever the condition does."""

    text: str
    name: str
    op: str
    threshold: Value
    node: Node
    certain: bool


@dataclass(frozen=True)
class Condition:
    """A rule's condition taken apart."""

    parts: tuple[Part, ...]
    compiled: Conditions

    def told(self, values: Mapping[str, Value], hit: bool) -> list[Comparison]:
        """Its parts with the values of one event. `hit` says that the whole condition held, which settles the parts
        that nothing else of them could tell, such as a list that has changed since."""
        held = self._held(values)
        return [
            Comparison(
                text=part.text,
                name=part.name,
                value=values.get(part.name),
                op=part.op,
                threshold=part.threshold,
                met=bool(met) or (hit and part.certain),
            )
            for part, met in zip(self.parts, held, strict=True)
        ]

    def _held(self, values: Mapping[str, Value]) -> list[bool]:
        if not self.parts:
            return []
        variables = self.compiled.vocabulary.variables
        columns = {name: _column(variables[name].type, values.get(name)) for name in self.compiled.reads}
        frame = TableFrame(pa.RecordBatch.from_pydict({"row": [0]}), columns, keys=_NoKeys())
        return [bool(each) for each in self.compiled.masks(frame, np.zeros(1, np.int64))[:, 0]]


class _NoKeys(dict[str, np.ndarray[tuple[int], np.dtype[np.uint64]]]):
    """Lists are not asked: they may have changed."""

    def __missing__(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        return np.zeros(1, np.uint64)

    def get(self, name: str, default: object = None) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """No key for any name."""
        return self[name]


class Taken:
    """Takes conditions apart and remembers them; `vocabularies` by channel."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self._apart = lru_cache(2048)(self._take)

    def apart(self, channel: str, text: str) -> Condition | None:
        """A condition taken apart; None when this version's vocabulary does not know it any more."""
        return self._apart(channel, text)

    def _take(self, channel: str, text: str) -> Condition | None:
        vocabulary = self._vocabularies[channel]
        try:
            checked = check_expression(text, vocabulary)
        except XiezhiError:
            return None
        parts = tuple(_parts(checked.tree, text, True, False))
        each = [Checked(part.text, part.node, trees.names(part.node), ()) for part in parts]
        return Condition(parts, Conditions(each, vocabulary))


def _parts(node: Node, text: str, certain: bool, negated: bool) -> Iterator[Part]:
    """The leaves of the condition's and, or and not."""
    match node:
        case Every(parts=below):
            for each in below:
                yield from _parts(each, text, certain and not negated, negated)
        case Some(parts=below):
            for each in below:
                yield from _parts(each, text, certain and negated, negated)
        case Not(part=part):
            yield from _parts(part, text, certain, not negated)
        case Flag():
            return
        case _:
            yield _leaf(node, text, certain, negated)


def _leaf(node: Node, text: str, certain: bool, negated: bool) -> Part:
    names = trees.names(node)
    words = " ".join(text[node.place.start : node.place.end].split())
    op, threshold = _asked(node, negated)
    shown = f"not {words}" if negated else words
    return Part(shown, names[0] if names else words, op, threshold, Not(node) if negated else node, certain)


def _asked(node: Node, negated: bool) -> tuple[str, Value]:
    """What is asked of the value: an operator and what it is held against."""
    match node:
        case trees.Comparison(relation=relation, right=Number(value=value)):
            return relation, value
        case trees.Comparison(relation=relation, right=Text(value=words)):
            return relation, words
        case trees.Comparison(relation=relation, right=right):
            return relation, " ".join(trees.names(right))
        case Member(options=options, negated=out):
            return "not in" if out else "in", ", ".join(
                str(each.value) for each in options if isinstance(each, Number | Text)
            )
        case Listed(argument=Text(value=name), negated=out):
            return "not in" if out else "in", f"list {name}"
        case Call(function=function, arguments=arguments):
            words = ", ".join(str(each.value) for each in arguments if isinstance(each, Number | Text))
            return function, words or (not negated)
        case Name():
            return "is", not negated
    return "is", not negated


def _column(kind: str, value: Value) -> Column:
    """A variable's value as a column of one event."""
    if kind == "text":
        text = value if isinstance(value, str) else None
        return Codes(np.array([-1 if text is None else 0], np.int32), (text or "",))
    if kind == "flag":
        return np.array([bool(value)], np.bool_)
    return np.array([np.nan if value is None or isinstance(value, str) else float(value)], np.float64)
