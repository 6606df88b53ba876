"""Honest doings on the chat platform, small traders who befriend many people among them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import maybe, named, sorts, ticket
from xiezhi.simulator.world import Columns, World

_OPERATIONS = (
    "login",
    "send",
    "post",
    "add_friend",
    "accept_friend",
    "profile_change",
    "group_pull",
    "bind_card",
    "bind_phone",
    "register",
    "withdraw",
)
_SHARES = np.array([0.42, 0.27, 0.09, 0.06, 0.05, 0.03, 0.015, 0.012, 0.008, 0.015, 0.03])
_WITH_PEER = np.array([False, True, False, True, True, False, True, False, False, False, False])


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Account actions at the given times (see the package)."""
    people, rows = world.people, len(ts)
    operation = sorts(rng, _SHARES, rows)
    owner = ticket(rng, people.surfers, rows)
    peer = people.friend(rng, owner)
    # One in 300 people trades through chats and makes a fifth of all approaches, mostly to strangers.
    trading = np.isin(operation, (3, 6)) & (rng.random(rows) < 0.2)
    owner = np.where(trading, owner - owner % min(300, len(people)), owner)
    peer = np.where(trading, ticket(rng, people.surfers, rows), peer)
    who = pa.array(owner)
    return {
        "ts": pa.array(ts),
        "account": people.accounts.take(who),
        "operation": named(_OPERATIONS, operation),
        "peer": maybe(people.accounts, peer, _WITH_PEER[operation]),
        "phone": people.numbers.take(who),
        "device": people.device.take(who),
        "ip": people.address.take(who),
        "emulator": pa.array(rng.random(rows) < 0.003),
    }
