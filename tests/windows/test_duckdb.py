"""The kernel against DuckDB: the same features of a million events, each written down as a SQL window."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.windows.harness import SCHEMAS
from xiezhi.domain.features import WINDOWS, FeatureCatalogue, Measure, Table
from xiezhi.domain.hashing import hash_column
from xiezhi.windows.store import WindowStore

EVENTS = 1_000_000
BATCH = 65_536
PEOPLE = 4_000
BIG = "worth >= 5"

TABLE = Table(
    "who",
    writers=("a.who", "b.who"),
    idle="90d",
    measures=(
        Measure("n", "count", "", "", windows=("1m", "1h", "30d")),
        Measure("big", "count", "", "", windows=("1h",), where=BIG),
        Measure("replies", "count", "", "", windows=("10m",), by="b.who"),
        Measure("total", "sum", "", "", windows=("10m", "24h"), of="worth"),
        Measure("mean", "mean", "", "", windows=("7d",), of="worth"),
        Measure("least", "min", "", "", windows=("1h",), of="worth"),
        Measure("most", "max", "", "", windows=("24h",), of="worth"),
        Measure("others", "distinct", "", "", windows=("10m", "24h"), of="whom"),
        Measure("big_others", "distinct", "", "", windows=("6h",), of="whom", where=BIG),
        Measure("big_share", "ratio", "", "", windows=("1h",), of="big", over="n"),
        Measure("age", "age", "", ""),
        Measure("gap", "since", "", ""),
        Measure("new", "is_new", "", ""),
        Measure("after_big", "sequence", "", "", windows=("10m", "24h"), where=BIG),
        Measure("unanswered", "absence", "", "", windows=("1h",), where=BIG, then_by="b.who"),
    ),
)

# A window of b buckets is (now - b, now] in bucket numbers, up to the event itself. Bucket and sequence
# number make one sort key, so that one RANGE frame says both.
WINDOW = (
    "{name} AS (PARTITION BY who ORDER BY (ts // {width}) * 4294967296 + seq"
    " RANGE BETWEEN {earlier} * 4294967296 + seq PRECEDING AND CURRENT ROW)"
)
QUERY = """
WITH stamped AS (
    SELECT *, place = 'a' AS is_a, coalesce(place = 'a' AND worth >= 500, false) AS is_big,
        max(CASE WHEN place = 'a' AND worth >= 500 THEN ts END) OVER so_far AS asked
    FROM events WINDOW so_far AS (PARTITION BY who ORDER BY seq)
), answered AS (
    SELECT *, min(CASE WHEN place = 'b' AND asked IS NOT NULL THEN ts END)
        OVER (PARTITION BY who, asked ORDER BY seq) AS reply
    FROM stamped
)
SELECT
    count(*) FILTER (is_a) OVER w1m AS "n.1m",
    count(*) FILTER (is_a) OVER w1h AS "n.1h",
    count(*) FILTER (is_a) OVER w30d AS "n.30d",
    count(*) FILTER (is_big) OVER w1h AS "big.1h",
    count(*) FILTER (NOT is_a) OVER w10m AS "replies.10m",
    coalesce(sum(worth) FILTER (is_a) OVER w10m, 0)::BIGINT / 100 AS "total.10m",
    coalesce(sum(worth) FILTER (is_a) OVER w24h, 0)::BIGINT / 100 AS "total.24h",
    (sum(worth) FILTER (is_a) OVER w7d)::BIGINT / 100 / count(worth) FILTER (is_a) OVER w7d AS "mean.7d",
    min(worth) FILTER (is_a) OVER w1h / 100 AS "least.1h",
    max(worth) FILTER (is_a) OVER w24h / 100 AS "most.24h",
    count(DISTINCT whom) FILTER (is_a) OVER w10m AS "others.10m",
    count(DISTINCT whom) FILTER (is_a) OVER w24h AS "others.24h",
    count(DISTINCT whom) FILTER (is_big) OVER w6h AS "big_others.6h",
    count(*) FILTER (is_big) OVER w1h / nullif(count(*) FILTER (is_a) OVER w1h, 0) AS "big_share.1h",
    ts - first_value(ts) OVER before AS "age",
    ts - lag(ts) OVER so_far AS "gap",
    lag(ts) OVER so_far IS NULL AS "new",
    coalesce(ts - lag(asked) OVER so_far <= 600, false) AS "after_big.10m",
    coalesce(ts - lag(asked) OVER so_far <= 86400, false) AS "after_big.24h",
    coalesce(ts - lag(asked) OVER so_far >= 3600
        AND coalesce(lag(reply) OVER so_far - lag(asked) OVER so_far > 3600, true), false) AS "unanswered.1h"
