"""Numbers of events: expressions worked out on columns, and the index that compares them with constants."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from xiezhi.decide.frame import Frame
from xiezhi.decide.kernels import Bools, Int32, number_masks
from xiezhi.decide.language.folding import ARITHMETIC, LARGEST
from xiezhi.decide.language.functions import FUNCTIONS
from xiezhi.decide.language.tree import Arithmetic, Call, Name, Negative, Node, Number, Relation
from xiezhi.domain.batch import Float64, Int64, UInt64
from xiezhi.domain.columns import Codes

GRID = 2_048
"""Places that one source's grid may have; more would not fit the nearest cache with the others."""


@dataclass(frozen=True, slots=True)
class Column:
    """Read a number column."""

    name: str


@dataclass(frozen=True, slots=True)
class Length:
    """Count the characters of a text column."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the rule."""

    value: float


@dataclass(frozen=True, slots=True)
class Apply:
    """Work out a function of steps done before."""

    function: Callable[..., Float64]
    arguments: tuple[int, ...]


Step: TypeAlias = Column | Length | Constant | Apply


class Tape:
    """Steps that work out number expressions; a step that several expressions share is done once."""

    def __init__(self) -> None:
        self.steps: dict[Step, int] = {}

    def add(self, node: Node) -> int:
        """The number of the step that gives the value of an expression."""
        match node:
            case Name(name=name):
                step: Step = Column(name)
            case Number(value=value):
                step = Constant(value)
            case Negative(value=value_node):
                step = Apply(np.negative, (self.add(value_node),))
            case Arithmetic():
                step = Apply(ARITHMETIC[node.operator], (self.add(node.left), self.add(node.right)))
            case Call(function="length", arguments=(Name(name=name),)):
                step = Length(name)
            case Call(function=function, arguments=arguments):
                apply = FUNCTIONS[function].apply
                assert apply is not None
                step = Apply(apply, tuple(map(self.add, arguments)))
            case _:
                raise AssertionError(f"not a number: {node}")
        return self.steps.setdefault(step, len(self.steps))

    def run(self, frame: Frame, rows: slice) -> list[Float64]:
        """The value of every step in some rows of a frame."""
        values: list[Float64] = []
        for step in self.steps:
            match step:
                case Column(name=name):
                    column = frame.column(name)
                    assert not isinstance(column, Codes)
                    values.append(np.asarray(column[rows], dtype=np.float64))
                case Length(name=name):
                    values.append(_lengths(frame.column(name), rows))
                case Constant(value=value):
                    values.append(np.float64(value))  # type: ignore[arg-type]
                case Apply(function=function, arguments=arguments):
                    values.append(_finite(function, [values[each] for each in arguments]))
        return values


def _lengths(column: object, rows: slice) -> Float64:
    assert isinstance(column, Codes)
    codes = column.codes[rows]
    return np.array(
        [np.nan if code < 0 else len(column.values[code]) for code in codes.tolist()], dtype=np.float64
    )


def _finite(function: Callable[..., Float64], arguments: list[Float64]) -> Float64:
    """What is too large for a number counts as missing."""
    with np.errstate(all="ignore"):
        value = function(*arguments)
        return np.where(np.abs(value) <= LARGEST, value, np.nan)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two steps whose values are compared."""

    relation: Relation
    left: int
    right: int

    def run(self, values: list[Float64]) -> Bools:
        """Rows where the comparison holds; with a missing value it does not."""
        left, right = values[self.left], values[self.right]
        held = _COMPARE[self.relation](left, right)
        if self.relation == "!=":
            held = held & ~np.isnan(left) & ~np.isnan(right)
        return np.asarray(held)


_COMPARE: Mapping[Relation, Callable[[Float64, Float64], Bools]] = {
    "<": np.less, "<=": np.less_equal, "==": np.equal,
    "!=": np.not_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """Where to begin looking for a value among ascending constants.

    1 + (value - origin) * scale is at least 1 and never falls as the value grows, and so are the leading
    bits of its float64 pattern: bits >> shift, less `base`, is a place, and `places` says how many constants
    lie at smaller ones. `scale` brings the closest two constants at least 1 apart, so few share a place.
    """

    places: Int32
    origin: float
    scale: float
    shift: int
    base: int

    @classmethod
    def over(cls, constants: Float64) -> Grid:
        """The grid for ascending, distinct, finite constants."""
        if not len(constants):
            return cls(np.zeros(1, np.int32), 0.0, 1.0, 52, 0)
        gaps = np.diff(constants)
        scale = min(1.0 / float(gaps.min()), 1e9, LARGEST / float(gaps.sum())) if len(gaps) else 1.0
        origin = float(constants[0])
        lifted = (constants - origin) * scale + 1.0
        octaves = math.frexp(float(lifted[-1]))[1]
        shift = 52 - max(0, int(math.log2(GRID / octaves)))
        patterns = lifted.view(np.int64) >> shift
        base = int(patterns[0])
        places = np.searchsorted(patterns - base, np.arange(int(patterns[-1]) - base + 1)).astype(np.int32)
        return cls(places, origin, scale, shift, base)


class NumberIndex:
    """All comparisons of numbers with constants, packed for the kernel that does them together."""

    def __init__(self, tests: Mapping[int, list[tuple[int, float, int]]]) -> None:
        """`tests` gives, for each step of the tape, comparisons as (comparison, constant, slot)."""
        self.steps = list(tests)
        constants = [
            np.unique(np.array([each[1] for each in tests[step]], np.float64)) for step in self.steps
        ]
        grids = [Grid.over(each) for each in constants]
        self.first = _starts([len(each) for each in constants])
        self.constants = np.concatenate([*constants, np.zeros(0)])
        self.grid_first = _starts([len(grid.places) for grid in grids])
        self.grid = np.concatenate([*(grid.places for grid in grids), np.zeros(0, np.int32)])
        self.origin = np.array([grid.origin for grid in grids], np.float64)
        self.scale = np.array([grid.scale for grid in grids], np.float64)
        self.shift = np.array([(grid.shift, grid.base) for grid in grids], np.int64).reshape(-1, 2)
        self.test_first = _starts([len(tests[step]) for step in self.steps])
        packed = [
            (comparison, int(np.searchsorted(own, constant)), slot)
            for step, own in zip(self.steps, constants, strict=True)
            for comparison, constant, slot in tests[step]
        ]
        self.tests = np.array(packed, np.int32).reshape(-1, 3)
        self.most = max((len(each) for each in constants), default=0)

    def run(self, values: list[Float64], rows: int, slots: UInt64) -> None:
        """Fill the slots of all comparisons from the values of the tape's steps."""
        if not self.steps:
            return
        matrix = np.empty((len(self.steps), rows), np.float64)
        for at, step in enumerate(self.steps):
            matrix[at] = values[step]
        buckets = np.empty((2 * self.most + 1, slots.shape[1]), np.uint64)
        number_masks(
            matrix, self.first, self.constants, self.grid_first, self.grid, self.origin, self.scale,
            self.shift, self.test_first, self.tests, buckets, slots,
        )  # fmt: skip


def _starts(counts: list[int]) -> Int64:
    return np.concatenate([[0], np.cumsum(np.array(counts, np.int64))]).astype(np.int64)
