"""Questions to texts, answered once for each distinct text and remembered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from xiezhi.decide.graph import TextTest
from xiezhi.decide.kernels import Bools, Int32, text_masks
from xiezhi.decide.language.checks.patterns import options
from xiezhi.domain.batch import Int64, UInt64
from xiezhi.domain.columns import Codes

REMEMBERED = 65_536
"""Texts whose answers are kept; then all are forgotten, so that memory stays bounded."""

TOGETHER = 20_000
"""RE2 instructions that are matched in one pass; more would slow it down by thrashing its own memory."""


MANY = 64
"""New texts from which it pays to ask Arrow first which of them have any match at all."""


class TextTests:
    """All tests of one text variable. Patterns are matched together, in one pass over a text."""

    def __init__(self, tests: Sequence[tuple[TextTest, int]]) -> None:
        """`tests` are given with the slots they fill."""
        self._always = tuple(slot for test, slot in tests if test.kind == "known")
        self._equal: dict[str, list[int]] = {}
        patterns: list[tuple[str, int]] = []
        for test, slot in tests:
            if test.kind == "equals":
                for part in test.parts:
                    self._equal.setdefault(part, []).append(slot)
            elif test.kind != "known":
                patterns += [(_pattern(test.kind, part), slot) for part in test.parts]
        self._sets = _sets(patterns)
        # One expression that every text with a match meets; the same RE2 reads it, over a whole column.
        self._any = "|".join(f"(?:{pattern})" for pattern, _ in patterns) if len(self._sets) == 1 else ""
        self._answers: dict[str, tuple[int, ...]] = {}

    def slots_of(self, text: str) -> tuple[int, ...]:
        """The slots of the tests that a text meets."""
        found = self._answers.get(text)
        if found is None:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            found = self._answers[text] = self._ask(text)
        return found

    def _ask(self, text: str) -> tuple[int, ...]:
        met = {*self._always, *self._equal.get(text, ())}
        for matcher, slots in self._sets:
            met.update(slots[index] for index in matcher.Match(text) or ())
        return tuple(sorted(met))

    def _learn(self, texts: list[str]) -> None:
        """Answer for many new texts at once: most match nothing, which one pass over all of them tells."""
        fresh = [text for text in texts if text not in self._answers]
        if len(fresh) < MANY or not self._any:
            return
        try:
            found = pc.match_substring_regex(pa.array(fresh), self._any).to_pylist()
        except (pa.ArrowInvalid, UnicodeEncodeError):
            return  # each will be asked by itself
        if len(self._answers) + len(fresh) > REMEMBERED:
            self._answers.clear()
        plain = tuple(sorted(self._always))
        for text, search in zip(fresh, found, strict=True):
            self._answers[text] = self._ask(text) if search or text in self._equal else plain

    def run(self, column: Codes, rows: slice, wanted: Bools | None, slots: UInt64) -> None:
        """Fill the slots of all tests for some rows; rows that are not `wanted` count as missing."""
        codes = column.codes[rows]
        if wanted is not None:
            codes = np.where(wanted, codes, np.int32(-1))
        distinct, places = _distinct(codes)
        if len(distinct) >= MANY:
            self._learn([column.values[code] for code in distinct if code >= 0])
        met = [() if code < 0 else self.slots_of(column.values[code]) for code in distinct]
        first = np.zeros(len(met) + 1, np.int64)
        np.cumsum([len(each) for each in met], out=first[1:])
        text_masks(places, first, np.array([slot for each in met for slot in each], np.int32), slots)


def _distinct(codes: Int32) -> tuple[list[int], Int64]:
    """Distinct codes and, for each row, which of them it has."""
    if len(codes) <= 256:  # below this, sorting through NumPy costs more than it saves
        listed = codes.tolist()
        index = {code: place for place, code in enumerate(dict.fromkeys(listed))}
        return list(index), np.array([index[code] for code in listed], np.int64)
    distinct, places = np.unique(codes, return_inverse=True)
    return distinct.tolist(), places.astype(np.int64, copy=False)


def _pattern(kind: str, part: str) -> str:
    match kind:
        case "contains":
            return _escaped(part)
        case "startswith":
            return rf"\A{_escaped(part)}"
        case "endswith":
            return rf"{_escaped(part)}\z"
    return part


def _escaped(part: str) -> str:
    return str(re2.escape(part))


def _sets(patterns: Sequence[tuple[str, int]]) -> list[tuple[re2.Set, list[int]]]:
    """Matchers for many patterns at once, each with the slot for every pattern in it."""
    found: list[tuple[re2.Set, list[int]]] = []
    room = 0
    for pattern, slot in patterns:
        size = re2.compile(pattern, options()).programsize
        if size > room:
            found.append((re2.Set.SearchSet(options()), []))
            room = TOGETHER
        room -= size
        found[-1][0].Add(pattern)
        found[-1][1].append(slot)
    for matcher, _ in found:
        matcher.Compile()
    return found
