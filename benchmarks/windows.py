"""Events a second of the window kernel beside DuckDB, Polars, a plain-Python loop and PySpark, in one run.

    python benchmarks/windows.py [--events 1000000] [--callers 20000] [--without spark]

The five features of every call, by its caller: calls in 1 h, share of calls under 10 s in 1 h, distinct
callees in 24 h, mean talk time in 24 h, time since the caller's last call. All take the same Arrow table.
Ours, DuckDB and plain Python give equal numbers, which is checked. Polars' windows slide by the second where
ours go by buckets. Spark runs Structured Streaming in `update` mode over micro-batches of files on two
local cores and only fills the buckets: it estimates distinct callees, does not add buckets up to windows,
tells no call its numbers and knows no time since the last call. Its figure is what it can reach at best.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.batch import Float64, Int64, UInt64
from xiezhi.domain.features import WINDOWS, FeatureCatalogue, Measure, Table
from xiezhi.domain.hashing import hash_column
from xiezhi.domain.schema import EventSchema, Field
from xiezhi.windows.store import WindowStore

SCHEMA = EventSchema(
    "call",
    "calls",
    "",
    "",
    (
        Field("caller", "identifier", "", "", kind="phone"),
        Field("callee", "identifier", "", "", kind="phone"),
        Field("duration", "number", "", "", unit="s"),
    ),
)
TABLE = Table(
    "caller",
    writers=("call.caller",),
    measures=(
        Measure("calls", "count", "", "", ("1h",)),
        Measure("short", "count", "", "", ("1h",), where="duration < 10", at=("nowhere",)),
        Measure("short_share", "ratio", "", "", ("1h",), of="short", over="calls"),
        Measure("callees", "distinct", "", "", ("24h",), of="callee"),
        Measure("talk_mean", "mean", "", "", ("24h",), of="duration"),
        Measure("gap", "since", "", ""),
    ),
)
NAMES = ("calls.1h", "short_share.1h", "callees.24h", "talk_mean.24h", "gap")
BATCH = 65_536
(HOURS, HOUR), (DAYS, DAY) = WINDOWS["1h"], WINDOWS["24h"]
"""Buckets of a window, and seconds of a bucket, as ours has them."""

SQL = f"""
SELECT count(*) OVER hour AS "calls.1h",
    count(*) FILTER (duration < 10) OVER hour / count(*) OVER hour AS "short_share.1h",
    count(DISTINCT callee) OVER day AS "callees.24h",
    avg(duration) OVER day AS "talk_mean.24h",
    s - lag(s) OVER (PARTITION BY caller ORDER BY seq) AS "gap"
