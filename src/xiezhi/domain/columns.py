"""Columns that detectors and windows compute and that rules and models read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

VariableType = Literal["number", "flag", "text"]


@dataclass(frozen=True, slots=True)
class Codes:
    """A text column in dictionary form: `values[codes[i]]`, or missing where `codes[i]` is -1."""

    codes: npt.NDArray[np.int32]
    values: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> str | None:
        """The text of one row."""
        code = int(self.codes[row])
        return None if code < 0 else self.values[code]


Column: TypeAlias = npt.NDArray[np.float64] | npt.NDArray[np.bool_] | Codes
"""A number column (float64, NaN = missing), a flag column (bool, missing = False) or a text column."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that rules and models can read, with its type, unit and both languages."""

    name: str
    type: VariableType
    zh: str
    en: str
    unit: str = ""
