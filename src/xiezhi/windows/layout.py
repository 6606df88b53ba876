"""Turns a feature table into the flat arrays that the kernel reads: what to update, what to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from xiezhi.domain.features import WINDOWS, Measure, Table, role_of
from xiezhi.domain.schema import EventSchema


class Ring(IntEnum):
    """What one bucket of a ring holds."""

    count = 0
    total = 1
    least = 2
    most = 3


class Stamp(IntEnum):
    """Which moment of a key's matching events a stamp holds."""

    first = 0
    last = 1
    reply = 2  # the first `then` event after the last matching one


class Read(IntEnum):
    """How a feature is computed from the state of its key."""

    count = 0
    total = 1
    mean = 2
    least = 3
    most = 4
    distinct = 5
    ratio = 6
    age = 7
    since = 8
    is_new = 9
    sequence = 10
    absence = 11


BEFORE = frozenset({"age", "since", "is_new", "sequence", "absence"})
"""Aggregates that tell the state as of just before the event."""


class Plan(NamedTuple):
    """A table's descriptors as the kernel takes them (all int64)."""

    idle: int
    is_writer: npt.NDArray[np.int64]  # [places]
    window: npt.NDArray[np.int64]  # [windows, 2]: buckets, width in seconds
    column: npt.NDArray[np.int64]  # [windows, 4]: words of a column (0: none), its first ring, last + 1, cell
    ring: npt.NDArray[
        np.int64
    ]  # [rings, 4]: kind, mask, value, word in its column; those of a window together
    feeds: npt.NDArray[np.int64]  # [places, windows, 2]: which part of feed_ring a place feeds
    feed_ring: npt.NDArray[np.int64]  # rings
    sums: npt.NDArray[np.int64]  # [places, windows, 2]: which part of sum_ring a place reads
    sum_ring: npt.NDArray[np.int64]  # rings
    stamp: npt.NDArray[np.int64]  # [stamps, 4]: kind, place, mask, partner stamp
    distinct: npt.NDArray[np.int64]  # [distincts, 4]: place, mask, item, seconds to keep
    feature: npt.NDArray[np.int64]  # [features, 7]: read, place, a, b, window, scale a, scale b
    feature_of: npt.NDArray[np.int64]  # [places, 3]: first, first that includes the event, last + 1
    cells: int  # uint32 cells of a key
    stamp_at: int
    distinct_at: int


FORMAT = 2
"""To be raised with every change of what cells mean, so that older checkpoints are not misread."""

LAST_SEEN = 0
"""The cell that holds when a key was last written, in whole seconds."""

DISTINCT_CELLS = 3  # slab class + 1, place in the arena, items in use
COLUMN_CELLS = 2  # slab class + 1, place among the words


@dataclass(slots=True)
class TableLayout:
    """A table made ready: its plan, and the columns of each channel that its operations need."""

    table: Table
    places: tuple[str, ...]
    plan: Plan
    names: dict[str, list[tuple[int, str]]]  # place -> [(feature row, feature name)]
    masks: list[tuple[str, str]]  # (place, expression)
    values: list[tuple[str, str, int]]  # (place, field, scale)
    items: list[tuple[str, str]]  # (place, field)


