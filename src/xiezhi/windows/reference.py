"""What every window feature means, in plain Python that keeps all it has seen.

This module is the specification: slow, unbounded and easy to read. The kernel is tested against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log, nan
from typing import Any

from xiezhi.domain.features import WINDOWS, Measure, Table, role_of
from xiezhi.windows.items import EXACT_ITEMS
from xiezhi.windows.layout import seconds
from xiezhi.windows.sketch import SKETCH_BITS, SKETCH_RANKS, SKETCH_REGISTERS


@dataclass(slots=True)
class Event:
    """One event: its channel, its second, its fields, and `holds(expression)` for conditions."""

    channel: str
    ts: int
    fields: Mapping[str, Any]
    holds: Callable[[str], bool]

    def key(self, fields: str) -> tuple[Any, ...] | None:
        """The key at a place, None where any part is missing."""
        key = tuple(self.fields.get(name) for name in fields.split("+"))
        return None if None in key else key


@dataclass(slots=True)
class _Key:
    """All that happened to one key since it was last forgotten: (place, event) in order of arrival."""

    seen: list[tuple[str, Event]] = field(default_factory=list)
    last: int = 0
    sketched: dict[str, bool] = field(default_factory=dict)


class ReferenceTable:
    """One feature table, event by event."""

    def __init__(self, table: Table, lateness: int, hash_item: Callable[[Any], int]) -> None:
        self.table, self.lateness, self.hash_item = table, lateness, hash_item
        self.keys: dict[tuple[Any, ...], _Key] = {}
        self.idle = seconds(table.idle)

    def take(self, event: Event) -> dict[str, float]:
        """Features of one event that is not too late, its own effect taken in."""
        features: dict[str, float] = {}
        for place in (*self.table.writers, *self.table.readers):
            channel, fields = place.split(".", 1)
            if channel == event.channel:
                features |= self._at(place, event, event.key(fields))
        return features

    def _at(self, place: str, event: Event, key: tuple[Any, ...] | None) -> dict[str, float]:
        if key is None:
            return {name: nan for name, _, _ in self._names(place)}
        state = self.keys.get(key)
        if state is not None and event.ts - state.last > self.idle:
            state = None
        writes = place in self.table.writers
        if state is None:
            state = _Key()
            if writes:
                self.keys[key] = state
        before = {
            name: self._before(state, measure, window, event.ts)
            for name, measure, window in self._names(place)
            if measure.agg in BEFORE
        }
        if writes:
            self._note_sketches(state, place, event)
            state.seen.append((place, event))
            state.last = max(state.last, event.ts)
        after = {
            name: self._after(state, measure, window, event.ts)
            for name, measure, window in self._names(place)
            if measure.agg not in BEFORE
        }
        return before | after

    def _names(self, place: str) -> list[tuple[str, Measure, str]]:
        return [
            (f"{role_of(place)}.{measure.name}" + (f".{window}" if window else ""), measure, window)
            for measure in self.table.measures
            if not measure.at or place in measure.at
            for window in measure.windows or ("",)
        ]

    def _feeds(self, measure: Measure, place: str, event: Event) -> bool:
        """Whether an event at a place feeds a measure. Age, since and is_new without conditions are fed by
        every writer."""
        if measure.agg in ("age", "since", "is_new") and not measure.by and not measure.where:
            return True
        by = measure.by or self.table.writers[0]
        return place == by and (not measure.where or event.holds(measure.where))

    def _matching(self, state: _Key, measure: Measure) -> list[Event]:
        return [event for place, event in state.seen if self._feeds(measure, place, event)]

    def _before(self, state: _Key, measure: Measure, window: str, ts: int) -> float:
        events = self._matching(state, measure)
        times = [event.ts for event in events]
        if measure.agg == "age":
            return max(ts - min(times), 0) if times else nan
        if measure.agg == "since":
            return max(ts - max(times), 0) if times else nan
        if measure.agg == "is_new":
            return float(not times)
        if not times or ts < max(times):
            return 0.0
        buckets, width = WINDOWS[window]
        if measure.agg == "sequence":
            return float(ts - max(times) <= buckets * width)
        asked, reply = self._last_asked(state, measure)
        waited = buckets * width
        return float(ts - asked >= waited and (reply is None or reply - asked > waited))

    def _last_asked(self, state: _Key, measure: Measure) -> tuple[int, int | None]:
        """When A last happened, and the first B that arrived since and is not before it."""
        asked, reply = 0, None
        then_by = measure.then_by or measure.by or self.table.writers[0]
        for place, event in state.seen:
            if self._feeds(measure, place, event) and event.ts > asked:
                asked, reply = event.ts, None
            answers = place == then_by and (not measure.then or event.holds(measure.then))
            if answers and asked and reply is None and event.ts >= asked:
                reply = event.ts
        return asked, reply

    def _alive(self, state: _Key, measure: Measure, window: str, ts: int) -> list[Event]:
        """Events in the window's buckets as of `ts`, less those whose bucket was re-used before they came."""
        buckets, width = WINDOWS[window]
        head, alive = 0, []
        for place, event in state.seen:
            head = max(head, event.ts // width)
            if self._feeds(measure, place, event) and event.ts // width > head - buckets:
                alive.append(event)
        now = ts // width
        return [event for event in alive if max(now, head) - buckets < event.ts // width <= now]

    def _after(self, state: _Key, measure: Measure, window: str, ts: int) -> float:
        if measure.agg == "distinct":
            return self._distinct(state, measure, window, ts)
        if measure.agg == "ratio":
            part, whole = (self._sum_or_count(state, name, window, ts) for name in (measure.of, measure.over))
            return part / whole if whole else nan
        events = self._alive(state, measure, window, ts)
        if measure.agg == "count":
            return len(events)
        values = [event.fields[measure.of] for event in events if event.fields.get(measure.of) is not None]
        if measure.agg == "sum":
            return float(sum(values))
        if not values:
            return nan
        if measure.agg == "mean":
            return float(sum(values)) / len(values)
        return float(min(values) if measure.agg == "min" else max(values))

    def _sum_or_count(self, state: _Key, name: str, window: str, ts: int) -> float:
        measure = next(measure for measure in self.table.measures if measure.name == name)
        return self._after(state, measure, window, ts)

    def _items(self, state: _Key, measure: Measure) -> dict[Any, int]:
        """Each item of a distinct measure with when it was last seen."""
        items: dict[Any, int] = {}
        for event in self._matching(state, measure):
            item = event.fields.get(measure.of)
            if item is not None:
                items[item] = max(items.get(item, 0), event.ts)
        return items

    def _longest(self, measure: Measure) -> int:
        """Seconds for which items that this measure shares with others alike are kept."""
        alike = [
            other
            for other in self.table.measures
            if other.agg == "distinct"
            and (other.by, other.where, other.of) == (measure.by, measure.where, measure.of)
        ]
        spans = [WINDOWS[window] for other in alike for window in other.windows]
        return max(buckets * width for buckets, width in spans) + self.lateness

    def _note_sketches(self, state: _Key, place: str, event: Event) -> None:
        """A new item that finds `EXACT_ITEMS` others alive turns the count into an estimate for good."""
        for measure in self.table.measures:
            by = measure.by or self.table.writers[0]
            if measure.agg != "distinct" or place != by or (measure.where and not event.holds(measure.where)):
                continue
            item, items = event.fields.get(measure.of), self._items(state, measure)
            alive = sum(seen > event.ts - self._longest(measure) for seen in items.values())
            if item is not None and item not in items and alive >= EXACT_ITEMS:
                state.sketched[measure.name] = True

    def _distinct(self, state: _Key, measure: Measure, window: str, ts: int) -> float:
        buckets, width = WINDOWS[window]
        since = (ts // width - buckets + 1) * width
        items = [item for item, seen in self._items(state, measure).items() if seen >= since]
        if not state.sketched.get(measure.name):
            return len(items)
        return hyperloglog(self.hash_item(item) for item in items)


BEFORE = ("age", "since", "is_new", "sequence", "absence")


def hyperloglog(hashes: Any) -> float:
    """Estimated number of distinct hashes (Flajolet et al., HyperLogLog, 2007, with linear counting)."""
    best = [0] * SKETCH_REGISTERS
    for item in hashes:
        rest, rank = item >> SKETCH_BITS, 0
        while rank < SKETCH_RANKS - 1 and rest & 1 == 0:
            rest, rank = rest >> 1, rank + 1
        register = item & (SKETCH_REGISTERS - 1)
        best[register] = max(best[register], rank + 1)
    total = sum(2.0**-rank for rank in best)
    estimate = 0.7213 / (1 + 1.079 / SKETCH_REGISTERS) * SKETCH_REGISTERS * SKETCH_REGISTERS / total
    empty = best.count(0)
    if estimate <= 2.5 * SKETCH_REGISTERS and empty:
        estimate = SKETCH_REGISTERS * log(SKETCH_REGISTERS / empty)
    return float(round(estimate))
