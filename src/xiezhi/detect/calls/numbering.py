"""The numbering plan as a compiled tree of digits, and the kernels that walk numbers through it.

A node of the tree is a prefix. Its row says, for each total length, which range a number with this prefix and
length belongs to; walking down, the deepest node with a range for the number's length wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from xiezhi.domain.buffers import Bytes, is_missing, text_buffers
from xiezhi.knowledge.number_plan import LONGEST, NumberPlan, digits_of, load_number_plan

Flags = npt.NDArray[np.bool_]
Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]

MISSING: Final = -1
MALFORMED: Final = 0
PSEUDONYM: Final = 1

_AREA: Final = 1
_OFFICIAL: Final = 2
_REGIONAL: Final = 4
_LOCAL: Final = "[2-8]"  # what a landline's number within its city begins with
_OTHER_NATIONAL: Final = (5, 13)
_ABROAD: Final = "00"


@dataclass(frozen=True, slots=True)
class Range:
    """What is known of numbers of one range."""

    form: str
    zh: str
    en: str
    high_risk: bool = False


class Tree(NamedTuple):
    """`child[node, digit]` is a node, or 0 where there is none (0 is the root). `row[node]` picks the row of
    `lengths[row, length]`, which holds range numbers and 0 for none. `marks` says what a node itself is."""

    child: Int32
    row: Int32
    lengths: Int16
    marks: Bytes


@dataclass(frozen=True)
class Numbering:
    """A compiled plan. `ranges[0]` is malformed and `ranges[1]` pseudonym."""

    ranges: tuple[Range, ...]
    tree: Tree

    def ranges_of(self, column: Any) -> Int32:
        """The place in `ranges` of each number of a text column, int32[n]; -1 where missing or empty."""
        buffers = text_buffers(column)
        out = np.empty(len(column), dtype=np.int32)
        _classify(self.tree, buffers.data, buffers.offsets, buffers.validity, buffers.first, out)
        return out

    def imitates(self, column: Any) -> Flags:
        """Whether each number looks like an official one but is not in its true form, bool[n].

        Before the official number stand a plus, zeros, China's code 86 or an area code, or several of these:
        0010086, +95588, 86110, 010110.
        """
        buffers = text_buffers(column)
        out = np.empty(len(column), dtype=np.bool_)
        _imitations(self.tree, buffers.data, buffers.offsets, buffers.validity, buffers.first, out)
        return out

    def look_up(self, number: str) -> Range:
        """What the plan says about one number in canonical form."""
        return self.ranges[max(int(self.ranges_of(pa.array([number], pa.string()))[0]), MALFORMED)]


class _Builder:
    """Grows the tree range by range; a later range replaces an earlier one of the same prefix and length."""

    def __init__(self) -> None:
        self.child: list[list[int]] = [[0] * 10]
        self.lengths: list[list[int]] = [[0] * (LONGEST + 1)]
        self.marks: list[int] = [0]
        self.ranges = [
            Range("malformed", "不符合编号规则", "Fits no numbering plan"),
            Range("pseudonym", "非电话号码", "Not a telephone number"),
        ]
        self._place = {found: place for place, found in enumerate(self.ranges)}

    def add(self, found: Range, prefixes: list[str], low: int, high: int) -> None:
        """Numbers with these prefixes and low..high digits belong to a range."""
        place = self._place.setdefault(found, len(self.ranges))
        if place == len(self.ranges):
            self.ranges.append(found)
        for prefix in prefixes:
            lengths = self.lengths[self.node(prefix)]
            for length in range(max(low, len(prefix)), min(high, LONGEST) + 1):
                lengths[length] = place

    def mark(self, prefix: str, mark: int) -> None:
        """Mark what a prefix itself is."""
        self.marks[self.node(prefix)] |= mark

    def node(self, prefix: str) -> int:
        """The node of a prefix, made where there is none."""
        at = 0
        for digit in map(int, prefix):
            if not self.child[at][digit]:
                self.child[at][digit] = len(self.child)
                self.child.append([0] * 10)
                self.lengths.append([0] * (LONGEST + 1))
                self.marks.append(0)
            at = self.child[at][digit]
        return at

    def tree(self) -> Tree:
        """The tree as arrays; equal rows of lengths are kept once."""
        rows, row = np.unique(np.array(self.lengths, dtype=np.int16), axis=0, return_inverse=True)
        marks = np.array(self.marks, dtype=np.uint8)
        return Tree(np.array(self.child, dtype=np.int32), row.reshape(-1).astype(np.int32), rows, marks)


def compile_plan(plan: NumberPlan) -> Numbering:
    """A plan made ready for columns of numbers."""
    builder = _Builder()
    for each in plan.ranges:
        prefixes = [prefix for pattern in each.prefixes for prefix in digits_of(pattern)]
        known = Range(each.form, each.zh, each.en)
        builder.add(known, prefixes, *each.length)
        if each.trunk:
            builder.add(known, ["0" + p for p in prefixes], each.length[0] + 1, each.length[1] + 1)
    _add_areas(builder, plan)
    for pattern in plan.other_countries:
        codes = [_ABROAD + code for code in digits_of(pattern)]
        low, high = (part + len(codes[0]) for part in _OTHER_NATIONAL)
        builder.add(Range("overseas", "其他国家和地区", "Other country"), codes, low, high)
    for country in plan.countries:
        known = Range("overseas", country.zh, country.en, country.high_risk)
        code = _ABROAD + country.code
        builder.add(known, [code], *(part + len(code) for part in country.national))
    for official in plan.official:
        number = official.number
        builder.add(Range("service", official.zh, official.en), [number], len(number), len(number))
        builder.mark(number, _OFFICIAL | (_REGIONAL if official.regional else 0))
    return Numbering(tuple(builder.ranges), builder.tree())


def _add_areas(builder: _Builder, plan: NumberPlan) -> None:
    """Landlines behind area codes, and the official numbers that may stand behind them too."""
    regional = [official for official in plan.official if official.regional]
    unnamed = [code for pattern in plan.unnamed_areas for code in digits_of(pattern)]
    areas = {code: (Range("landline", "固定电话", "Landline"), (7, 8)) for code in unnamed}
    areas |= {area.code: (Range("landline", area.zh, area.en), area.local) for area in plan.areas}
    for code, (known, (low, high)) in areas.items():
        local = [code + first for first in digits_of(_LOCAL)]
        builder.add(known, local, len(code) + low, len(code) + high)
        builder.mark(code, _AREA)
    for official in regional:
        known = Range("service", official.zh, official.en)
        for code in areas:
            length = len(code) + len(official.number)
            builder.add(known, [code + official.number], length, length)


@cache
def shipped_numbering() -> Numbering:
    """The shipped plan, compiled once."""
    return compile_plan(load_number_plan())


@njit(cache=True, nogil=True)
def _range_of(tree: Tree, data: Bytes, start: int, end: int) -> int:
    """The range of one number: digits, or a plus (which stands for 00) and digits."""
    node, length, found = 0, end - start, MALFORMED
    if length == 0:
        return MISSING
    if data[start] == 43:
        start += 1
        length += 1
        node = tree.child[tree.child[0, 0], 0]
        if start == end:
            return PSEUDONYM
    for at in range(start, end):
        if data[at] < 48 or data[at] > 57:
            return PSEUDONYM
    if length > LONGEST:
        return MALFORMED
    for at in range(start, end):
        node = tree.child[node, data[at] - 48]
        if node == 0:
            break
        here = tree.lengths[tree.row[node], length]
        if here != 0:
            found = here
    return found


@njit(cache=True, nogil=True)
def _classify(
    tree: Tree, data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, out: Int32
) -> None:
    for row in range(len(out)):
        if is_missing(validity, first + row):
            out[row] = MISSING
        else:
            out[row] = _range_of(tree, data, offsets[row], offsets[row + 1])


@njit(cache=True, nogil=True)
def _is_official(tree: Tree, data: Bytes, start: int, end: int, regional: bool) -> bool:
    """Whether exactly this stretch is an official number; `regional` says whether those count that may stand
    behind an area code."""
    node = 0
    for at in range(start, end):
        if data[at] < 48 or data[at] > 57:
            return False
        node = tree.child[node, data[at] - 48]
        if node == 0:
            return False
    mark = tree.marks[node]
    return mark & _OFFICIAL != 0 and (regional or mark & _REGIONAL == 0)


@njit(cache=True, nogil=True)
def _zeros(data: Bytes, start: int, end: int) -> int:
    """Where the zeros from `start` on end."""
    while start < end and data[start] == 48:
        start += 1
    return start


@njit(cache=True, nogil=True)
def _is_imitation(tree: Tree, data: Bytes, start: int, end: int) -> bool:
    at = start + 1 if start < end and data[start] == 43 else start
    at = _zeros(data, at, end)
    if at > start and _is_official(tree, data, at, end, True):
        return True
    if end - at > 2 and data[at] == 56 and data[at + 1] == 54:
        at = _zeros(data, at + 2, end)
        if _is_official(tree, data, at, end, True):
            return True
    if at == start:
        return False
    node = tree.child[0, 0]  # an area code begins with the zero that has just been passed over
    for place in range(at, end):
        if data[place] < 48 or data[place] > 57:
            return False
        node = tree.child[node, data[place] - 48]
        if node == 0:
            return False
        if tree.marks[node] & _AREA != 0:
            rest = _zeros(data, place + 1, end)
            if _is_official(tree, data, rest, end, rest > place + 1):
                return True
    return False


@njit(cache=True, nogil=True)
def _imitations(
    tree: Tree, data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, out: Flags
) -> None:
    for row in range(len(out)):
        missing = is_missing(validity, first + row)
        out[row] = not missing and _is_imitation(tree, data, offsets[row], offsets[row + 1])
