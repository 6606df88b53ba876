"""What the windows hold of an identifier at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from xiezhi.domain.batch import Float64, Int64, UInt64
from xiezhi.domain.hashing import hash_text
from xiezhi.engine.core import Core
from xiezhi.windows.glimpse import glimpse, reading_only


class WindowValue(BaseModel):
    """One window feature of an identifier."""

    name: str
    zh: str
    en: str
    value: float | bool | None
    unit: str


@dataclass(slots=True)
class _Asker:
    """An event that is none: it has one identifier in one field, and is only told."""

    name: str
    key: int
    ts: Int64
    order: Int64 = field(default_factory=lambda: np.zeros(1, np.int64))
    told: dict[str, float] = field(default_factory=dict)

    def keys(self, name: str) -> UInt64:
        return np.array([self.key if name == self.name else 0], np.uint64)

    def number(self, name: str) -> Float64:
        return np.full(1, np.nan)

    def holds(self, expression: str) -> npt.NDArray[np.bool_]:
        return np.zeros(1, np.bool_)

    def add(self, name: str, values: Float64) -> None:
        if name.split(".", 1)[0] == self.name:
            self.told[name] = float(values[0])


def windows_of(core: Core, kind: str, value: str) -> list[WindowValue]:
    """The window features of an identifier, as the next event with it would find them. To be called in the
    engine's thread."""
    found: dict[str, WindowValue] = {}
    now = np.array([max(core.windows.newest_ms(), 0)], np.int64)
    for channel, schema in core.knowledge.schemas.items():
        variables = core.vocabularies[channel].variables
        for each in schema.fields:
            if each.type != "identifier" or each.kind != kind:
                continue
            asker = _Asker(each.name, hash_text(value), now)
            reading_only(glimpse(core.windows, {channel: asker})).apply({channel: asker})
            for name, number in asker.told.items():
                if not np.isnan(number) and name in variables and name not in found:
                    variable = variables[name]
                    shown = bool(number) if variable.type == "flag" else number
                    found[name] = WindowValue(
                        name=name, zh=variable.zh, en=variable.en, value=shown, unit=variable.unit
                    )
    return list(found.values())
