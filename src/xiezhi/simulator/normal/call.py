"""Honest calls: friends, strangers, trades that ring many people, and calls back after missed ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.domain.batch import Float64, Int64
from xiezhi.simulator import rhythm
from xiezhi.simulator.normal.draws import named, sorts, ticket
from xiezhi.simulator.population import TRADES
from xiezhi.simulator.world import Columns, World

Flags = npt.NDArray[np.bool_]

_TRADE, _STRANGER = 0.24, 0.12
_ABROAD = len(TRADES) - 1


def _trade_callers(world: World, rng: np.random.Generator, rows: int, hour: int) -> tuple[Int64, Int64]:
    """(number index, trade) of callers at that hour of the day."""
    clock = rhythm.hour_of(hour)
    shares = np.array([trade.share if trade.opens <= clock < trade.closes else 0.0 for trade in TRADES])
    trade = sorts(rng, shares, rows)
    caller = np.empty(rows, dtype=np.int64)
    for code, members in enumerate(world.people.firms.by_trade):
        mine = trade == code
        caller[mine] = ticket(rng, members, int(mine.sum()))
    return caller + world.people.firms.first, trade


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Calls at the given times (see the package)."""
    people, rows = world.people, len(ts)
    caller = ticket(rng, people.callers, rows)
    callee = people.friend(rng, caller)
    swap = rng.random(rows) < 0.5
    caller, callee = np.where(swap, callee, caller), np.where(swap, caller, callee)
    sort = rng.random(rows)
    firm, stranger = sort < _TRADE, (sort >= _TRADE) & (sort < _TRADE + _STRANGER)
    likely, talk = np.full(rows, 0.74), np.full(rows, 46.0)
    trade = np.full(rows, -1, dtype=np.int64)
    caller[firm], trade[firm] = _trade_callers(world, rng, int(firm.sum()), hour)
    callee[firm | stranger] = ticket(rng, people.callers, int((firm | stranger).sum()))
    abroad = trade == _ABROAD
    # A relative abroad always rings the same person.
    callee[abroad] = (caller[abroad] * 7919) % len(people)
    likely[firm] = np.array([kind.answered for kind in TRADES])[trade[firm]]
    talk[firm] = np.array([kind.talk for kind in TRADES])[trade[firm]]
    answered = rng.random(rows) < likely
    caller, callee = _return_missed(rng, caller, callee, answered, firm)
    callee = np.where(callee == caller, (callee + 1) % len(people), callee)
    return _columns(world, rng, ts, hour, caller, callee, answered, talk, abroad)


def _return_missed(
    rng: np.random.Generator, caller: Int64, callee: Int64, answered: Flags, firm: Flags
) -> tuple[Int64, Int64]:
    """Turn some later calls into the answer to a missed one a little before (rows are in time order)."""
    rows = len(caller)
    missed = np.flatnonzero(~answered & ~firm)
    missed = missed[rng.random(len(missed)) < 0.35]
    back = missed + rng.integers(1, max(rows // 6, 2), len(missed))
    keep = back < rows
    missed, back = missed[keep], back[keep]
    keep = ~firm[back] & answered[back]
    missed, back = missed[keep], back[keep]
    caller, callee = caller.copy(), callee.copy()
    was_caller, was_callee = caller[missed], callee[missed]
    caller[back], callee[back] = was_callee, was_caller
    return caller, callee


def _columns(
    world: World,
    rng: np.random.Generator,
    ts: Int64,
    hour: int,
    caller: Int64,
    callee: Int64,
    answered: Flags,
    talk: Float64,
    abroad: Flags,
) -> Columns:
    people, rows = world.people, len(ts)
    subscriber = caller < len(people)
    cell = people.cell_of(rng, np.where(subscriber, caller, 0), hour)
    cell = np.where(subscriber, cell, people.firms.cell[np.where(subscriber, 0, caller - len(people))])
    duration = np.where(answered, np.rint(np.minimum(rng.lognormal(0, 1.15, rows) * talk, 14_000)) + 1, 0.0)
    ring = np.rint(np.where(answered, rng.gamma(3, 2.6, rows), rng.gamma(4, 6.0, rows)) + 1)
    who, fixed = pa.array(caller), people.imei.take(pa.array(caller)).is_null()
    return {
        "ts": pa.array(ts),
        "caller": people.numbers.take(who),
        "callee": people.numbers.take(pa.array(callee)),
        "duration": pa.array(duration),
        "ring": pa.array(ring),
        "answered": pa.array(answered),
        "cell": world.places.cells.take(pa.array(cell, mask=fixed.to_numpy(zero_copy_only=False))),
        "imei": people.imei.take(who),
        "imsi": people.imsi.take(who),
        "gateway": named(("domestic", "international"), abroad.astype(np.int64)),
        "forwarded": pa.array(rng.random(rows) < 0.006),
        "roaming": pa.array(subscriber & (rng.random(rows) < 0.012)),
    }
