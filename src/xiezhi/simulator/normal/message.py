"""Honest messages: chat, firms' notices and codes, adverts, and public warnings that name frauds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import maybe, named, sorts, ticket
from xiezhi.simulator.plans import BANK_CODES
from xiezhi.simulator.world import PORTS, PUBLIC, Columns, World

_SORTS = ("chat", "notice", "code", "advert", "warning")
_SHARES = np.array([0.50, 0.27, 0.12, 0.09, 0.02])
_HOT = 4  # adverts and warnings of one hour come in a few wordings, each sent to very many


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Messages at the given times (see the package)."""
    people, rows = world.people, len(ts)
    sort = sorts(rng, _SHARES, rows)
    text, middle = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int64)
    for code, name in enumerate(_SORTS):
        mine = np.flatnonzero(sort == code)
        text[mine], middle[mine] = world.texts.draw(rng, name, len(mine))
    hot = (sort >= 3) & (rng.random(rows) < 0.8)
    first = np.array([world.texts.ranges[name][0] for name in _SORTS])
    size = np.array([end - begin for begin, end in (world.texts.ranges[name] for name in _SORTS)])
    text[hot] = (first + (hour // 3_600_000 * _HOT + rng.integers(0, _HOT, rows)[:, None]) % size)[
        hot, sort[hot]
    ]
    friend = ticket(rng, people.surfers, rows)
    receiver = np.where(sort == 0, people.friend(rng, friend), ticket(rng, people.spenders, rows))
    swap = (sort == 0) & (rng.random(rows) < 0.5)
    sender, receiver = np.where(swap, receiver, friend), np.where(swap, friend, receiver)
    base = len(people.numbers)
    port = base + text % PORTS  # one firm, one port
    issuer = world.texts.issuer[text]
    bank = base + PORTS + issuer
    public = base + PORTS + len(BANK_CODES) + text % len(PUBLIC)
    firm = np.where((issuer >= 0) & (sort != 3), bank, port)
    sender = np.where(sort == 0, sender, np.where(sort == 4, public, firm))
    medium = ((sort == 0) & (rng.random(rows) < 0.72)).astype(np.int64)
    cell = people.cell_of(rng, receiver, hour)
    return {
        "ts": pa.array(ts),
        "sender": world.senders.take(pa.array(sender)),
        "receiver": people.numbers.take(pa.array(receiver)),
        "text": world.texts.texts(text, middle),
        "medium": named(("sms", "chat"), medium),
        "cell": maybe(world.places.cells, cell, medium == 0),
    }