FROM answered
WINDOW so_far AS (PARTITION BY who ORDER BY seq),
    before AS (PARTITION BY who ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    {windows}
ORDER BY seq
"""


@dataclass
class ColumnView:
    """A `View` over Arrow columns."""

    table: pa.Table
    order: np.ndarray
    added: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def ts(self) -> np.ndarray:
        return self.table["ts"].to_numpy() * 1000

    def keys(self, name: str) -> np.ndarray:
        return hash_column(pc.cast(self.table[name], pa.string()))

    def number(self, name: str) -> np.ndarray:
        return pc.cast(self.table[name], pa.float64()).to_numpy() / 100

    def holds(self, expression: str) -> np.ndarray:
        assert expression == BIG
        return np.nan_to_num(self.number("worth"), nan=-1.0) >= 5

    def add(self, name: str, values: np.ndarray) -> None:
        self.added[name.removeprefix("who.")] = values


def _events() -> pa.Table:
    """A stream in order of time: bursts of many events a second, and pauses up to hours, over some 50 days.

    Few people are very busy; no one has more than 250 counterparts, so that distinct counts are exact.
    """
    rng = np.random.default_rng(29)
    steps = rng.integers(0, 2, EVENTS)
    pauses = rng.random(EVENTS) < 0.001
    steps[pauses] = rng.integers(0, 7200, int(pauses.sum()))
    who = (PEOPLE * rng.random(EVENTS) ** 3).astype(np.int64)
    whom = who + 1 + (250 * rng.random(EVENTS) ** 2).astype(np.int64)
    worth = (10 ** rng.uniform(1, 3.2, EVENTS)).astype(np.int64)
    return pa.table(
        {
            "seq": np.arange(EVENTS),
            "ts": 1_700_000_000 + np.cumsum(steps),
            "place": np.where(rng.random(EVENTS) < 0.8, "a", "b"),
            "who": who,
            "whom": pa.array(whom, mask=rng.random(EVENTS) < 0.05),
            "worth": pa.array(worth, mask=rng.random(EVENTS) < 0.05),
        }
    )


def _by_kernel(events: pa.Table) -> dict[str, np.ndarray]:
    store = WindowStore(FeatureCatalogue((TABLE,)), SCHEMAS)
    found: dict[str, np.ndarray] = {}
    place = np.asarray(events["place"].to_pylist())
    for start in range(0, EVENTS, BATCH):
        views = {}
        for channel in ("a", "b"):
            order = np.flatnonzero(place[start : start + BATCH] == channel)
            views[channel] = ColumnView(events.take(start + order), order)
        store.apply(views)
        for view in views.values():
            for name, values in view.added.items():
                found.setdefault(name, np.full(EVENTS, np.nan))[start + view.order] = values
    return found


def _by_duckdb(events: pa.Table) -> dict[str, np.ndarray]:
    windows = ", ".join(
        WINDOW.format(name=f"w{name}", width=width, earlier=buckets - 1)
        for name, (buckets, width) in WINDOWS.items()
    )
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("events", events)
        found = connection.sql(QUERY.format(windows=windows)).to_arrow_table()
    return {name: pc.cast(found[name], pa.float64()).to_numpy() for name in found.column_names}


@pytest.mark.slow
def test_kernel_equals_sql_over_a_million_events() -> None:
    events = _events()
    ours, theirs = _by_kernel(events), _by_duckdb(events)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        np.testing.assert_array_equal(values, theirs[name], err_msg=name)
    assert 30 < ours["others.24h"].max() <= 250
    assert 0 < ours["unanswered.1h"].mean() < 1
