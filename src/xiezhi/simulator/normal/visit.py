"""Honest visits to web pages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import named, sorts, ticket
from xiezhi.simulator.strings import column, digits
from xiezhi.simulator.world import Columns, World

_REFERRERS = ("typed", "message", "chat", "search", "advert", "qr")
_SHARES = np.array([0.30, 0.05, 0.22, 0.30, 0.08, 0.05])
_ITEMS = 100_000


def _tails() -> pa.StringArray:
    return pa.concat_arrays([pa.array([""]), column(digits(np.arange(_ITEMS, dtype=np.int64) + 100_000, 6))])


_TAILS = _tails()


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Visits at the given times (see the package)."""
    people, web, rows = world.people, world.web, len(ts)
    visitor = ticket(rng, people.surfers, rows)
    page = ticket(rng, web.page_draw, rows)
    # Items are skewed towards the popular ones by squaring.
    item = (rng.random(rows) ** 2 * _ITEMS).astype(np.int64) + 1
    tail = _TAILS.take(pa.array(item * web.open_ended[page]))
    site, who = pa.array(web.site[page]), pa.array(visitor)
    return {
        "ts": pa.array(ts),
        "visitor": people.numbers.take(who),
        "url": pc.binary_join_element_wise(web.urls.take(pa.array(page)), tail, ""),
        "domain": web.domains.take(site),
        "ip": web.servers.take(site),
        "device": people.device.take(who),
        "referrer": named(_REFERRERS, sorts(rng, _SHARES, rows)),
    }
