"""Honest installs, a few of them from outside the store."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import maybe, named, sorts, ticket
from xiezhi.simulator.world import Columns, World

_SOURCES = ("store", "browser", "chat", "sideload")
_SHARES = np.array([0.88, 0.07, 0.02, 0.03])


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Installs at the given times (see the package)."""
    people, web, rows = world.people, world.web, len(ts)
    owner, app = ticket(rng, people.surfers, rows), ticket(rng, web.app_draw, rows)
    source = sorts(rng, _SHARES, rows)
    site = web.site[ticket(rng, web.page_draw, rows)]
    who, what = pa.array(owner), pa.array(app)
    return {
        "ts": pa.array(ts),
        "phone": people.numbers.take(who),
        "device": people.device.take(who),
        "package": web.packages.take(what),
        "certificate": web.certificates.take(what),
        "sample": web.samples.take(what),
        "source": named(_SOURCES, source),
        "domain": maybe(web.domains, site, (source == 1) | (source == 2)),
        "label": web.labels.take(what),
    }
