"""The city's honest accounts and what is in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Float64, Int64
from xiezhi.simulator.plans import Plans
from xiezhi.simulator.population import Population

FEN = 100


@dataclass
class Purse:
    """All honest accounts: people's cards, people's wallets, merchants, companies, utilities, in that order.

    `names` are the account numbers, `balance` (int64, fen) changes as the city lives. The other members are
    the first index of each sort; `end` is one past the last.
    """

    names: pa.StringArray
    balance: Int64
    wallets: int
    merchants: int
    companies: int
    utilities: int
    end: int
    merchant_draw: Int64

    def before(self, payer: Int64, amount: Int64) -> Float64:
        """Balances in yuan as a bank would show them before each payment, never less than the amount."""
        short = np.maximum(amount - self.balance[payer], 0)
        return np.asarray(np.round((self.balance[payer] + short) / FEN, 2))

    def move(self, payer: Int64, payee: Int64, amount: Int64) -> None:
        """Book payments (fen); an account never falls below nothing."""
        size = len(self.balance)
        out = np.bincount(payer, weights=amount, minlength=size)
        into = np.bincount(payee, weights=amount, minlength=size)
        self.balance = np.maximum(self.balance - out.astype(np.int64), 0) + into.astype(np.int64)


def fund(seed: int, plans: Plans, people: Population) -> Purse:
    """Open every account and put a first balance in."""
    rng = np.random.default_rng([seed, 14])
    count = len(people)
    merchants, companies = max(20, count // 40), max(6, count // 300)
    index = np.arange(count, dtype=np.int64)
    shops = np.arange(merchants + companies + 8, dtype=np.int64)
    cards = plans.card(index, rng.integers(0, 6, count))
    firms = plans.card(count + shops, rng.integers(0, 6, len(shops)))
    wallets = plans.wallet(index)
    balance = np.concatenate(
        [
            people.wealth * FEN,
            people.wealth * FEN * 0.15,
            rng.lognormal(8, 1.2, merchants) * FEN,
            rng.lognormal(14, 1, companies) * FEN,
            np.full(8, 1e9),
        ]
    )
    weight = rng.pareto(1.3, merchants) + 0.2
    draw = rng.choice(merchants, 100_000, p=weight / weight.sum()).astype(np.int64)
    first = 2 * count
    return Purse(
        names=pa.concat_arrays([cards, wallets, firms]),
        balance=balance.astype(np.int64),
        wallets=count,
        merchants=first,
        companies=first + merchants,
        utilities=first + merchants + companies,
        end=first + merchants + companies + 8,
        merchant_draw=first + draw,
    )
