"""The rule language: a small typed subset of Python's expressions, checked with care and never executed.

`check_expression` is the one way in. The stages are one module each: `tokens`, `parse`, `checks`, `folding`;
what a checked expression means on columns of events is the business of `xiezhi.decide.compiled`.
"""

from __future__ import annotations

from dataclasses import dataclass

from xiezhi.decide.language.checks import STEPS, WARNINGS
from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.folding import fold
from xiezhi.decide.language.parse import parse
from xiezhi.decide.language.source import ExpressionError, Fault, Place
from xiezhi.decide.language.tree import Node, names
from xiezhi.decide.language.vocabulary import Vocabulary, vocabulary_of

__all__ = [
    "Checked",
    "ExpressionError",
    "Fault",
    "Place",
    "Vocabulary",
    "check_expression",
    "vocabulary_of",
]


@dataclass(frozen=True, slots=True)
class Checked:
    """An expression that can be used. `tree` has its constants worked out, `names` are the variables it
    reads in the order of the text, `warnings` what its author should look at again."""

    text: str
    tree: Node
    names: tuple[str, ...]
    warnings: tuple[Fault, ...]

    def shown_warnings(self) -> tuple[str, ...]:
        """The warnings with the place they speak of."""
        return tuple(fault.show(self.text) for fault in self.warnings)


def check_expression(text: str, vocabulary: Vocabulary, name: str = "") -> Checked:
    """Read and check one expression.

    Raises `ExpressionError` with what is wrong, a caret under the place and a cure; `name` (of the rule)
    goes before each message.
    """
    try:
        expression = Expression(text, parse(text))
    except ExpressionError as error:
        raise ExpressionError(text, error.faults, name) from None
    for step in STEPS:
        faults = [fault for check in step for fault in check(expression, vocabulary)]
        if faults:
            raise ExpressionError(text, sorted(faults, key=lambda fault: fault.place.start), name)
    warnings = tuple(fault for check in WARNINGS for fault in check(expression, vocabulary))
    return Checked(text, fold(expression.tree), names(expression.tree), warnings)
