"""What is counted over time: tables of keys, their measures, and the features read from them.

A feature's name is `<role>.<measure>` or `<role>.<measure>.<window>`: the role is the event field that
holds the key (`pair` for a key of two fields), so `caller.calls.1h` on a call is "calls by this caller in
the last hour, this one included".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Aggregate = Literal[
    "count", "sum", "mean", "min", "max", "distinct", "ratio", "age", "since", "is_new", "sequence", "absence"
]

WINDOWS: dict[str, tuple[int, int]] = {
    # name: (buckets, bucket width in seconds). A window is the bucket of the event and those before it.
    "1m": (6, 10),
    "10m": (5, 120),
    "1h": (6, 600),
    "6h": (12, 1800),
    "24h": (12, 7200),
    "7d": (14, 43200),
    "30d": (30, 86400),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing kept per key.

    `by` is the `channel.field` whose events feed it (the table's first writer unless given). `where` limits
    it to events for which an expression over the event holds. `of` is the field that is summed or
    told apart; for `ratio`, `of` and `over` name two other measures. For `sequence` the
    events A are those that `by` and `where` pick, and B is the event that reads. For `absence`, B is picked
    by `then_by` and `then`. Windows: names out of `WINDOWS`. `at` limits the places where it can be
    read; all places of the table unless given.

    Counts, sums, means, minima, maxima, distinct and ratio include the event that reads them; age, since,
    is_new, sequence and absence are as of just before it.
    """

    name: str
    agg: Aggregate
    zh: str
    en: str
    windows: tuple[str, ...] = ()
    by: str = ""
    where: str = ""
    of: str = ""
    over: str = ""
    then_by: str = ""
    then: str = ""
    unit: str = ""
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Keys of one kind with their measures.

    `writers` are the `channel.field` places whose events update it and read it back, own event included
    (`channel.field+field` for a key of two). `readers` only read, as of just before the event. A key
    idle for longer than `idle` seconds is forgotten.
    """

    name: str
    writers: tuple[str, ...]
    measures: tuple[Measure, ...]
    readers: tuple[str, ...] = ()
    idle: str = "30d"


@dataclass(frozen=True, slots=True)
class Feature:
    """One readable number: `name` on events of `channel`, read from `table` through `place`."""

    name: str
    channel: str
    table: str
    place: str
    measure: Measure
    window: str
    zh: str
    en: str
    unit: str


def role_of(place: str) -> str:
    """The role part of feature names read through a place: its field, or `pair` for two fields."""
    fields = place.split(".", 1)[1]
    return "pair" if "+" in fields else fields


def features_of(table: Table) -> list[Feature]:
    """Every feature that a table offers, in the order places x measures x windows."""
    found = []
    for place in (*table.writers, *table.readers):
        role, channel = role_of(place), place.split(".", 1)[0]
        for measure in table.measures:
            if measure.at and place not in measure.at:
                continue
            for window in measure.windows or ("",):
                name = f"{role}.{measure.name}" + (f".{window}" if window else "")
                found.append(
                    Feature(
                        name,
                        channel,
                        table.name,
                        place,
                        measure,
                        window,
                        measure.zh,
                        measure.en,
                        measure.unit,
                    )
                )
    return found


@dataclass(frozen=True)
class FeatureCatalogue:
    """All tables and what can be read from them."""

    tables: tuple[Table, ...]

    @cached_property
    def by_channel(self) -> dict[str, dict[str, Feature]]:
        """Features by channel and name."""
        found: dict[str, dict[str, Feature]] = {}
        for table in self.tables:
            for feature in features_of(table):
                found.setdefault(feature.channel, {})[feature.name] = feature
        return found
