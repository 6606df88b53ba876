"""Rows per second of reading CSV, JSON lines and Parquet and of merging, against Polars and the standard
library.

Run it with the number of rows (default 1,000,000): python benchmarks/sources.py 1000000
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.base import load_knowledge
from xiezhi.sources import Chunk, merge, open_source, rows_to_table

REPEATS = 3


def make_calls(schema: EventSchema, rows: int, seed: int = 7) -> pa.Table:
    rng = np.random.default_rng(seed)
    phones = np.char.add("138", np.char.zfill(rng.integers(0, 10**8, rows // 10 + 1).astype(str), 8))
    columns = {
        "ts": 1_700_000_000_000 + np.sort(rng.integers(0, 86_400_000, rows)),
        "caller": phones[rng.integers(0, len(phones), rows)],
        "callee": phones[rng.integers(0, len(phones), rows)],
        "duration": rng.integers(0, 900, rows).astype(float),
        "answered": rng.random(rows) < 0.7,
        "cell": np.char.add("460-00-6311-", rng.integers(0, 5000, rows).astype(str)),
    }
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema.arrow
    ]
    return pa.Table.from_arrays(arrays, schema=schema.arrow)


def write_files(table: pa.Table, folder: Path) -> None:
    pq.write_table(table, folder / "calls.parquet", compression="zstd", row_group_size=131_072)
    frame = pl.from_arrow(table.select(["ts", "caller", "callee", "duration", "answered", "cell"]))
    text = pl.from_epoch("ts", time_unit="ms").dt.strftime("%Y-%m-%d %H:%M:%S").alias("ts")
    frame.with_columns(text).write_csv(folder / "calls.csv")
    frame.with_columns(text).write_ndjson(folder / "calls.jsonl")


def drain(chunks: object) -> int:
    return sum(chunk.table.num_rows for chunk in chunks if isinstance(chunk, Chunk))  # type: ignore[attr-defined]


def read_plain(path: Path) -> int:
    with path.open(newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def report(name: str, rows: int, work: Callable[[], object]) -> None:
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    print(f"{name:<46}{rows / best:>14,.0f} rows/s", flush=True)


def merge_of(folder: Path, count: int) -> Callable[[], int]:
    paths = [folder / f"part{number}.parquet" for number in range(count)]
    schemas = load_knowledge().schemas
    return lambda: sum(m.batch.size for m in merge([open_source(path, schemas["call"]) for path in paths]))


class Held:
    """A source that holds its chunks in memory: what is measured is merging alone."""

    def __init__(self, name: str, channel: EventSchema, chunks: list[Chunk]) -> None:
        self.name, self.channel, self._chunks = name, channel, chunks

    def chunks(self, start_row: int = 0, rows: int = 0) -> object:
        return iter(self._chunks)


def held_sources(rows: int, count: int) -> list[Held]:
    """One source a channel with nothing but times and empty columns."""
    found = []
    for number, schema in enumerate(list(load_knowledge().schemas.values())[:count]):
        times = (
            np.sort(np.random.default_rng(number).integers(0, 86_400_000, rows // count)) + 1_700_000_000_000
        )
        chunks = []
        for start in range(0, len(times), 65_536):
            part = times[start : start + 65_536]
            arrays = [pa.array(part) if f.name == "ts" else pa.nulls(len(part), f.type) for f in schema.arrow]
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema.arrow)
            places = np.arange(start, start + len(part))
            chunks.append(Chunk(batch, places, [], start + len(part)))
        found.append(Held(schema.name, schema, chunks))
    return found


def main(rows: int) -> None:
    schema = load_knowledge().schemas["call"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = make_calls(schema, rows)
        write_files(table, folder)
        for number in range(8):
            pq.write_table(table.slice(number * rows // 8, rows // 8), folder / f"part{number}.parquet")
        for kind in ("csv", "jsonl", "parquet"):
            path = folder / f"calls.{kind}"
            report(f"xiezhi {kind}", rows, lambda path=path: drain(open_source(path, schema).chunks()))
        report("polars csv (no checks)", rows, lambda: pl.read_csv(folder / "calls.csv"))
        report("polars jsonl (no checks)", rows, lambda: pl.read_ndjson(folder / "calls.jsonl"))
        report("polars parquet (no checks)", rows, lambda: pl.read_parquet(folder / "calls.parquet"))
        report("csv.DictReader (no checks, texts only)", rows, lambda: read_plain(folder / "calls.csv"))
        held = held_sources(rows, 8)
        report(
            "xiezhi merge of 8 channels in memory",
            rows // 8 * 8,
            lambda: sum(m.batch.size for m in merge(held)),
        )
        report("xiezhi read and merge 8 parquet, one channel", rows // 8 * 8, merge_of(folder, 8))
        row = json.loads((folder / "calls.jsonl").open().readline())
        report(
            "xiezhi rows_to_table, one row at a time",
            5000,
            lambda: [rows_to_table(schema, [row]) for _ in range(5000)],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
