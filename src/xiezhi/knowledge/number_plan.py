"""The numbering plan: which telephone numbers exist, and which ones people trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal, get_args

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.convert import convert
from xiezhi.knowledge.yamlfile import At, Document, read_yaml

Span = tuple[int, int]
"""The least and the greatest number of digits, both included."""

RangeForm = Literal["mobile", "mvno", "iot", "landline", "service", "port106", "toll"]

FORMS: tuple[str, ...] = (*get_args(RangeForm), "overseas", "malformed", "pseudonym")
"""Every form a number can have. `malformed` is a number that fits no range, `pseudonym` no number at all."""

LONGEST = 31
"""No number of any plan has more digits."""

_PATTERN = re.compile(r"(?:[0-9]|\[(?:[0-9](?:-[0-9])?)+\])+")
_PIECE = re.compile(r"\[([^\]]*)\]|([0-9])")
_SHORTEST_FAKE = 3


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers that begin with one of `prefixes` and have `length` digits in all."""

    form: RangeForm
    prefixes: tuple[str, ...]
    length: Span
    zh: str
    en: str
    trunk: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A city's code (with its 0) and the digits of a number within the city."""

    code: str
    zh: str
    en: str
    local: Span


@dataclass(frozen=True, slots=True)
class Country:
    """A country code and the digits after it; `high_risk` where fraud calls often come from."""

    code: str
    zh: str
    en: str
    national: Span
    high_risk: bool = False


@dataclass(frozen=True, slots=True)
class OfficialNumber:
    """A number people trust; a `regional` one may also stand behind an area code."""

    number: str
    zh: str
    en: str
    regional: bool = False


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """The whole file; prefixes, areas and countries may hold digit classes such as `13[0-2]`."""

    sources: tuple[str, ...]
    ranges: tuple[NumberRange, ...]
    unnamed_areas: tuple[str, ...]
    areas: tuple[Area, ...]
    countries: tuple[Country, ...]
    other_countries: tuple[str, ...]
    official: tuple[OfficialNumber, ...]


def load_number_plan(path: Path | None = None) -> NumberPlan:
    """Read a plan, by default the shipped one. Raises `XiezhiError` naming every fault with file and line."""
    return _shipped() if path is None else _load(path, str(path))


@cache
def _shipped() -> NumberPlan:
    return _load(data_folder() / "number_plan.yaml", "xiezhi/knowledge/data/number_plan.yaml")


def _load(path: Path, name: str) -> NumberPlan:
    problems = Problems()
    document = read_yaml(path, problems, name)
    plan = convert(document, NumberPlan, problems) if document is not None else None
    if document is not None and plan is not None:
        _check(plan, document, problems)
    problems.raise_if_any("number plan")
    assert plan is not None  # nothing was converted only where there was a problem
    return plan


def digits_of(pattern: str) -> list[str]:
    """All prefixes that a pattern stands for: `1[3-5]0` gives 130, 140 and 150."""
    choices = [_choices(found[1]) if found[1] is not None else found[2] for found in _PIECE.finditer(pattern)]
    return ["".join(chosen) for chosen in product(*choices)]


def _choices(inside: str) -> str:
    """The digits of a class: `0-24` gives 0, 1, 2 and 4."""
    found = ""
    for low, high in re.findall(r"([0-9])(?:-([0-9]))?", inside):
        found += "".join(map(str, range(int(low), int(high or low) + 1)))
    return found


def _check(plan: NumberPlan, document: Document, problems: Problems) -> None:
    """Note patterns and lengths that cannot be meant."""
    for i, each in enumerate(plan.ranges):
        for j, prefix in enumerate(each.prefixes):
            _check_pattern(prefix, document, ("ranges", i, "prefixes", j), problems)
        _check_span(each.length, document, ("ranges", i, "length"), problems)
    for name in ("unnamed_areas", "other_countries"):
        for i, prefix in enumerate(getattr(plan, name)):
            _check_pattern(prefix, document, (name, i), problems)
    for i, area in enumerate(plan.areas):
        _check_digits(area.code, document, ("areas", i, "code"), problems)
        _check_span(area.local, document, ("areas", i, "local"), problems)
    for i, country in enumerate(plan.countries):
        _check_digits(country.code, document, ("countries", i, "code"), problems)
        _check_span(country.national, document, ("countries", i, "national"), problems)
    for i, official in enumerate(plan.official):
        _check_digits(official.number, document, ("official", i, "number"), problems)
    for name, key in (("areas", "code"), ("countries", "code"), ("official", "number")):
        _check_unique(plan, name, key, document, problems)


def _check_pattern(pattern: str, document: Document, at: At, problems: Problems) -> None:
    if not _PATTERN.fullmatch(pattern) or not digits_of(pattern):
        problems.add(
            document.place(at), f"`{pattern}` is not a prefix", "write digits and classes, as in `13[0-2]`"
        )
    elif len(digits_of(pattern)[0]) > LONGEST or len(digits_of(pattern)) > 10_000:
        problems.add(document.place(at), f"`{pattern}` stands for too much", "split it, or use fewer classes")


def _check_span(span: Span, document: Document, at: At, problems: Problems) -> None:
    if not 1 <= span[0] <= span[1] <= LONGEST:
        cure = f"write the least and the greatest number of digits, 1 to {LONGEST}"
        problems.add(document.place(at), f"[{span[0]}, {span[1]}] is not a range of lengths", cure)


def _check_digits(text: str, document: Document, at: At, problems: Problems) -> None:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        problems.add(
            document.place(at), f"`{text}` is not a number", f"write 1 to {LONGEST} digits in quotes"
        )
    elif at[0] == "official" and (text[0] == "0" or len(text) < _SHORTEST_FAKE):
        problems.add(document.place(at), f"`{text}` cannot be told from padding", "leave leading zeros out")


def _check_unique(plan: NumberPlan, name: str, key: str, document: Document, problems: Problems) -> None:
    seen: set[str] = set()
    for i, each in enumerate(getattr(plan, name)):
        value = getattr(each, key)
        if value in seen:
            problems.add(document.place((name, i)), f"`{value}` is there twice", "keep one of the two")
        seen.add(value)
