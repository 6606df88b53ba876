"""Known turns of phrase: sets of patterns from data, all looked for in one pass.

The patterns lie in `knowledge/data/patterns/*.yaml`, one set a file. They are compiled into one Hyperscan
database (Wang et al., "Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs", NSDI 2019), whose cost
hardly grows with their number and which never backtracks.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.detect.messages.normal import NormalTexts, normalise, with_line_ends
from xiezhi.domain.columns import Column, Variable
from xiezhi.domain.errors import Problems
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.convert import convert
from xiezhi.knowledge.yamlfile import At, Document, read_yaml

LONGEST_EXPRESSION: Final = 200
LARGEST_REPEAT: Final = 64
MANY: Final = 16
"""Texts from which it pays to look first for those that may hit anything: a call of the matcher costs more than it
takes to scan a short text."""

Bytes = npt.NDArray[np.uint8]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One turn of phrase. It is hit when any of its literals (`any`) or its `regex` occurs in a text; both
    are written in lower case and without spaces around Chinese characters, as texts are searched."""

    id: str
    zh: str
    en: str
    any: tuple[str, ...] = ()
    regex: str = ""


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Patterns that speak of the same thing; `id` names the output `text.patterns.<id>`."""

    id: str
    zh: str
    en: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """One thing for the matcher to find, with the pattern it stands for and where it is written."""

    source: str
    pattern: int
    place: str


class PatternMatcher:
    """All sets, compiled. Scanning is safe from several threads at once."""

    def __init__(
        self, sets: tuple[PatternSet, ...], expressions: tuple[Expression, ...], database: Any, apart: Any
    ) -> None:
        """`database` finds the expressions in one text, `apart` in many texts with line ends between them."""
        self.sets = sets
        self._database, self._apart = database, apart
        self._pattern_of = [expression.pattern for expression in expressions]
        self._set_of = [at for at, found in enumerate(sets) for _ in found.patterns]
        self._names = [f"{found.id}.{pattern.id}" for found in sets for pattern in found.patterns]
        self._local = threading.local()

    def counts(self, texts: NormalTexts) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Distinct patterns hit, float64[n texts, sets]."""
        counts = np.zeros((len(texts), len(self.sets)))
        for row, patterns in enumerate(self._hits(texts)):
            for pattern in patterns:
                counts[row, self._set_of[pattern]] += 1
        return counts

    def names(self, texts: NormalTexts, row: int) -> list[str]:
        """`set.pattern` names of what one text hits, sorted."""
        bounds = texts.offsets[row : row + 2]
        one = NormalTexts(texts.points[bounds[0] : bounds[1]], bounds - bounds[0])
        return sorted(self._names[pattern] for pattern in self._hits(one)[0])

    def _hits(self, texts: NormalTexts) -> list[set[int]]:
        """Patterns hit by each text."""
        hits: list[set[int]] = [set() for _ in range(len(texts))]
        if self._database is None:
            return hits
        data, offsets = texts.searchable
        buffer, bounds = data.tobytes(), offsets.tolist()
        scan, scratch, pattern_of = self._database.scan, self._scratch(self._database), self._pattern_of

        def note(expression: int, start: int, end: int, flags: int, found: set[int]) -> None:
            found.add(pattern_of[expression])

        for row in self._suspects(data, offsets) if len(texts) >= MANY else range(len(texts)):
            start, stop = bounds[row], bounds[row + 1]
            if stop > start:
                scan(buffer[start:stop], match_event_handler=note, context=hits[row], scratch=scratch)
        return hits

    def _suspects(self, data: Bytes, offsets: Int64) -> list[int]:
        """Texts that may hit something: all are scanned as one, with a line's end after each.

        What is found may reach over such an end, so that these texts have to be looked at one by one; the others
        hit nothing.
        """
        ends: list[int] = []

        def note(expression: int, start: int, end: int, flags: int, context: None) -> None:
            ends.append(end)

        apart = with_line_ends(data, offsets).tobytes()
        self._apart.scan(apart, match_event_handler=note, scratch=self._scratch(self._apart))
        if not ends:
            return []
        rows = np.searchsorted(offsets + np.arange(len(offsets)), np.array(ends) - 1, side="right") - 1
        found: list[int] = np.unique(np.minimum(rows, len(offsets) - 2)).tolist()
        return found

    def _scratch(self, database: Any) -> Any:
        """This thread's working memory for a database."""
        held: dict[str, Any] = self._local.__dict__
        name = "one" if database is self._database else "apart"
        if name not in held:
            held[name] = database.scratch.clone()
        return held[name]


