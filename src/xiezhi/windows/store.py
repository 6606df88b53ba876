"""All window tables together: events in, features out, state kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from xiezhi.domain.batch import Float64, Int64, UInt64
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.features import FeatureCatalogue
from xiezhi.domain.schema import EventSchema
from xiezhi.windows import kernel
from xiezhi.windows.kernel import DONE, MISSING, Operations
from xiezhi.windows.layout import Plan, TableLayout, layout_of
from xiezhi.windows.memory import KEYS, State
from xiezhi.windows.state import Trim, grown, new_state, packed, resident_bytes, trim, unpacked

SHIFT = 64 * 86400
"""Added to event times so that no bucket number is near zero; a whole number of every bucket width."""

LATEST = 2**32 - 1 - SHIFT
"""The last second (in 2105) that fits a cell."""

DEFAULT_LATENESS = 3600
DEFAULT_LIMIT = 4_000_000


PARALLEL_FROM = 4096
"""Events in a micro-batch from which two threads pay."""


class View(Protocol):
    """The events of one channel in a micro-batch, as the window tables see them; n rows."""

    order: Int64
    """Each row's place in the micro-batch, int64[n]."""

    ts: Int64
    """Event times in milliseconds, int64[n]."""

    def keys(self, name: str) -> UInt64:
        """Hashed identifiers of a field (`a+b` for two), 0 where missing."""
        ...

    def number(self, name: str) -> Float64:
        """A number field, NaN where missing."""
        ...

    def holds(self, expression: str) -> npt.NDArray[np.bool_]:
        """Where an expression over the row is true."""
        ...

    def add(self, name: str, values: Float64) -> None:
        """Take in a feature column."""
        ...


