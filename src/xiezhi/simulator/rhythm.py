"""The city's day and week: how much of each channel's traffic falls into each hour.

Shapes are invented but follow what mobile operators' traffic looks like everywhere: a deep night, a morning
rise, lunch and evening peaks, and quieter business traffic at week-ends.
"""

from __future__ import annotations

import numpy as np

from xiezhi.domain.batch import Float64, Int64

HOUR = 3_600_000
DAY = 24 * HOUR
_SHANGHAI = 8 * HOUR
MONDAY = 1_772_380_800_000
"""Midnight in Shanghai on Monday, 2 March 2026: the default start."""

# fmt: off
_CURVES = {
    "call": (3, 2, 1, 1, 2, 6, 18, 40, 66, 90, 100, 92, 80, 70, 82, 92, 94, 96, 90, 76, 62, 46, 24, 9),
    "message": (8, 5, 3, 3, 4, 8, 24, 50, 74, 88, 92, 90, 92, 80, 80, 84, 86, 88, 92, 98, 100, 88, 56, 24),
    "visit": (26, 14, 8, 6, 6, 10, 28, 52, 66, 72, 76, 80, 96, 84, 74, 74, 78, 80, 86, 94, 100, 98, 82, 50),
    "install": (18, 9, 5, 4, 4, 7, 18, 34, 48, 60, 66, 72, 90, 80, 66, 66, 68, 70, 82, 96, 100, 94, 70, 38),
    "transfer": (7, 4, 2, 2, 3, 9, 30, 56, 70, 82, 88, 98, 100, 76, 70, 74, 80, 94, 100, 90, 78, 60, 34, 16),
    "account": (22, 12, 7, 5, 6, 10, 26, 52, 70, 78, 80, 82, 92, 82, 76, 76, 78, 80, 88, 96, 100, 94, 72, 42),
    "sighting": (60, 58, 56, 56, 58, 64, 80, 94, 98, 96, 94, 94,
                 96, 94, 92, 92, 94, 98, 100, 96, 90, 82, 72, 64),
    "complaint": (4, 2, 1, 1, 1, 3, 10, 30, 66, 96, 100, 84, 60, 66, 86, 90, 84, 62, 50, 52, 48, 36, 20, 9),
}
_WEEKEND = {"call": 0.82, "transfer": 1.08, "complaint": 0.6, "install": 1.15, "visit": 1.1}
_AT_WORK = (0.05, 0.04, 0.04, 0.04, 0.05, 0.06, 0.1, 0.3, 0.6, 0.8, 0.85, 0.82,
            0.7, 0.78, 0.82, 0.82, 0.8, 0.65, 0.4, 0.25, 0.15, 0.1, 0.08, 0.06)
# fmt: on


def hour_of(ts: int) -> int:
    """Hour of the day in Shanghai, 0..23."""
    return (ts + _SHANGHAI) // HOUR % 24


def hours_of(ts: Int64) -> Int64:
    """Hours of the day in Shanghai, 0..23."""
    return (ts + _SHANGHAI) // HOUR % 24


def is_weekend(ts: int) -> bool:
    """Whether the day in Shanghai is a Saturday or Sunday (1 January 1970 was a Thursday)."""
    return ((ts + _SHANGHAI) // DAY + 3) % 7 >= 5


def at_work(ts: int) -> float:
    """The share of working people who are where they work."""
    share = _AT_WORK[hour_of(ts)]
    return share * 0.3 if is_weekend(ts) else share


def weights(channel: str, starts: Int64) -> Float64:
    """Relative traffic of slices that begin at `starts` (milliseconds): float64[n]."""
    curve = np.array(_CURVES[channel], dtype=np.float64)
    week = np.array([_WEEKEND.get(channel, 1.0) if is_weekend(int(ts)) else 1.0 for ts in starts])
    # Between full hours the traffic glides, so that slices shorter than an hour show no steps.
    here = hours_of(starts)
    part = (starts + _SHANGHAI) % HOUR / HOUR
    traffic: Float64 = (curve[here] * (1 - part) + curve[(here + 1) % 24] * part) * week
    return traffic


def apportion(total: int, shares: Float64) -> Int64:
    """Whole numbers in proportion to `shares` whose sum is exactly `total`: int64[n]."""
    edges: Int64 = np.rint(np.cumsum(shares) / shares.sum() * total).astype(np.int64)
    return np.asarray(np.diff(edges, prepend=0))
