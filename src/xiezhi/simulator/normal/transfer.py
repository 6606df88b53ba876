"""Honest payments: shopping, friends, top-ups, bills, settlement of merchants, salaries and rents.

Merchants gather many small payments and pass nearly all of it on at once, companies pay many people within
minutes: both look like laundering to a naive rule.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.money import FEN
from xiezhi.simulator.normal.draws import maybe, named, sorts, ticket
from xiezhi.simulator.places import CITY, ELSEWHERE
from xiezhi.simulator.texts import load
from xiezhi.simulator.world import Columns, World

_SHARES = np.array([0.50, 0.17, 0.08, 0.09, 0.08, 0.06, 0.02])
_SHOP, _PEER, _TOPUP, _BILL, _SETTLE, _SALARY, _RENT = range(7)
_METHODS = ("bank", "card", "wallet", "qr")
_MEDIAN = np.array([38.0, 160.0, 300.0, 85.0, 0.0, 5200.0, 1900.0])
_SPREAD = np.array([1.2, 1.1, 0.9, 0.7, 0.0, 0.6, 0.5])


def _amounts(world: World, rng: np.random.Generator, sort: Int64, payer: Int64) -> Int64:
    """Amounts in fen; people like round sums among themselves, merchants settle what they have."""
    yuan = np.exp(rng.normal(0, 1, len(sort)) * _SPREAD[sort]) * _MEDIAN[sort]
    fen = np.maximum(np.rint(yuan * FEN).astype(np.int64), 10)
    rounded = np.isin(sort, (_PEER, _TOPUP, _RENT)) & (rng.random(len(sort)) < 0.75)
    step = np.where(yuan > 2000, 500, np.where(yuan > 300, 100, 10)) * FEN
    fen = np.where(rounded, np.maximum(np.rint(fen / step).astype(np.int64), 1) * step, fen)
    part = world.purse.balance[payer] * rng.uniform(0.85, 1.0, len(sort))
    return np.where(sort == _SETTLE, np.maximum(part.astype(np.int64), 1000), fen)


def _parties(world: World, rng: np.random.Generator, sort: Int64) -> tuple[Int64, Int64, Int64]:
    """(payer, payee, person who pays or -1) as purse and subscriber indices."""
    purse, people, rows = world.purse, world.people, len(sort)
    person = ticket(rng, people.spenders, rows)
    wallet = person + purse.wallets
    merchant = ticket(rng, purse.merchant_draw, rows)
    company = rng.integers(purse.companies, purse.utilities, rows)
    friend = people.friend(rng, person)
    from_wallet = rng.random(rows) < 0.55
    own = np.where(from_wallet, wallet, person)
    payer = np.choose(sort, (own, own, person, own, merchant, company, person))
    payee = np.choose(
        sort,
        (
            merchant,
            np.where(from_wallet, friend + purse.wallets, friend),
            wallet,
            rng.integers(purse.utilities, purse.end, rows),
            company,
            person,
            (person * 31) % len(people),
        ),
    )
    payee = np.where(payee == payer, company, payee)
    return payer, payee, np.where((sort == _SETTLE) | (sort == _SALARY), -1, person)


def _notes(rng: np.random.Generator, rows: int) -> pa.StringArray:
    choices = load("normal")["note"]
    return named(tuple(note or None for note in choices), rng.integers(0, len(choices), rows))


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Payments at the given times (see the package); the purse is booked."""
    people, purse, rows = world.people, world.purse, len(ts)
    sort = sorts(rng, _SHARES, rows)
    payer, payee, person = _parties(world, rng, sort)
    amount = _amounts(world, rng, sort, payer)
    by_wallet = (payer >= purse.wallets) & (payer < purse.merchants)
    method = np.where(by_wallet, np.where(sort == _SHOP, 3, 2), np.where(sort == _SHOP, 1, 0))
    human = person >= 0
    who = np.where(human, person, 0)
    away = rng.random(rows) < 0.04
    balance = purse.before(payer, amount)
    purse.move(payer, payee, amount)
    return {
        "ts": pa.array(ts),
        "payer": purse.names.take(pa.array(payer)),
        "payee": purse.names.take(pa.array(payee)),
        "amount": pa.array(np.round(amount / FEN, 2)),
        "payer_phone": maybe(people.numbers, who, human),
        "method": named(_METHODS, method),
        "device": maybe(people.device, who, human),
        "ip": maybe(people.address, who, human),
        "city": named((CITY, *ELSEWHERE), np.where(away, 1 + (ts + who) % len(ELSEWHERE), 0)),
        "balance": pa.array(balance),
        "note": _notes(rng, rows),
    }
