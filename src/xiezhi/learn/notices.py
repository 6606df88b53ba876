"""Honest service notices made from the templates in `knowledge/data/corpora/service_notices.txt`."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from xiezhi.knowledge.base import data_folder

VARIANTS: Final = 8
"""Texts made from each template."""

_SLOT = re.compile(r"\{(\w+)\}")


def service_notices(seed: int = 0) -> list[str]:
    """Every template filled eight times; the same seed gives the same texts."""
    lines = (data_folder() / "corpora" / "service_notices.txt").read_text("utf-8").splitlines()
    cut = lines.index("[slots]")
    templates = [line for line in lines[:cut] if line and not line.startswith("#")]
    slots = {
        name: values.strip().split(",")
        for name, _, values in (line.partition(":") for line in lines[cut + 1 :])
    }
    dice = random.Random(seed)
    fill = _filler(slots, dice)
    return [_SLOT.sub(fill, template) for template in templates for _ in range(VARIANTS)]


def _filler(slots: dict[str, list[str]], dice: random.Random) -> Callable[[re.Match[str]], str]:
    ranges = {"month": 12, "day": 28, "hour": 23}

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name in slots:
            return dice.choice(slots[name])
        if name in ranges:
            return str(dice.randint(1, ranges[name]))
        if name == "minute":
            return f"{dice.randint(0, 59):02d}"
        if name == "amount":
            return f"{10 ** dice.uniform(0.5, 4.5):.2f}"
        if name == "mobile":
            return "1" + dice.choice("3578") + _digits(9, dice)
        return _digits(int(name.removeprefix("d")), dice)

    return fill


def _digits(count: int, dice: random.Random) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))
