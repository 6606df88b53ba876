"""Everything of the city that does not move: places, people, web, accounts and the texts they use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from xiezhi.simulator import money, places, population, texts, web
from xiezhi.simulator.plans import BANK_CODES, Plans

PORTS = 240
"""Firms that send messages through ports."""

PUBLIC = ("12379", "96110", "10086", "10010", "12345")
"""Public services that send warnings."""

Columns = dict[str, pa.Array]
"""Columns of one channel by field name, of equal length, in time order. Absent fields are missing values."""


@dataclass(frozen=True)
class World:
    """The standing city; only the balances in `purse` change. `senders` of messages are all numbers,
    then ports, bank codes and public services."""

    seed: int
    plans: Plans
    places: places.Places
    people: population.Population
    web: web.Web
    purse: money.Purse
    texts: texts.Pool
    senders: pa.StringArray


def build(seed: int, subscribers: int) -> World:
    """The same city for the same seed and number of subscribers."""
    plans = Plans(seed)
    where = places.found(seed, subscribers)
    people = population.settle(seed, subscribers, plans, where)
    size = int(np.clip(subscribers // 20, 200, 6000))
    return World(
        seed,
        plans,
        where,
        people,
        web.weave(seed, subscribers, plans),
        money.fund(seed, plans, people),
        texts.render(seed, size),
        pa.concat_arrays(
            [people.numbers, plans.port(np.arange(PORTS, dtype=np.int64)), pa.array([*BANK_CODES, *PUBLIC])]
        ),
    )
