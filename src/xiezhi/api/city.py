"""The demo city, played to a desk at a steady speed."""

from __future__ import annotations

import time

import numpy as np

from xiezhi.api.desk import Desk
from xiezhi.domain.batch import between
from xiezhi.simulator.city import City

STEP = 0.25
"""Seconds between two handfuls of events."""


def play(desk: Desk, people: int, speed: float, seed: int) -> None:
    """Let the city live, `speed` city seconds in one of ours, until the server ends.

    The city begins two weeks ago, or goes on after the newest event that the store has seen.
    """
    day = 86_400_000
    start = (int(time.time() * 1000) // day - 14) * day
    newest = desk.engine.core.windows.newest_ms()
    if newest >= start:
        start = (newest // day + 1) * day
    clock: float = 0.0
    began = time.monotonic()
    for hour in City(seed, people).hours(start):
        if not clock:
            clock = float(hour.start)
        times = np.concatenate([part.table.column("ts").to_numpy() for part in hour.events])
        order = np.concatenate([part.order for part in hour.events])
        by_order = np.empty(len(order), np.int64)
        by_order[order] = times
        at = 0
        while at < len(by_order):
            reached = clock + (time.monotonic() - began) * 1000 * speed
            stop = int(np.searchsorted(by_order, reached, side="right"))
            if stop > at:
                desk.ingest(between(hour.events, at, stop))
                at = stop
            else:
                time.sleep(STEP)
