"""Which part of the traffic an event belongs to, decided by its offset alone."""

from __future__ import annotations

import numpy as np

from xiezhi.domain.batch import Float64, Int64


def part_of(offsets: Int64) -> Float64:
    """A number in [0, 1) for each journal offset: always the same for the same offset, evenly spread.

    The mixing function is that of SplitMix64 (Steele, Lea, Flood 2014).
    """
    with np.errstate(over="ignore"):
        mixed = offsets.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
