"""The people of the city, their phones and friends, and the firms that call many people for good reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.domain.batch import Float64, Int64
from xiezhi.simulator import rhythm
from xiezhi.simulator.places import Places
from xiezhi.simulator.plans import BANK_CODES, Plans

Int32 = npt.NDArray[np.int32]

AGES = ("minor", "young", "middle", "mature", "old")
"""Under 18, 18-29, 30-44, 45-59, 60 and over."""

FRIENDS = 8
_FRIEND_SHARE = np.array([0.30, 0.20, 0.14, 0.11, 0.09, 0.07, 0.05, 0.04])


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade whose callers ring many strangers. `per` people have one such caller; `share` is its part of
    trade calls; `talk` the median talk time in seconds; `mobile` whether it calls from mobiles."""

    name: str
    per: int
    share: float
    answered: float
    talk: float
    opens: int
    closes: int
    mobile: bool


TRADES = (
    Trade("courier", 350, 0.44, 0.72, 17, 8, 20, True),
    Trade("rider", 500, 0.16, 0.80, 12, 10, 22, True),
    Trade("sales", 700, 0.12, 0.30, 26, 9, 20, True),
    Trade("call_centre", 6000, 0.10, 0.38, 32, 9, 20, False),
    Trade("taxi", 20000, 0.04, 0.85, 14, 0, 24, False),
    Trade("bank", 50000, 0.05, 0.55, 48, 9, 19, False),
    Trade("hospital", 8000, 0.05, 0.75, 55, 8, 18, False),
    Trade("relative_abroad", 900, 0.04, 0.62, 420, 7, 24, False),
)


@dataclass(frozen=True)
class Firms:
    """Trade callers, m of them; their place among all numbers is `first` + index."""

    first: int
    trade: Int32
    cell: Int32
    by_trade: tuple[Int64, ...]


@dataclass(frozen=True)
class Population:
    """n subscribers, then firms, in parallel columns.

    `numbers`, `imei`, `imsi`, `device` and `address` cover subscribers and firms; the rest subscribers only.
    `friends` is int32[n, 8], closest first. `callers`, `surfers` and `spenders` are lotteries:
    a uniform pick from them is a pick of a subscriber by how much he calls, surfs or spends.
    """

    numbers: pa.StringArray
    imei: pa.StringArray
    imsi: pa.StringArray
    device: pa.StringArray
    address: pa.StringArray
    accounts: pa.StringArray
    person: Int32
    age: npt.NDArray[np.int8]
    wealth: Float64
    home: Int32
    work: Int32
    friends: Int32
    callers: Int32
    surfers: Int32
    spenders: Int32
    by_age: tuple[Int64, ...]
    by_number: Int64
    by_home: Int64
    home_edges: Int64
    firms: Firms

    def __len__(self) -> int:
        return len(self.age)

    def friend(self, rng: np.random.Generator, people: Int64) -> Int64:
        """A friend of each of those people, closer ones oftener."""
        rank = np.searchsorted(np.cumsum(_FRIEND_SHARE), rng.random(len(people)) * 0.999)
        return self.friends[people, rank].astype(np.int64)

    def cell_of(self, rng: np.random.Generator, people: Int64, ts: int) -> Int64:
        """The cell each of those people is in during the hour of `ts`."""
        draw = rng.random(len(people))
        working = rhythm.at_work(ts)
        cell = np.where(draw < working, self.work[people], self.home[people])
        return np.where(draw > 0.93, self.work[people[::-1]], cell).astype(np.int64)

    def people_at(self, cell: int) -> Int64:
        """Subscribers who live at a cell."""
        return self.by_home[self.home_edges[cell] : self.home_edges[cell + 1]]


def _lottery(rng: np.random.Generator, weight: Float64) -> Int32:
    """About four tickets a head, in proportion to weight and at least one each."""
    tickets = np.maximum(1, np.rint(weight / weight.mean() * 4)).astype(np.int64)
    return np.repeat(np.arange(len(weight), dtype=np.int32), np.minimum(tickets, 200))


def _friends(rng: np.random.Generator, count: int) -> Int32:
    """Five friends out of the neighbourhood, three from anywhere."""
    reach = rng.geometric(0.02, (count, FRIENDS)) * rng.choice((-1, 1), (count, FRIENDS))
    far = rng.integers(1, max(count, 2), (count, 3))
    reach[:, [2, 5, 7]] = far
    found = (np.arange(count)[:, None] + reach) % count
    other: Int32 = np.where(found == np.arange(count)[:, None], (found + 1) % count, found).astype(np.int32)
    return other