FROM (SELECT *, ts // 1000 AS s FROM calls)
WINDOW hour AS (PARTITION BY caller ORDER BY (s // {HOUR}) * 4294967296 + seq
        RANGE BETWEEN {HOURS - 1} * 4294967296 + seq PRECEDING AND CURRENT ROW),
    day AS (PARTITION BY caller ORDER BY (s // {DAY}) * 4294967296 + seq
        RANGE BETWEEN {DAYS - 1} * 4294967296 + seq PRECEDING AND CURRENT ROW)
ORDER BY seq
"""

Columns = dict[str, Float64]


def calls(events: int, callers: int) -> pa.Table:
    """Two days of calls; a few callers are a hundred times as busy as most."""
    rng = np.random.default_rng(3)
    caller = 13_000_000_000 + (callers * rng.random(events) ** 2).astype(np.int64)
    callee = caller + 1 + (200 * rng.random(events) ** 3).astype(np.int64)
    return pa.table(
        {
            "seq": np.arange(events),
            "ts": 1_700_000_000_000 + np.sort(rng.integers(0, 2 * 86_400, events)) * 1000,
            "caller": pa.array(caller).cast(pa.string()),
            "callee": pa.array(callee).cast(pa.string()),
            "duration": np.floor(rng.exponential(45, events)),
        }
    )


class View:
    """Calls as the window tables see them."""

    def __init__(self, table: pa.RecordBatch) -> None:
        self.table, self.added = table, {}
        self.order: Int64 = np.arange(table.num_rows)
        self.ts: Int64 = table.column("ts").to_numpy()

    def keys(self, name: str) -> UInt64:
        return hash_column(self.table.column(name))

    def number(self, name: str) -> Float64:
        return self.table.column(name).to_numpy()

    def holds(self, expression: str) -> Any:
        return self.number("duration") < 10

    def add(self, name: str, values: Float64) -> None:
        self.added[name.removeprefix("caller.")] = values


def by_kernel(table: pa.Table) -> Columns:
    """Ours, in micro-batches as the engine makes them, identifiers hashed on the way."""
    store = WindowStore(FeatureCatalogue((TABLE,)), {"call": SCHEMA})
    parts = []
    for batch in table.to_batches(BATCH):
        view = View(batch)
        store.apply({"call": view})
        parts.append(view.added)
    return {name: np.concatenate([part[name] for part in parts]) for name in NAMES}


def by_duckdb(table: pa.Table) -> Columns:
    """One SQL query over the whole stream at once, on all cores."""
    with duckdb.connect() as connection:
        connection.register("calls", table)
        found = connection.sql(SQL).to_arrow_table()
    return {name: found[name].cast(pa.float64()).to_numpy() for name in NAMES}


def by_polars(table: pa.Table) -> pl.DataFrame:
    """Rolling groups over the whole stream at once, on all cores."""
    frame = pl.from_arrow(table).with_columns(pl.from_epoch("ts", "ms"))
    assert isinstance(frame, pl.DataFrame)
    hour = frame.rolling("ts", period="1h", group_by="caller").agg(
        pl.len(), (pl.col("duration") < 10).mean().alias("short_share"), pl.col("seq").last()
    )
    day = frame.rolling("ts", period="24h", group_by="caller").agg(
        pl.col("callee").n_unique(), pl.col("duration").mean(), pl.col("seq").last()
    )
    gap = frame.select("seq", pl.col("ts").diff().over("caller").alias("gap"))
    return gap.join(hour, on="seq", how="left").join(day, on="seq", how="left")


class Caller:
    """What the plain loop keeps of a caller: buckets of counts, and when each callee was last called."""

    __slots__ = ("callees", "days", "hours", "last")

    def __init__(self) -> None:
        self.hours: deque[list[float]] = deque()  # bucket, calls, short calls
        self.days: deque[list[float]] = deque()  # bucket, calls, talk time
        self.callees: dict[str, int] = {}
        self.last: int | None = None


def by_python(table: pa.Table) -> Columns:
    """One event after another, as a service without this kernel would do it."""
    callers: defaultdict[str, Caller] = defaultdict(Caller)
    rows: list[tuple[float, ...]] = []
    columns = (table[name].to_pylist() for name in ("ts", "caller", "callee", "duration"))
    for ts, caller, callee, duration in zip(*columns, strict=True):
        now, state = ts // 1000, callers[caller]
        hour, day = now // HOUR, now // DAY
        gap = float("nan") if state.last is None else now - state.last
        _count(state.hours, hour, HOURS, duration < 10)
        _count(state.days, day, DAYS, duration)
        state.callees[callee], state.last = now, now
        since = (day - DAYS + 1) * DAY
        if len(state.callees) > 64:
            state.callees = {each: seen for each, seen in state.callees.items() if seen >= since}
        in_hour = sum(bucket[1] for bucket in state.hours)
        short = sum(bucket[2] for bucket in state.hours) / in_hour
        talk = sum(bucket[2] for bucket in state.days) / sum(bucket[1] for bucket in state.days)
        rows.append((in_hour, short, sum(seen >= since for seen in state.callees.values()), talk, gap))
    return dict(zip(NAMES, np.array(rows, np.float64).T, strict=True))


def _count(buckets: deque[list[float]], now: int, most: int, amount: float) -> None:
    if not buckets or buckets[-1][0] != now:
        buckets.append([now, 0, 0.0])
        while buckets[0][0] <= now - most:
            buckets.popleft()
    buckets[-1][1] += 1
    buckets[-1][2] += amount


def by_spark(table: pa.Table, folder: Path) -> float:
    """Seconds that Structured Streaming takes; its start and a first small query are not counted."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "3g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("windows")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        _stream(spark, table.slice(0, 1000), folder / "warm")
        began = time.perf_counter()
        _stream(spark, table, folder / "all")
        return time.perf_counter() - began
    finally:
        spark.stop()


def _stream(spark: Any, table: pa.Table, folder: Path) -> None:
    from pyspark.sql import functions as f

    (folder / "calls").mkdir(parents=True)
    timed = table.set_column(1, "ts", table["ts"].cast(pa.timestamp("ms", "UTC")))
    for number, start in enumerate(range(0, table.num_rows, 4 * BATCH)):
        pq.write_table(timed.slice(start, 4 * BATCH), folder / f"calls/{number:05d}.parquet")
    stream = (
        spark.readStream.schema("seq long, ts timestamp, caller string, callee string, duration double")
        .option("maxFilesPerTrigger", 1)
        .parquet(str(folder / "calls"))
        .withWatermark("ts", "1 hour")
    )
    hour = stream.groupBy("caller", f.window("ts", f"{HOUR} seconds")).agg(
        f.count("*"), f.avg((f.col("duration") < 10).cast("double"))
    )
    day = stream.groupBy("caller", f.window("ts", f"{DAY} seconds")).agg(
        f.approx_count_distinct("callee"), f.avg("duration")
    )
    for name, query in (("hour", hour), ("day", day)):
        writer = query.writeStream.format("noop").outputMode("update").trigger(availableNow=True)
        writer.option("checkpointLocation", str(folder / name)).start().awaitTermination()


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """The shortest of some runs in seconds, and what the last gave."""
    best, found = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - began)
    return best, found


def check(name: str, ours: Columns, theirs: Columns, rows: int) -> None:
    """Equal to nine digits."""
    for feature in NAMES:
        place = f"{name}: {feature}"
        np.testing.assert_allclose(ours[feature][:rows], theirs[feature], rtol=1e-9, err_msg=place)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--callers", type=int, default=20_000)
    parser.add_argument("--spark-events", type=int, default=1_000_000, help="how many Spark takes at most")
    others = ["duckdb", "polars", "python", "spark"]
    parser.add_argument("--without", action="append", default=[], choices=others)
    given = parser.parse_args()
    table = calls(given.events, given.callers)
    by_kernel(table.slice(0, 10_000))  # compiled, or taken from the cache, before the clock runs
    seconds, ours = timed(lambda: by_kernel(table), 3)
    base = given.events / seconds
    print(f"{given.events:,} calls of {given.callers:,} callers, five features; ratio = ours / theirs")
    print(f"{'':24} {'events':>10} {'events/s':>12} {'ratio':>8}", flush=True)

    def row(name: str, events: int, took: float) -> None:
        ratio = f"{base * took / events:7.1f}x"
        print(f"{name:24} {events:10,} {events / took:12,.0f} {ratio:>8}", flush=True)

    row("Xiezhi's kernel, 1 core", given.events, seconds)
    if "duckdb" not in given.without:
        seconds, theirs = timed(lambda: by_duckdb(table))
        check("DuckDB", ours, theirs, given.events)
        row("DuckDB SQL", given.events, seconds)
    if "polars" not in given.without:
        row("Polars", given.events, timed(lambda: by_polars(table))[0])
    if "python" not in given.without:
        sample = table.slice(0, min(given.events, 200_000))
        seconds, theirs = timed(lambda: by_python(sample))
        check("Python", ours, theirs, sample.num_rows)
        row("plain Python", sample.num_rows, seconds)
    if "spark" in given.without:
        return
    if importlib.util.find_spec("pyspark") is None:
        print("Spark Streaming          not measured: pyspark is not installed (it also needs Java 17)")
        return
    sample = table.slice(0, min(given.events, given.spark_events))
    with tempfile.TemporaryDirectory() as folder:
        row("Spark Streaming", sample.num_rows, by_spark(sample, Path(folder)))


if __name__ == "__main__":
    main()
