"""Numbers that nobody has yet, for gangs to buy: out of the same plans as the subscribers'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.world import World


class Mint:
    """Hands out each number once, in a fixed order."""

    def __init__(self, world: World) -> None:
        self._plans = world.plans
        self._used: Counter[str] = Counter()
        # Beyond every index that the honest city takes.
        self._first = len(world.people) + len(world.people.firms.trade)
        self._first_card = world.purse.end

    def _next(self, sort: str, count: int, first: int, plan: Callable[[Int64], pa.StringArray]) -> list[str]:
        start = first + self._used[sort]
        self._used[sort] += count
        values: list[str] = plan(np.arange(start, start + count, dtype=np.int64)).to_pylist()
        return values

    def phones(self, form: str, count: int) -> list[str]:
        """New numbers; `form` is mobile, virtual, iot, landline, toll, or 00 and a country code."""
        if form.startswith("00"):
            return self._next(form, count, 0, lambda index: self._plans.overseas(index, form[2:]))
        first = {"mobile": self._first, "virtual": self._first, "iot": 0}.get(form, 50_000)
        return self._next(form, count, first, getattr(self._plans, form))

    def cards(self, count: int) -> list[str]:
        """New bank cards."""
        return self._next("card", count, self._first_card, lambda index: self._plans.card(index, index % 6))

    def wallets(self, count: int) -> list[str]:
        """New wallets."""
        return self._next("wallet", count, self._first, self._plans.wallet)

    def accounts(self, count: int) -> list[str]:
        """New chat accounts."""
        return self._next("account", count, self._first, self._plans.account)

    def devices(self, count: int) -> list[str]:
        """New device ids."""
        return self._next("device", count, self._first, self._plans.device)

    def imei(self, count: int) -> list[str]:
        """New device numbers."""
        return self._next("imei", count, self._first, self._plans.imei)

    def imsi(self, count: int) -> list[str]:
        """New SIM numbers."""
        return self._next("imsi", count, self._first, self._plans.imsi)

    def addresses(self, count: int) -> list[str]:
        """New subscriber addresses."""
        return self._next("address", count, self._first, self._plans.address)

    def servers(self, count: int) -> list[str]:
        """New server addresses."""
        return self._next("server", count, 100_000, self._plans.server)
