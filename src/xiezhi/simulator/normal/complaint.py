"""Honest grievances: mostly about trades' calls, adverts and merchants, some of them mistaken."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import maybe, named, ticket
from xiezhi.simulator.world import Columns, World


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Complaints at the given times (see the package)."""
    people, rows = world.people, len(ts)
    reporter = ticket(rng, people.spenders, rows)
    sort = rng.choice(4, rows, p=(0.6, 0.1, 0.2, 0.1)).astype(np.int64)
    firms = people.firms
    caller = firms.first + ticket(rng, np.concatenate(firms.by_trade[:5]), rows)
    person = ticket(rng, people.callers, rows)
    merchant = ticket(rng, world.purse.merchant_draw, rows)
    site = world.web.site[ticket(rng, world.web.page_draw, rows)]
    accused = pc.choose(
        pa.array(sort),
        people.numbers.take(pa.array(caller)),
        people.numbers.take(pa.array(person)),
        world.purse.names.take(pa.array(merchant)),
        world.web.domains.take(pa.array(site)),
    )
    text, middle = world.texts.draw(rng, "complaint", rows)
    lost = np.round(rng.lognormal(4.3, 0.8, rows))
    return {
        "ts": pa.array(ts),
        "reporter": people.numbers.take(pa.array(reporter)),
        "accused": accused,
        "accused_kind": named(("phone", "phone", "card", "domain"), sort),
        "text": world.texts.texts(text, middle),
        "fraud_type": maybe(
            pa.array(["nuisance.harassment"]), np.zeros(rows, dtype=np.int64), rng.random(rows) < 0.1
        ),
        "amount": pa.array(lost, mask=sort < 2),
    }
