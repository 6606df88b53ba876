"""The events of one channel in a micro-batch, with everything that is computed about them on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiezhi.decide.compiled import Conditions
from xiezhi.decide.frame import column_of
from xiezhi.decide.language import Vocabulary
from xiezhi.detect.base import Detector
from xiezhi.domain.batch import Float64, Int64, Part, UInt64
from xiezhi.domain.columns import Codes, Column
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.hashing import combine, hash_column


@dataclass(frozen=True, slots=True)
class ChannelTools:
    """What a channel's frames are computed with: its detectors by the names of their outputs, and the
    conditions of window measures by their text."""

    vocabulary: Vocabulary
    detectors: Mapping[str, Detector]
    conditions: Mapping[str, Conditions]


class ChannelFrame:
    """Serves windows as their `View` and rules as their `Frame`; every column is computed once at most."""

    def __init__(self, part: Part, tools: ChannelTools) -> None:
        self.channel, self.table, self.order = part.channel, part.table, part.order
        self.ts: Int64 = part.table.column("ts").to_numpy()
        self._tools = tools
        self._columns: dict[str, Column] = {}
        self._keys: dict[str, UInt64] = {}

    @property
    def rows(self) -> int:
        """Number of events."""
        return int(self.table.num_rows)

    def column(self, name: str) -> Column:
        """A variable, one value an event."""
        found = self._columns.get(name)
        if found is None:
            detector = self._tools.detectors.get(name)
            if detector is not None:
                self._columns |= detector.run(self.channel, self.table)
            elif name in self.table.schema.names:
                self._columns[name] = column_of(self.table.column(name))
            else:
                raise XiezhiError(
                    f"{self.channel} events have no `{name}`", "see the rule language's reference"
                )
            found = self._columns[name]
        return found

    def prepare(self, keys: tuple[str, ...]) -> None:
        """Compute what needs no state: the keys of some places and every detector's columns."""
        for name in keys:
            self.keys(name)
        for name in self._tools.detectors:
            self.column(name)

    def keys(self, name: str) -> UInt64:
        """Hashed identifiers of a field, or of two (`a+b`); 0 where one is missing."""
        found = self._keys.get(name)
        if found is None:
            if "+" in name:
                a, b = (self.keys(field) for field in name.split("+"))
                found = np.where((a == 0) | (b == 0), np.uint64(0), combine(a, b))
            else:
                found = hash_column(self.table.column(name))
            self._keys[name] = found
        return found

    def number(self, name: str) -> Float64:
        """A variable as float64, NaN where missing."""
        column = self.column(name)
        if isinstance(column, Codes):
            raise XiezhiError(f"`{name}` of {self.channel} events is not a number", "measure a number field")
        return np.asarray(column, np.float64)

    def holds(self, expression: str) -> npt.NDArray[np.bool_]:
        """Where a condition of a window measure is true."""
        return np.asarray(self._tools.conditions[expression].masks(self, self.ts)[0])

    def add(self, name: str, values: Float64) -> None:
        """Take in a feature column."""
        self._columns[name] = values

    def matrix(self, names: tuple[str, ...]) -> npt.NDArray[np.float32]:
        """Variables side by side as a model takes them: float32[rows, names]."""
        matrix = np.empty((self.rows, len(names)), np.float32)
        for at, name in enumerate(names):
            matrix[:, at] = self.number(name)
        return matrix
