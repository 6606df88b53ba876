"""A regular expression must be one that RE2 reads, so that its time grows with the text only."""

from __future__ import annotations

import re2

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.source import Fault
from xiezhi.decide.language.tree import Call, Text, walk
from xiezhi.decide.language.vocabulary import Vocabulary

MAX_PROGRAM = 2_000
"""Instructions in RE2's program for one pattern; `.{0,10}` and the like stay far below."""


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each pattern that cannot be used."""
    found = []
    for node in walk(expression.tree):
        if isinstance(node, Call) and node.function == "matches":
            pattern = node.arguments[1]
            assert isinstance(pattern, Text)
            found += [Fault(pattern.place, *fault) for fault in _faults(pattern.value)]
        elif isinstance(node, Call):
            empty = [each for each in node.arguments[1:] if isinstance(each, Text) and not each.value]
            found += [
                Fault(each.place, "an empty text is part of every text", "give a part") for each in empty
            ]
    return found


def options() -> re2.Options:
    """How patterns are read everywhere: as UTF-8, with room for large ones, quiet on errors."""
    settings = re2.Options()
    settings.log_errors = False
    settings.max_mem = 64 << 20
    return settings


def _faults(pattern: str) -> list[tuple[str, str]]:
    if not pattern:
        return [("an empty pattern is found in every text", "give a pattern")]
    try:
        compiled = re2.compile(pattern, options())
    except re2.error as error:
        return [(f"the pattern cannot be read: {_reason(error)}", _cure(pattern, _reason(error)))]
    if compiled.programsize > MAX_PROGRAM:
        return [("the pattern is too large", "lower its repeat counts, or split it")]
    return []


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown fault"
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


def _cure(pattern: str, reason: str) -> str:
    if any(sign in pattern for sign in ("(?=", "(?!", "(?<=", "(?<!", "\\1", "\\2")):
        return "look-around and back references are left out of RE2, for they can take for ever"
    if "repetition" in reason:
        return "lower its repeat counts, or split it"
    return "escape signs that are meant as they stand with two backslashes, as in `\\\\(`"