@dataclass(slots=True)
class WindowStore:
    """Counters over time for every table of the catalogue.

    An event more than `lateness` seconds behind the newest one seen is told nothing and changes nothing;
    `late` counts such events. At most about `limit` keys a table are kept; `forced` counts those that had to
    go before they were idle.
    """

    catalogue: FeatureCatalogue
    schemas: Mapping[str, EventSchema]
    lateness: int = DEFAULT_LATENESS
    limit: int = DEFAULT_LIMIT
    layouts: list[TableLayout] = field(init=False)
    states: dict[str, State] = field(init=False)
    newest: int = field(init=False, default=0)
    late: int = field(init=False, default=0)
    forced: int = field(init=False, default=0)
    _lanes: tuple[list[TableLayout], list[TableLayout]] = field(init=False, repr=False)
    _helper: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        layouts = [layout_of(table, self.schemas, self.lateness) for table in self.catalogue.tables]
        self.layouts = _in_order(layouts)
        self._lanes = _lanes(self.layouts)
        self._helper = ThreadPoolExecutor(1, "windows")
        self.states = {layout.table.name: new_state(layout.plan) for layout in self.layouts}

    def apply(self, views: Mapping[str, View]) -> None:
        """Take in one micro-batch and add every feature column to the views."""
        times = self._times(views)
        if sum(len(view.order) for view in views.values()) < PARALLEL_FROM:
            self._apply_lane(self.layouts, views, times)
            return
        aside = self._helper.submit(self._apply_lane, self._lanes[1], views, times)
        try:
            self._apply_lane(self._lanes[0], views, times)
        finally:
            aside.result()

    def _apply_lane(
        self, layouts: list[TableLayout], views: Mapping[str, View], times: Mapping[str, Int64]
    ) -> None:
        for layout in layouts:
            self._apply_table(layout, views, times)

    def trim(self) -> dict[str, Trim]:
        """Forget idle keys. To be called at the same journal offsets in every run, as it may force keys out."""
        done = {}
        for layout in self.layouts:
            name = layout.table.name
            state, result = trim(layout.plan, self.states[name], self.newest, self.lateness, self.limit)
            self.states[name] = state
            self.forced += result.forced
            done[name] = result
        return done

    def keys(self) -> dict[str, int]:
        """Keys held by each table."""
        return {name: int(state.meta[KEYS]) for name, state in self.states.items()}

    def newest_ms(self) -> int:
        """Time of the newest event seen, in ms since 1970; far in the past before the first."""
        return (self.newest - SHIFT) * 1000

    def resident_bytes(self) -> int:
        """Bytes that the tables use."""
        return sum(resident_bytes(state) for state in self.states.values())

    def packed(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything to be saved, as named arrays."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "clock": np.array([self.newest, self.late, self.forced], np.int64)
        }
        for name, state in self.states.items():
            arrays |= {f"{name}/{part}": array for part, array in packed(state).items()}
        return arrays

    def unpack(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the state that `packed` gave on a store with the same catalogue."""
        self.newest, self.late, self.forced = (int(value) for value in arrays["clock"])
        for layout in self.layouts:
            name = layout.table.name
            parts = {key.split("/")[1]: arrays[key] for key in arrays if key.startswith(f"{name}/")}
            self.states[name] = unpacked(layout.plan, parts)

    def _times(self, views: Mapping[str, View]) -> dict[str, Int64]:
        """Shifted seconds of each channel's rows, 0 for the ones that come too late."""
        if not views:
            return {}
        order = np.concatenate([view.order for view in views.values()])
        seconds = np.concatenate([view.ts for view in views.values()]) // 1000
        if seconds.size and (seconds.min() < -SHIFT // 2 or seconds.max() > LATEST):
            raise XiezhiError(
                "an event's time lies before 1970 or after 2105", "check its unit with --time-unit"
            )
        shifted = np.empty(len(order), np.int64)
        shifted[order] = seconds + SHIFT
        seen = np.maximum.accumulate(np.concatenate([[self.newest], shifted]))
        self.newest = int(seen[-1])
        late = shifted < seen[:-1] - self.lateness
        self.late += int(late.sum())
        shifted[late] = 0
        return {channel: shifted[view.order] for channel, view in views.items()}

    def _apply_table(
        self, layout: TableLayout, views: Mapping[str, View], times: Mapping[str, Int64]
    ) -> None:
        present = [
            (number, place) for number, place in enumerate(layout.places) if place.split(".", 1)[0] in views
        ]
        if not present:
            return
        operations, rows = _operations(layout, present, views, times)
        out = np.full((len(layout.plan.feature), len(operations.key)), np.nan)
        name, start = layout.table.name, 0
        while True:
            start, wanted = kernel.run(layout.plan, self.states[name], operations, start, out)
            if wanted == DONE:
                break
            self.states[name] = grown(self.states[name], wanted)
        for (_, place), where in zip(present, rows, strict=True):
            view = views[place.split(".", 1)[0]]
            for feature, feature_name in layout.names.get(place, ()):
                view.add(feature_name, out[feature] if where is None else out[feature][where])


def _operations(
    layout: TableLayout,
    present: list[tuple[int, str]],
    views: Mapping[str, View],
    times: Mapping[str, Int64],
) -> tuple[Operations, list[Int64 | None]]:
    """The table's operations in order, and for each place where its channel's rows went (None: as they are)."""
    counts = [len(views[place.split(".", 1)[0]].order) for _, place in present]
    total = sum(counts)
    rows: list[Int64 | None] = [None]
    if len(present) > 1:
        rank = np.concatenate(
            [views[place.split(".", 1)[0]].order * len(layout.places) + number for number, place in present]
        )
        spot = np.empty(total, np.int64)
        spot[np.argsort(rank, kind="stable")] = np.arange(total)
        rows = list(np.split(spot, np.cumsum(counts)[:-1]))
    operations = Operations(
        np.empty(total, np.uint64),
        np.empty(total, np.int64),
        np.empty(total, np.int64),
        np.zeros((len(layout.masks), total), np.bool_),
        np.full((len(layout.values), total), MISSING, np.int64),
        np.zeros((len(layout.items), total), np.uint64),
        np.empty(len(layout.plan.window), np.int64),
        np.empty(len(layout.plan.window), np.int64),
        np.empty(len(layout.plan.ring), np.int64),
    )
    for (number, place), where in zip(present, rows, strict=True):
        channel, fields = place.split(".", 1)
        at = slice(None) if where is None else where
        view = views[channel]
        operations.key[at] = view.keys(fields)
        operations.ts[at] = times[channel]
        operations.place[at] = number
        for row, (of, expression) in enumerate(layout.masks):
            if of == place:
                operations.mask[row, at] = view.holds(expression)
        for row, (of, name, scale) in enumerate(layout.values):
            if of == place:
                operations.value[row, at] = _fixed_point(view.number(name), scale)
        for row, (of, name) in enumerate(layout.items):
            if of == place:
                operations.item[row, at] = view.keys(name)
    return operations, rows


def _fixed_point(values: Float64, scale: int) -> Int64:
    missing = np.isnan(values)
    # Far above any real amount, and far enough below 2**63 that sums of a window can't overflow.
    whole = np.clip(np.round(np.where(missing, 0.0, values) * scale), -(2.0**46), 2.0**46).astype(np.int64)
    return np.where(missing, MISSING, whole)


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+")


def _needs(layouts: list[TableLayout]) -> dict[str, list[TableLayout]]:
    """For each table, those whose features its conditions read."""
    offers = {
        (place.split(".", 1)[0], name): layout
        for layout in layouts
        for place, names in layout.names.items()
        for _, name in names
    }
    return {
        layout.table.name: [
            offers[place.split(".", 1)[0], name]
            for place, expression in layout.masks
            for name in _NAME.findall(expression)
            if (place.split(".", 1)[0], name) in offers
        ]
        for layout in layouts
    }


def _lanes(layouts: list[TableLayout]) -> tuple[list[TableLayout], list[TableLayout]]:
    """Tables in two lanes of like weight, none of which waits for the other; order within a lane is kept."""
    needs, group = _needs(layouts), {layout.table.name: number for number, layout in enumerate(layouts)}
    for layout in layouts:
        for needed in needs[layout.table.name]:
            old, new = group[needed.table.name], group[layout.table.name]
            group = {name: new if number == old else number for name, number in group.items()}
    weights: dict[int, int] = {}
    for layout in layouts:
        number = group[layout.table.name]
        weights[number] = weights.get(number, 0) + _weight(layout.plan)
    light = 0
    first: set[int] = set()
    for number in sorted(weights, key=lambda number: -weights[number]):
        if 2 * (light + weights[number]) <= sum(weights.values()) or not first:
            first.add(number)
            light += weights[number]
    ours = [layout for layout in layouts if group[layout.table.name] in first]
    return ours, [layout for layout in layouts if group[layout.table.name] not in first]


def _weight(plan: Plan) -> int:
    """Roughly what an operation on a table costs."""
    return plan.cells + 4 * (len(plan.feed_ring) + len(plan.sum_ring))


def _in_order(layouts: list[TableLayout]) -> list[TableLayout]:
    """Tables sorted so that one whose conditions read another's features comes after it."""
    needs = _needs(layouts)
    done: list[TableLayout] = []
    open_: list[TableLayout] = []

    def visit(layout: TableLayout) -> None:
        if layout in done:
            return
        if layout in open_:
            raise XiezhiError(
                f"feature table {layout.table.name!r} depends on itself through its conditions",
                "take the feature out of one of the conditions",
            )
        open_.append(layout)
        for needed in needs[layout.table.name]:
            visit(needed)
        open_.remove(layout)
        done.append(layout)

    for layout in layouts:
        visit(layout)
    return done
