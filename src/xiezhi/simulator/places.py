"""Where things are: the cells of an invented city in the uninhabited Lop Nur desert."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Float64, Int64
from xiezhi.simulator.strings import column, constant, digits

CENTRE = (40.30, 90.60)
"""Latitude and longitude of the city's heart, in degrees."""

CITY = "獬城"
ELSEWHERE = ("南浦", "云岭", "青澜", "望川", "石湾")


@dataclass(frozen=True)
class Places:
    """Cells, k of them: names, location area codes, coordinates in degrees, districts by their order."""

    cells: pa.StringArray
    area: Int64
    lat: Float64
    lon: Float64

    def __len__(self) -> int:
        return len(self.area)

    def near(self, lat: float, lon: float, count: int) -> Int64:
        """Indices of the `count` cells nearest to a point."""
        distance = (self.lat - lat) ** 2 + ((self.lon - lon) * np.cos(np.radians(lat))) ** 2
        return np.argsort(distance, kind="stable")[:count].astype(np.int64)


def found(seed: int, subscribers: int) -> Places:
    """Lay the city out: a dense core and suburbs, one cell for about 150 subscribers."""
    rng = np.random.default_rng([seed, 11])
    count = int(np.clip(subscribers // 150, 40, 4000))
    spread = np.where(rng.random(count) < 0.6, 0.06, 0.16)
    angle, reach = rng.random(count) * 2 * np.pi, np.abs(rng.normal(0, 1, count)) * spread
    lat, lon = CENTRE[0] + reach * np.sin(angle), CENTRE[1] + reach * np.cos(angle)
    # In order of bearing, so that neighbouring indices are neighbouring places.
    rank = np.argsort(angle, kind="stable")
    index = np.arange(count, dtype=np.int64)
    area = 20_481 + index // 40
    names = column(
        constant("460-00-", count),
        digits(area, 5),
        constant("-", count),
        digits(1_000_000 + index * 256 + 1, 9),
    )
    return Places(names, area, np.round(lat[rank], 6), np.round(lon[rank], 6))