@dataclass(slots=True)
class _Builder:
    table: Table
    schemas: Mapping[str, EventSchema]
    lateness: int
    windows: list[str] = field(default_factory=list)
    masks: list[tuple[str, str]] = field(default_factory=list)
    values: list[tuple[str, str, int]] = field(default_factory=list)
    items: list[tuple[str, str]] = field(default_factory=list)
    rings: list[tuple[Ring, int, int, int, int]] = field(default_factory=list)
    stamps: list[tuple[Stamp, int, int, int]] = field(default_factory=list)
    distincts: list[tuple[int, int, int]] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    features: list[tuple[int, ...]] = field(default_factory=list)
    names: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.table.writers, *self.table.readers)

    def build(self) -> TableLayout:
        for place in self.places:
            for measure in sorted(self.table.measures, key=lambda measure: measure.agg not in BEFORE):
                if not measure.at or place in measure.at:
                    for window in measure.windows or ("",):
                        self._feature(place, measure, window)
        self._sort_rings()
        return TableLayout(
            self.table, self.places, self._plan(), self.names, self.masks, self.values, self.items
        )

    def _feature(self, place: str, measure: Measure, window: str) -> None:
        row = (*self._read(measure, window),)
        name = f"{role_of(place)}.{measure.name}" + (f".{window}" if window else "")
        self.names.setdefault(place, []).append((len(self.features), name))
        self.features.append((row[0], self.places.index(place), *row[1:]))

    def _read(self, measure: Measure, window: str) -> tuple[int, int, int, int, int, int]:
        """(read, a, b, window, scale a, scale b) of a measure over a window."""
        span = self._window(window) if window else 0
        match measure.agg:
            case "count":
                return (Read.count, self._ring(Ring.count, measure, span), 0, span, 1, 1)
            case "sum":
                return (Read.total, self._ring(Ring.total, measure, span), 0, span, self._scale(measure), 1)
            case "mean":
                total, count = self._ring(Ring.total, measure, span), self._ring(Ring.count, measure, span)
                return (Read.mean, total, count, span, self._scale(measure), 1)
            case "min":
                return (Read.least, self._ring(Ring.least, measure, span), 0, span, self._scale(measure), 1)
            case "max":
                return (Read.most, self._ring(Ring.most, measure, span), 0, span, self._scale(measure), 1)
            case "distinct":
                return (Read.distinct, self._distinct(measure, window), 0, span, 1, 1)
            case "ratio":
                part, whole = self._part(measure.of), self._part(measure.over)
                a, b = self._part_ring(part, span), self._part_ring(whole, span)
                return (Read.ratio, a, b, span, self._scale(part), self._scale(whole))
            case "age":
                return (Read.age, self._stamp(Stamp.first, measure), 0, 0, 1, 1)
            case "since":
                return (Read.since, self._stamp(Stamp.last, measure), 0, 0, 1, 1)
            case "is_new":
                return (Read.is_new, self._stamp(Stamp.last, measure), 0, 0, 1, 1)
            case "sequence":
                return (Read.sequence, self._stamp(Stamp.last, measure), 0, span, 1, 1)
            case "absence":
                last, reply = self._absence(measure)
                return (Read.absence, last, reply, span, 1, 1)

    def _part(self, name: str) -> Measure:
        return next(measure for measure in self.table.measures if measure.name == name)

    def _part_ring(self, part: Measure, span: int) -> int:
        return self._ring(Ring.count if part.agg == "count" else Ring.total, part, span)

    def _place(self, measure: Measure) -> str:
        return measure.by or self.table.writers[0]

    def _field(self, place: str, name: str) -> int:
        """The scale of a field of the place's channel."""
        return self.schemas[place.split(".", 1)[0]].by_name[name].scale

    def _scale(self, measure: Measure) -> int:
        return self._field(self._place(measure), measure.of) if measure.of and measure.agg != "count" else 1

    def _window(self, name: str) -> int:
        return _index(self.windows, name)

    def _mask(self, place: str, where: str) -> int:
        return _index(self.masks, (place, where)) if where else -1

    def _ring(self, kind: Ring, measure: Measure, span: int) -> int:
        place = self._place(measure)
        value = -1
        if measure.of and measure.agg not in ("count", "ratio"):
            value = _index(self.values, (place, measure.of, self._field(place, measure.of)))
        mask = self._mask(place, measure.where)
        return _index(self.rings, (kind, self.places.index(place), mask, value, span))

    def _stamp(self, kind: Stamp, measure: Measure) -> int:
        place = self._place(measure)
        at = self.places.index(place) if measure.by or measure.where else -1  # -1: every writer
        return _index(self.stamps, (kind, at, self._mask(place, measure.where), -1))

    def _absence(self, measure: Measure) -> tuple[int, int]:
        place, then_by = self._place(measure), measure.then_by or self._place(measure)
        last = (Stamp.last, self.places.index(place), self._mask(place, measure.where), -1)
        # An absence needs a stamp of its own, since a reply belongs to just this one.
        self.stamps.append(last)
        row = len(self.stamps) - 1
        then = (Stamp.reply, self.places.index(then_by), self._mask(then_by, measure.then), row)
        self.stamps.append(then)
        return row, row + 1

    def _distinct(self, measure: Measure, window: str) -> int:
        place = self._place(measure)
        key = (
            self.places.index(place),
            self._mask(place, measure.where),
            _index(self.items, (place, measure.of)),
        )
        buckets, width = WINDOWS[window]
        row = _index(self.distincts, key)
        if row == len(self.spans):
            self.spans.append(0)
        self.spans[row] = max(self.spans[row], buckets * width)
        return row

    def _sort_rings(self) -> None:
        """Put the rings of a window together, and point the features to where they went."""
        order = sorted(range(len(self.rings)), key=lambda ring: self.rings[ring][4])
        moved = {old: new for new, old in enumerate(order)}
        self.rings = [self.rings[old] for old in order]
        for row, (read, place, a, b, *rest) in enumerate(self.features):
            if Read.count <= read <= Read.most:
                self.features[row] = (read, place, moved[a], moved[b] if read == Read.mean else 0, *rest)
            elif read == Read.ratio:
                self.features[row] = (read, place, moved[a], moved[b], *rest)

    def _features_of_places(self) -> list[tuple[int, int, int]]:
        """For each place the rows of its features: first, first that includes the event, last + 1."""
        found = []
        for place in range(len(self.places)):
            read = [row for row, feature in enumerate(self.features) if feature[1] == place]
            after = [row for row in read if self.features[row][0] < Read.age]
            found.append((read[0], after[0] if after else read[-1] + 1, read[-1] + 1) if read else (0, 0, 0))
        return found

    def _columns(self, first_cell: int) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """(columns, rings) as the plan has them. A column holds its bucket's number, then each ring's value."""
        columns: list[tuple[int, ...]] = []
        rings: list[tuple[int, ...]] = []
        cell = first_cell
        for window in range(len(self.windows)):
            first, word = len(rings), 1
            for kind, _, mask, value, span in self.rings:
                if span == window:
                    rings.append((kind, mask, value, word))
                    word += 1 if kind == Ring.count else 2
            used = len(rings) > first
            columns.append((word if used else 0, first, len(rings), cell if used else 0))
            cell += COLUMN_CELLS if used else 0
        return columns, rings

    def _by_place(self, wanted: Callable[[int, int], bool]) -> tuple[list[list[tuple[int, int]]], list[int]]:
        """For each place and window, the part of the list of rings that holds those wanted."""
        parts: list[list[tuple[int, int]]] = []
        listed: list[int] = []
        for place in range(len(self.places)):
            parts.append([])
            for window in range(len(self.windows)):
                first = len(listed)
                listed += [
                    row for row, ring in enumerate(self.rings) if ring[4] == window and wanted(place, row)
                ]
                parts[-1].append((first, len(listed)))
        return parts, listed

    def _reads(self, place: int, ring: int) -> bool:
        for read, own, a, b, *_ in self.features:
            two = read in (Read.mean, Read.ratio)
            summed = two or (Read.count <= read <= Read.most)
            if own == place and summed and (a == ring or (two and b == ring)):
                return True
        return False

    def _plan(self) -> Plan:
        stamp_at = 1
        distinct_at = stamp_at + len(self.stamps)
        column_at = distinct_at + DISTINCT_CELLS * len(self.distincts)
        columns, rings = self._columns(column_at)
        # Items are kept a little longer than the window, for readers that come late.
        distincts = [
            (*row, span + self.lateness) for row, span in zip(self.distincts, self.spans, strict=True)
        ]
        feeds, feed_ring = self._by_place(lambda place, row: self.rings[row][1] == place)
        sums, sum_ring = self._by_place(self._reads)
        shape = (len(self.places), len(self.windows), 2)
        writers = [1] * len(self.table.writers) + [0] * len(self.table.readers)
        return Plan(
            seconds(self.table.idle),
            np.array(writers, np.int64),
            _matrix([WINDOWS[name] for name in self.windows], 2),
            _matrix(columns, 4),
            _matrix(rings, 4),
            np.array(feeds, np.int64).reshape(shape),
            np.array(feed_ring, np.int64),
            np.array(sums, np.int64).reshape(shape),
            np.array(sum_ring, np.int64),
            _matrix(self.stamps, 4),
            _matrix(distincts, 4),
            _matrix(self.features, 7),
            _matrix(self._features_of_places(), 3),
            column_at + COLUMN_CELLS * sum(column[0] > 0 for column in columns),
            stamp_at,
            distinct_at,
        )


def layout_of(table: Table, schemas: Mapping[str, EventSchema], lateness: int) -> TableLayout:
    """The layout of one table for events at most `lateness` seconds late. The table must have passed
    knowledge's checks."""
    return _Builder(table, schemas, lateness).build()


def seconds(span: str) -> int:
    """Seconds in a span such as `10m`, `24h` or `30d`."""
    return int(span[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[span[-1]]


T = TypeVar("T")


def _index(found: list[T], item: T) -> int:
    if item not in found:
        found.append(item)
    return found.index(item)


def _matrix(rows: Sequence[tuple[int, ...]], columns: int) -> npt.NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), columns)