def load_patterns(*folders: Path) -> PatternMatcher:
    """Read and compile every `*.yaml` in the folders. A set in a later folder replaces one of the same id.

    Raises `XiezhiError` naming file, line and cure of each pattern that is malformed, could match nothing at
    all, or is too costly: unbounded `.*`, repeats above 64, look-around and back-references.
    """
    problems = Problems()
    found: dict[str, tuple[PatternSet, Document]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            document = read_yaml(path, problems, f"{folder.name}/{path.name}")
            pattern_set = convert(document, PatternSet, problems) if document is not None else None
            if document is not None and pattern_set is not None:
                found[pattern_set.id] = pattern_set, document
    problems.raise_if_any("patterns")
    expressions = _expressions(found, problems)
    problems.raise_if_any("patterns")
    import hyperscan  # costs a tenth of a second, and only messages need it

    database = _compile(expressions, hyperscan.HS_FLAG_SINGLEMATCH, problems)
    problems.raise_if_any("patterns")
    apart = _compile(expressions, hyperscan.HS_FLAG_MULTILINE, problems)
    problems.raise_if_any("patterns")
    sets = tuple(pattern_set for pattern_set, _ in found.values())
    return PatternMatcher(sets, expressions, database, apart)


@cache
def shipped_patterns() -> PatternMatcher:
    """The sets that ship with the package, compiled once."""
    return load_patterns(data_folder() / "patterns")


def _expressions(found: dict[str, tuple[PatternSet, Document]], problems: Problems) -> tuple[Expression, ...]:
    expressions: list[Expression] = []
    number = 0
    for pattern_set, document in found.values():
        seen: set[str] = set()
        for index, pattern in enumerate(pattern_set.patterns):
            at: At = ("patterns", index)
            place = document.place(at)
            if pattern.id in seen:
                problems.add(place, f"pattern `{pattern.id}` is there twice", "give each pattern its own id")
            seen.add(pattern.id)
            if not pattern.any and not pattern.regex:
                problems.add(place, f"pattern `{pattern.id}` looks for nothing", "give it `any` or `regex`")
            for literal in pattern.any:
                _check_literal(literal, place, problems)
                expressions.append(Expression(re.escape(literal), number, place))
            if pattern.regex:
                _check_regex(pattern.regex, place, problems)
                expressions.append(Expression(pattern.regex, number, place))
            number += 1
    return tuple(expressions)


def _check_literal(literal: str, place: str, problems: Problems) -> None:
    if not literal.strip() or len(literal) > LONGEST_EXPRESSION:
        problems.add(place, "a literal must have 1 to 200 characters", "shorten it or take it out")
    elif literal != literal.lower():
        problems.add(
            place, f"`{literal}` has capitals, but texts are searched in lower case", "write it in lower case"
        )


def _check_regex(regex: str, place: str, problems: Problems) -> None:
    bare = re.sub(r"\\.", "", regex)
    repeats = [
        int(number)
        for low, high in re.findall(r"\{(\d+)(?:,(\d*))?\}", bare)
        for number in (low, high)
        if number
    ]
    if len(regex) > LONGEST_EXPRESSION:
        problems.add(
            place, f"the regex has more than {LONGEST_EXPRESSION} characters", "split it into patterns"
        )
    if re.search(r"\\[AZzG]", regex):
        problems.add(
            place, f"`{regex}` has \\A, \\Z, \\z or \\G", "write ^ for a text's start and $ for its end"
        )
    if re.search(r"\.[*+]|\{\d+,\}", bare):
        problems.add(place, f"`{regex}` has a repeat without end", "bound it, as in `.{0,12}`")
    if max(repeats, default=0) > LARGEST_REPEAT:
        problems.add(place, f"`{regex}` repeats more than {LARGEST_REPEAT} times", "lower the bound")


def _compile(expressions: tuple[Expression, ...], flag: int, problems: Problems) -> Any:
    """The Hyperscan database; None where there is nothing to look for, or after noting what it refuses."""
    import hyperscan

    if not expressions:
        return None
    flags = hyperscan.HS_FLAG_UTF8 | flag
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    sources = [expression.source.encode() for expression in expressions]
    try:
        database.compile(expressions=sources, ids=list(range(len(sources))), flags=flags)
        return database
    except hyperscan.error:
        cure = "leave out look-around and back-references, and let it match at least one character"
        for expression, source in zip(expressions, sources, strict=True):
            try:
                hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
                    expressions=[source], ids=[0], flags=flags
                )
            except hyperscan.error as error:
                problems.add(expression.place, f"`{expression.source}` cannot be compiled: {error}", cure)
        return None


class TextPatterns:
    """How many patterns of each shipped set a message hits."""

    channels: ClassVar[tuple[str, ...]] = ("message",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """`text.patterns.<set>` for every set: the number of distinct patterns hit."""
        return tuple(
            Variable(f"text.patterns.{found.id}", "number", f"{found.zh}话术", f"{found.en} (phrases)")
            for found in shipped_patterns().sets
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """One float64 column of table.num_rows counts per set."""
        counts = shipped_patterns().counts(normalise(table.column("text")))
        return {
            f"text.patterns.{found.id}": np.ascontiguousarray(counts[:, at])
            for at, found in enumerate(shipped_patterns().sets)
        }


DETECTORS = (TextPatterns,)
