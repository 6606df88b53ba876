"""The present in one answer: the last minutes by second, totals, rising kinds and the engine's health."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.context import House
from xiezhi.api.events.shapes import Named
from xiezhi.api.live import SECONDS, totals_told
from xiezhi.engine.embedded import Engine

HOUR = 3_600_000
LEAST = 5
"""Verdicts of a kind in an hour below which its rise says nothing."""

MOST_RISING = 8
KEPT_FOR = 2.0
"""Seconds for which the engine's own figures are kept: asking for them interrupts it."""


class Totals(BaseModel):
    """Counts over everything decided."""

    events: dict[str, int]
    actions: dict[str, int]
    types: dict[str, int]


class Rising(Named):
    """A kind of fraud that more is seen of than in the hour before; `ratio` is null where there was none."""

    type: str
    hour: int
    hour_before: int
    ratio: float | None


class Health(BaseModel):
    """How the engine is."""

    status: Literal["ok", "fault"]
    fault: str | None
    uptime_s: float
    journal_end: int
    waiting: int = Field(description="requests that wait")
    late: int = Field(description="events that came too late for the windows")
    forced: int = Field(description="window keys that were forgotten for want of room")
    events_per_second: float
    p50_ms: float | None
    p99_ms: float | None
    window_bytes: int
    window_keys: int
    checkpoint_age_s: float | None
    rules_live: int
    rules_shadow: int
    models: int


class Now(BaseModel):
    """The present."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "at": 1_790_000_000_000,
                "seconds": [1_789_999_999, 1_790_000_000],
                "channels": {"call": [120, 118]},
                "actions": {"allow": [117, 116], "hold": [3, 2]},
                "totals": {"events": {"call": 240}, "actions": {"allow": 233}, "types": {}},
                "rising": [],
                "engine": {
                    "status": "ok",
                    "fault": None,
                    "uptime_s": 12.5,
                    "journal_end": 240,
                    "waiting": 0,
                    "late": 0,
                    "forced": 0,
                    "events_per_second": 119.0,
                    "p50_ms": 1.6,
                    "p99_ms": 6.3,
                    "window_bytes": 1_048_576,
                    "window_keys": 480,
                    "checkpoint_age_s": 4.0,
                    "rules_live": 146,
                    "rules_shadow": 2,
                    "models": 1,
                },
            }
        }
    )
    at: int
    seconds: list[int] = Field(description="seconds since 1970, oldest first, up to 300")
    channels: dict[str, list[int]]
    actions: dict[str, list[int]]
    totals: Totals
    rising: list[Rising]
    engine: Health


class Picture:
    """Draws the present of one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._windows: tuple[float, int, int, int, int] = (-KEPT_FOR, 0, 0, 0, 0)

    def now(self) -> Now:
        """The present. Not for the server's loop."""
        house = self._house
        kept = {second: (channels, actions) for second, channels, actions in tuple(house.live.seconds)}
        end = int(time.time())
        seconds = list(range(max(end - SECONDS + 1, int(house.live.started)), end + 1))
        return Now(
            at=end * 1000,
            seconds=seconds,
            channels=_series([kept.get(each, ({}, {}))[0] for each in seconds]),
            actions=_series([kept.get(each, ({}, {}))[1] for each in seconds]),
            totals=Totals(**totals_told(house.desk.engine.totals)),
            rising=self._rising(),
            engine=self.health(),
        )

    def health(self) -> Health:
        """How the engine is."""
        house, engine = self._house, self._house.desk.engine
        desk, latency, fault = house.desk, house.desk.latency, house.desk.fault
        _, held, keys, late, forced = self._figures()
        stages = [each.rule.stage for life in dict(engine.core.book.lives).values() for each in life.acting()]
        recent = [sum(channels.values()) for _, channels, _ in tuple(house.live.seconds)[-10:]]
        return Health(
            status="ok" if fault is None else "fault",
            fault=None if fault is None else fault.message,
            uptime_s=round(time.time() - house.live.started, 1),
            journal_end=engine.end,
            waiting=desk.waiting,
            late=late,
            forced=forced,
            events_per_second=round(sum(recent) / max(len(recent), 1), 1),
            p50_ms=_ms(latency.quantile(0.5)),
            p99_ms=_ms(latency.quantile(0.99)),
            window_bytes=held,
            window_keys=keys,
            checkpoint_age_s=self._checkpoint_age(),
            rules_live=sum(stage in ("live", "share") for stage in stages),
            rules_shadow=stages.count("shadow"),
            models=sum(len(each.models) for each in engine.core.models.values()),
        )

    def _figures(self) -> tuple[float, int, int, int, int]:
        """When they were asked for, bytes, keys, late and forced: from the windows."""
        now = time.monotonic()
        if now - self._windows[0] > KEPT_FOR and self._house.desk.fault is None:
            self._windows = (now, *self._house.desk.ask_waiting(_of_windows))
        return self._windows

    def _checkpoint_age(self) -> float | None:
        files = list(self._house.store.checkpoints.glob("*.npz"))
        if not files:
            return None
        newest = max(file.stat().st_mtime for file in files if file.exists())
        return round(max(time.time() - newest, 0.0), 1)

    def _rising(self) -> list[Rising]:
        """Kinds by how much more the last hour of the events' own time saw of them than the hour before."""
        kept = [*self._house.live.hours]
        at, now = self._house.desk.engine.core.windows.newest_ms(), self._house.desk.engine.totals.types
        earlier = [_before(kept, at - HOUR), _before(kept, at - 2 * HOUR)]
        found = []
        for type, count in now.items():
            hour = count - earlier[0].get(type, 0)
            before = earlier[0].get(type, 0) - earlier[1].get(type, 0)
            kind = self._house.knowledge.taxonomy.kinds.get(type)
            if hour >= LEAST and hour > before and kind is not None:
                ratio = round(hour / before, 2) if before else None
                found.append(
                    Rising(type=type, zh=kind.zh, en=kind.en, hour=hour, hour_before=before, ratio=ratio)
                )
        found.sort(key=lambda each: (-(each.ratio or 1e9), -each.hour))
        return found[:MOST_RISING]


def _before(kept: list[tuple[int, dict[str, int]]], at: int) -> dict[str, int]:
    """The counts as they were at a time, or at the first time known."""
    found = kept[0][1] if kept else {}
    for each, counts in kept:
        if each <= at:
            found = counts
    return found


def _of_windows(engine: Engine) -> tuple[int, int, int, int]:
    windows = engine.core.windows
    return windows.resident_bytes(), sum(windows.keys().values()), windows.late, windows.forced


def _series(seconds: list[dict[str, int]]) -> dict[str, list[int]]:
    names = sorted({name for counts in seconds for name in counts})
    return {name: [counts.get(name, 0) for counts in seconds] for name in names}


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)