def _firm_numbers(plans: Plans, kind: Trade, rows: int, first: int, people: int) -> pa.StringArray:
    index = np.arange(rows, dtype=np.int64)
    if kind.mobile:
        return plans.mobile(people + first + index)
    if kind.name == "bank":
        return pa.array([BANK_CODES[i % len(BANK_CODES)] for i in range(rows)])
    if kind.name == "relative_abroad":
        return plans.overseas(index, "81")
    return plans.toll(index + first) if kind.name == "call_centre" else plans.landline(index + first)


def _firms(
    rng: np.random.Generator, plans: Plans, people: int, places: Places
) -> tuple[Firms, pa.StringArray]:
    numbers, trade, by_trade, first = [], [], [], 0
    for code, kind in enumerate(TRADES):
        rows = len(BANK_CODES) if kind.name == "bank" else max(2, people // kind.per)
        numbers.append(_firm_numbers(plans, kind, rows, first, people))
        trade.append(np.full(rows, code, dtype=np.int32))
        by_trade.append(np.arange(first, first + rows, dtype=np.int64))
        first += rows
    cell = rng.integers(0, len(places), first).astype(np.int32)
    return Firms(people, np.concatenate(trade), cell, tuple(by_trade)), pa.concat_arrays(numbers)


def _hide(values: pa.StringArray, keep: npt.NDArray[np.bool_]) -> pa.StringArray:
    return values.take(pa.array(np.arange(len(values)), mask=~keep))


def settle(seed: int, count: int, plans: Plans, places: Places) -> Population:
    """Draw `count` subscribers and the firms that serve them."""
    rng = np.random.default_rng([seed, 12])
    index = np.arange(count, dtype=np.int64)
    firms, firm_numbers = _firms(rng, plans, count, places)
    everyone = np.arange(count + len(firm_numbers), dtype=np.int64)
    virtual = rng.random(count) < 0.06
    pool = pa.concat_arrays([plans.mobile(index), plans.virtual(index % 5_000_000)])
    numbers = pa.concat_arrays([pool.take(pa.array(np.where(virtual, index + count, index))), firm_numbers])
    handset = np.concatenate([np.ones(count, bool), np.array([TRADES[code].mobile for code in firms.trade])])
    age = rng.choice(len(AGES), count, p=(0.06, 0.24, 0.32, 0.22, 0.16)).astype(np.int8)
    home = np.where(
        rng.random(count) < 0.7, index * len(places) // count, rng.integers(0, len(places), count)
    )
    home = home.astype(np.int32)
    by_home = np.argsort(home, kind="stable").astype(np.int64)
    surf = rng.gamma(1.6, 1.0, count) * np.array([0.9, 1.5, 1.2, 0.8, 0.35])[age]
    call = rng.gamma(1.4, 1.0, count) * np.array([0.3, 0.7, 1.2, 1.3, 0.8])[age]
    spend = rng.gamma(1.8, 1.0, count) * np.array([0.15, 1.1, 1.4, 1.0, 0.5])[age]
    second = rng.random(count) < 0.05  # a second SIM of the neighbour before
    return Population(
        numbers=numbers,
        imei=_hide(plans.imei(everyone), handset),
        imsi=_hide(plans.imsi(everyone), handset),
        device=plans.device(everyone),
        address=plans.address(everyone),
        accounts=plans.account(index),
        person=np.where(second, np.maximum(index - 1, 0), index).astype(np.int32),
        age=age,
        wealth=rng.lognormal(np.array([6.2, 8.6, 9.8, 10.2, 9.9])[age], 1.1),
        home=home,
        work=rng.integers(0, len(places), count).astype(np.int32),
        friends=_friends(rng, count),
        callers=_lottery(rng, call + 0.05),
        surfers=_lottery(rng, surf + 0.05),
        spenders=_lottery(rng, spend + 0.05),
        by_age=tuple(np.flatnonzero(age == code).astype(np.int64) for code in range(len(AGES))),
        by_number=np.argsort(numbers[:count].to_numpy(zero_copy_only=False).astype("U11"), kind="stable"),
        by_home=by_home,
        home_edges=np.searchsorted(home[by_home], np.arange(len(places) + 1)).astype(np.int64),
        firms=firms,
    )
