"""Where an app came from, and whether anybody chose its name."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa

from xiezhi.detect.uniques import uniques
from xiezhi.domain.columns import Column, Variable
from xiezhi.knowledge.apps import load_app_names

SIDELOADED: Final = frozenset(["browser", "chat", "sideload"])
"""Sources that are no app store."""

_REMEMBERED: Final = 1 << 16
_SHORTEST: Final = 7
_SWITCHES: Final = 3
_SWITCH = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
_MUMBLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{8}")


class Packages:
    """`source.sideloaded` and `package.random` of an installation.

    A name counts as random when an app builder filled it in, or when one of its parts mixes letters and
    digits again and again or has eight consonants in a row. Shorter runs are left alone: Chinese apps are
    often named by the initials of their Pinyin, which have few vowels.
    """

    channels: ClassVar[tuple[str, ...]] = ("install",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """The two flags."""
        return (
            Variable("source.sideloaded", "flag", "非应用商店安装", "not from an app store"),
            Variable("package.random", "flag", "包名随机", "package name made at random"),
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Flags bool[n]; false where the field is missing."""
        sources, packages = uniques(table.column("source")), uniques(table.column("package"))
        foreign = np.array([value in SIDELOADED for value in sources.values], dtype=np.bool_)
        random = np.array([value is not None and is_random(value) for value in packages.values], np.bool_)
        return {"source.sideloaded": foreign[sources.codes], "package.random": random[packages.codes]}


@lru_cache(maxsize=_REMEMBERED)
def is_random(package: str) -> bool:
    """Whether nobody seems to have chosen a package name."""
    return _builders().search(package) is not None or any(map(_is_noise, package.lower().split(".")))


def _is_noise(part: str) -> bool:
    if len(part) < _SHORTEST:
        return False
    return len(_SWITCH.findall(part)) >= _SWITCHES or _MUMBLE.search(part) is not None


@cache
def _builders() -> re.Pattern[str]:
    """Any of the names that builders fill in."""
    return re.compile("|".join(f"(?:{builder.regex})" for builder in load_app_names().builders) or r"(?!)")


DETECTORS = (Packages,)
