"""Honest radio cells as phones see them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal.draws import named, sorts, ticket
from xiezhi.simulator.world import Columns, World

_RADIOS = ("gsm", "umts", "lte", "nr")
_SHARES = np.array([0.02, 0.02, 0.56, 0.40])


def batch(world: World, rng: np.random.Generator, ts: Int64, hour: int) -> Columns:
    """Sightings at the given times (see the package)."""
    people, places, rows = world.people, world.places, len(ts)
    who = ticket(rng, people.callers, rows)
    cell = people.cell_of(rng, who, hour)
    return {
        "ts": pa.array(ts),
        "cell": places.cells.take(pa.array(cell)),
        "area": pa.array(places.area[cell]),
        "mcc": pa.array(np.full(rows, 460, dtype=np.int64)),
        "mnc": pa.array(np.zeros(rows, dtype=np.int64)),
        "radio": named(_RADIOS, sorts(rng, _SHARES, rows)),
        "power": pa.array(np.rint(rng.normal(-88, 11, rows))),
        "lat": pa.array(np.round(places.lat[cell] + rng.normal(0, 0.004, rows), 5)),
        "lon": pa.array(np.round(places.lon[cell] + rng.normal(0, 0.005, rows), 5)),
        "imsi": people.imsi.take(pa.array(who)),
        "neighbours": pa.array(rng.integers(2, 12, rows)),
    }
