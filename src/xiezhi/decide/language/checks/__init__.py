"""The checks of the language, one a file, in the order they build on each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xiezhi.decide.language.checks import constants, functions, limits, lists, names, patterns, types
from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.source import Fault
from xiezhi.decide.language.vocabulary import Vocabulary

Check: TypeAlias = Callable[[Expression, Vocabulary], list[Fault]]

STEPS: tuple[tuple[Check, ...], ...] = (
    (limits.check,),
    (names.check, functions.check),
    (lists.check,),
    (types.check,),
    (patterns.check,),
)
"""A step is done when all checks of the steps before found nothing; a step's faults are told together."""

WARNINGS: tuple[Check, ...] = (constants.check,)
"""Told about expressions that can be used, but surely say something else than was meant."""
