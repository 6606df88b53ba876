"""The gangs: one kind a file, found by looking into this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

import numpy as np

from xiezhi.domain.batch import Int64
from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator.gangs.base import Gang
from xiezhi.simulator.gangs.mint import Mint
from xiezhi.simulator.truth import Script
from xiezhi.simulator.world import World

_LEAST = 12
"""Rows under which a kind cannot show its whole chain."""


@cache
def kinds() -> dict[str, type[Gang]]:
    """Every kind of gang by its fraud kind's id, in order of id."""
    found: dict[str, type[Gang]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Gang) and not isabstract(value):
                found[value.kind] = value
    return dict(sorted(found.items()))


class Underworld:
    """All gangs of one city. `budget` is how many rows they are about to make in one stretch of time;
    with little to make, fewer kinds are at work."""

    def __init__(self, world: World, chosen: tuple[str, ...] | None, budget: int) -> None:
        known = kinds()
        for kind in chosen or ():
            if kind not in known:
                raise XiezhiError(f"no gangs of kind {kind!r}", f"choose from {', '.join(known)}")
        names = list(chosen or known)
        start = world.seed % len(names)
        count = min(len(names), budget // _LEAST)
        at_work = sorted((names[start:] + names[:start])[:count])
        mint = Mint(world)
        each = max(1, min(8, len(world.people) // 60_000))
        self._share = _shares(budget, [known[kind].weight for kind in at_work])
        self.gangs = [
            known[kind](world, serial, mint, int(share) // each)
            for kind, share in zip(at_work, self._share, strict=True)
            for serial in range(1, each + 1)
        ]
        self._each = each

    def plan(self, script: Script, budget: int) -> None:
        """Let every gang act; together about `budget` rows."""
        weights = [gang.weight for gang in self.gangs[:: self._each]]
        for place, share in enumerate(_shares(budget, weights)):
            for gang in self.gangs[place * self._each : (place + 1) * self._each]:
                gang.act(script, int(share) // self._each)


def _shares(budget: int, weights: list[float]) -> Int64:
    """Rows for each kind: the least first, the rest by weight."""
    share = np.array(weights) / max(sum(weights), 1e-9)
    return (_LEAST + share * max(0, budget - _LEAST * len(weights))).astype(np.int64)
