"""The text of an expression, places in it, and faults shown with a caret under the place."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from xiezhi.domain.errors import XiezhiError

WIDTH = 100
"""Characters of a line that a fault shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` (exclusive) of an expression."""

    start: int
    end: int

    def to(self, other: Place) -> Place:
        """From the start of this place to the end of another."""
        return Place(self.start, max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, or worth a warning, at one place: what it is in one line, and how to mend it."""

    place: Place
    message: str
    cure: str = ""

    def show(self, text: str) -> str:
        """Message, the line it is on, a caret under the place and the cure."""
        line, start, end = _line(text, self.place)
        carets = "^" * max(1, _cells(line[start:end]))
        shown = f"{self.message}\n  {line}\n  {' ' * _cells(line[:start])}{carets}"
        return f"{shown}\n  -> {self.cure}" if self.cure else shown


class ExpressionError(XiezhiError):
    """An expression that cannot be used. `faults` are all that its first failing check found."""

    def __init__(self, text: str, faults: Iterable[Fault], name: str = "") -> None:
        self.text = text
        self.faults = tuple(faults)
        prefix = f"{name}: " if name else ""
        super().__init__("\n".join(prefix + fault.show(text) for fault in self.faults))


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A cure that names the nearest known word, or `otherwise` when none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else otherwise


def _line(text: str, place: Place) -> tuple[str, int, int]:
    """The line that a place begins on, cut to what a terminal shows, and the place within it."""
    first = text.rfind("\n", 0, place.start) + 1
    last = text.find("\n", place.start)
    line = text[first : len(text) if last < 0 else last].rstrip()
    start = min(place.start - first, len(line))
    end = min(max(place.end - first, start + 1), max(len(line), start + 1))
    cut = max(0, start - WIDTH // 2) if len(line) > WIDTH else 0
    shown = line[cut : cut + WIDTH]
    if cut:
        shown = f"…{shown[1:]}"
    if cut + WIDTH < len(line):
        shown = f"{shown[:-1]}…"
    return shown, start - cut, min(end - cut, max(len(shown), start - cut + 1))


def _cells(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
