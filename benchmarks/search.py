"""Search by identifier in history, beside a plain scan of the same files by DuckDB.

    python benchmarks/search.py [--events 1000000] [--store DIR] [--searches 60]

Without a store a city of `--events` events is simulated and replayed into one first. Identifiers are drawn from
random events, so busy ones come more often. Ours answers what the console asks for: where the identifier occurs in all
of history, and its newest 50 events with every field. DuckDB only finds the offsets, over the same Parquet files, with
two threads; it is asked for fewer identifiers, as it takes long.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from xiezhi.domain.schema import identifier_fields
from xiezhi.history.conditions import Wanted
from xiezhi.history.parquet import stretch
from xiezhi.history.postings import NAME
from xiezhi.history.reading import History
from xiezhi.knowledge.base import load_knowledge

FIELDS = identifier_fields(load_knowledge().schemas)
CHANNELS = tuple(FIELDS)
SHOWN = 50


def make(folder: Path, events: int) -> Path:
    """A store with a city in it."""
    xiezhi = (sys.executable, "-m", "xiezhi.cli.main")
    command = [*xiezhi, "simulate", "-o", str(folder / "city"), "--events", str(events), "--seed", "1"]
    subprocess.run(command, check=True, capture_output=True)
    store = folder / "store"
    subprocess.run(
        [*xiezhi, "replay", str(folder / "city"), "--store", str(store)], check=True, capture_output=True
    )
    return store


def drawn(history: History, end: int, count: int) -> list[str]:
    """Identifiers of random events."""
    draw, found = random.Random(7), []
    while len(found) < count:
        row = history.at(draw.randrange(end))
        if row is not None:
            held = [row.values[name] for name in FIELDS[row.channel] if name in row.values]
            found += [draw.choice(held)] if held else []
    return found


def scan(folder: Path, value: str) -> int:
    """How many events DuckDB finds by reading every file."""
    parts, values = [], []
    for channel in CHANNELS:
        if any(folder.glob(f"*/{channel}.parquet")):
            place = str(folder / "*" / f"{channel}.parquet").replace("'", "''")
            condition = " or ".join(f"{name} = ?" for name in FIELDS[channel])
            parts.append(f"select \"offset\" from read_parquet('{place}') where {condition}")
            values += [value] * len(FIELDS[channel])
    query = " union all ".join(parts) + ' order by "offset" desc'
    return len(duckdb.connect(config={"threads": 2}).execute(query, values).fetchall())


def timed(do: Callable[[str], Any], values: list[str]) -> list[float]:
    """Milliseconds of each call, ascending."""
    found = []
    for value in values:
        began = time.perf_counter()
        do(value)
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def measure(store: Path, searches: int) -> None:
    folder = store / "history"
    history = History(folder, FIELDS)
    stretches = [path for path in sorted(folder.iterdir()) if "-" in path.name]
    end = max(stretch(path)[1] for path in stretches)
    values = drawn(history, end, searches)
    for value in values[:5]:
        assert len(set(history.trace(value).offset.tolist())) == scan(folder, value), value
    rows = [
        ("where it occurs", timed(lambda value: history.trace(value), values)),
        (f"and its newest {SHOWN} events", timed(lambda value: _page(history, value), values)),
        (
            "plain DuckDB scan, offsets only",
            timed(lambda value: scan(folder, value), values[: max(searches // 6, 3)]),
        ),
    ]
    size = sum(path.stat().st_size for path in folder.glob(f"*/{NAME}"))
    whole = sum(path.stat().st_size for path in folder.glob("*/*.parquet"))
    print(f"{end:,} events in {len(stretches)} stretches")
    print(f"bytes an event: Parquet {whole / end:.1f}, postings {size / end:.1f}")
    print(f"{'':34} {'p50 ms':>9} {'p95 ms':>9} {'worst ms':>9}")
    for name, times in rows:
        print(f"{name:34} {_at(times, 0.5):9.1f} {_at(times, 0.95):9.1f} {times[-1]:9.1f}")
    print(f"ratio to the plain scan, p50       {_at(rows[2][1], 0.5) / _at(rows[1][1], 0.5):8.1f}x")


def _page(history: History, value: str) -> None:
    history.trace(value)
    history.of(value, Wanted(CHANNELS), SHOWN)


def _at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=60)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    if given.store is not None:
        measure(given.store, given.searches)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(make(Path(folder), given.events), given.searches)


if __name__ == "__main__":
    main()
