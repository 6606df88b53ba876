"""The form of the numbers of calls and messages, and callers that dress up as official ones."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.detect.calls.numbering import shipped_numbering
from xiezhi.domain.columns import Codes, Column, Variable
from xiezhi.knowledge.number_plan import FORMS

_ROLES: Final = {
    "call": {"caller": ("主叫", "caller"), "callee": ("被叫", "callee")},
    "message": {"sender": ("发送方", "sender")},
}


@cache
def _codes() -> npt.NDArray[np.int32]:
    """The place in `FORMS` of each range's form, with a last entry for missing (range -1)."""
    found = [FORMS.index(known.form) for known in shipped_numbering().ranges]
    return np.array([*found, -1], dtype=np.int32)


class NumberForm:
    """`caller.form`, `callee.form` and `sender.form`: one of `FORMS`, by the numbering plan."""

    channels: ClassVar[tuple[str, ...]] = tuple(_ROLES)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """The form of every number of the channel."""
        return tuple(
            Variable(f"{role}.form", "text", f"{zh}号码形态", f"form of the {en}'s number")
            for role, (zh, en) in _ROLES[channel].items()
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Forms as codes int32[n]; missing where there is no number."""
        numbering, codes = shipped_numbering(), _codes()
        return {
            f"{role}.form": Codes(codes[numbering.ranges_of(table.column(role))], FORMS)
            for role in _ROLES[channel]
        }


class Imitation:
    """`caller.imitates`: the number looks like an official one but is not in its true form.

    Forged numbers must differ from 110 or 95588 where gateways filter those, so they carry a prefix: 00110,
    +95588, 86110. Networks never show the true ones so.
    """

    channels: ClassVar[tuple[str, ...]] = ("call",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """The flag."""
        return (Variable("caller.imitates", "flag", "仿冒官方号码", "imitates an official number"),)

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Flags bool[n]; false where there is no caller."""
        return {"caller.imitates": shipped_numbering().imitates(table.column("caller"))}


DETECTORS = (NumberForm, Imitation)
