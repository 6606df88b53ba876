"""`xiezhi replay` of a simulated city into a store on disk, beside a plain-Python loop, in one run.

    python benchmarks/replay.py [--events 10000000] [--rules 200] [--sample 50000]

The replay is the command that users run, in a process of its own: it reads Parquet, journals, keeps windows,
asks all rules and one model of 300 trees about every call, and writes ledger, outbox, history and a checkpoint.
The rules are those that ship and generated ones; the model is trained on another city beforehand. The
plain loop does less: it counts by identifier over 1 h and 24 h in dictionaries, asks the same number of
rules as Python functions, and writes one SQLite row an event, a commit every thousand; no model, no journal.
Everything lies in a temporary folder, which is removed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from xiezhi.detect.models.registry import write_model
from xiezhi.domain.rules import Rule
from xiezhi.engine.features import features_of
from xiezhi.knowledge.base import load_knowledge
from xiezhi.learn.tables import NumberRows
from xiezhi.learn.training import learn_numbers
from xiezhi.simulator.write import simulate

COMMAND = (sys.executable, "-m", "xiezhi.cli.main")
TRAINED_ON = 60_000
SHARES = ("call", "message", "transfer", "call", "visit", "call", "account", "message", "transfer", "install")
"""The channels of generated rules, in turn: about as the events are spread."""


def generated(count: int, seed: int = 11) -> list[Rule]:
    """Rules that each compare three window features of a channel with constants; some hit now and then."""
    catalogue, rng = load_knowledge().features.by_channel, np.random.default_rng(seed)
    found = []
    for at in range(count):
        channel = SHARES[at % len(SHARES)]
        counts = [
            name
            for name, feature in catalogue[channel].items()
            if feature.measure.agg in ("count", "sum", "mean", "distinct", "ratio", "since", "age")
        ]
        a, b, c = rng.choice(counts, 3).tolist()
        low, high = rng.integers(3, 300, 2).tolist()
        when = f"{a} >= {low} and {b} > {high / 10} and {c} < {low * high}"
        text = f"generated: {{{a}}}"
        name = f"{channel}.generated_{at}"
        found.append(Rule(name, channel, when, 0.01, "behaviour", "drainage.robocalls", text, text))
    return found


def write_overlay(folder: Path, count: int) -> None:
    """A knowledge folder with generated rules, to be laid over the shipped one."""
    by_channel: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in generated(count):
        fields = ("id", "when", "weight", "group", "fraud_type", "zh", "en")
        by_channel[rule.channel].append({name: getattr(rule, name) for name in fields})
    (folder / "rules").mkdir(parents=True)
    for channel, rules in by_channel.items():
        text = yaml.safe_dump({"channel": channel, "rules": rules}, allow_unicode=True)
        (folder / f"rules/generated_{channel}.yaml").write_text(text, "utf-8")


def train_model(folder: Path, scratch: Path) -> int:
    """Put a model of fraudulent calls into `folder`; how many trees it has."""
    simulate(scratch, TRAINED_ON, seed=99)
    matrix, names, ids = features_of("call", sorted(scratch.glob("*.parquet")))
    truth = pl.read_parquet(scratch / "truth/call.parquet")
    fraud = dict(zip(truth["id"], truth["fraud"], strict=True))
    labels = tuple("1" if fraud[each] else "0" for each in ids)
    model = learn_numbers("calls", "call", NumberRows(matrix, names, labels, True), ())
    write_model(folder / "calls", model.card, model.arrays())
    return len(model.forest.leaves)


@dataclass
class Watched:
    """A process's last line of figures, its wall time, and its peak memory (0 where /proc is missing)."""

    figures: dict[str, Any]
    seconds: float
    peak_bytes: int


def watched(command: list[str]) -> Watched:
    """Run a command that ends with a line of JSON."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = [0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], memory(process.pid, "VmHWM"))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out = process.communicate()[0]
    watcher.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Watched(json.loads(out.splitlines()[-1]), time.monotonic() - began, peak[0])


def memory(process: int, name: str) -> int:
    """`VmRSS` or `VmHWM` of a process in bytes, 0 where it can't be told."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), 0)


def folder_bytes(folder: Path) -> int:
    """Size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# The plain loop.


def rows_in_order(folder: Path, most: int) -> list[tuple[str, dict[str, Any]]]:
    """The first events of all channels as (channel, fields)."""
    found = []
    for path in sorted(folder.glob("*.parquet")):
        rows = pl.scan_parquet(path).head(most).collect().to_dicts()
        found += [(row["ts"], path.stem, row) for row in rows]
    found.sort(key=lambda each: each[0])
    return [(channel, row) for _, channel, row in found[:most]]


def naive(rows: list[tuple[str, dict[str, Any]]], rules: int, database: Path) -> float:
    """Seconds that the plain loop takes."""
    knowledge = load_knowledge()
    keys = {
        channel: [field.name for field in schema.fields if field.type == "identifier"]
        for channel, schema in knowledge.schemas.items()
    }
    functions = {channel: _functions(channel, names, rules) for channel, names in keys.items()}
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE verdicts (number INTEGER PRIMARY KEY, channel TEXT, hits TEXT)")
    counts: defaultdict[tuple[str, str, int, int], int] = defaultdict(int)
    began = time.perf_counter()
    for number, (channel, row) in enumerate(rows):
        features = {}
        for name in keys[channel]:
            if (key := row[name]) is not None:
                features |= _counted(counts, name, key, row["ts"] // 1000)
        hits = [at for at, function in enumerate(functions[channel]) if function(features)]
        connection.execute("INSERT INTO verdicts VALUES (?, ?, ?)", (number, channel, json.dumps(hits)))
        if number % 1000 == 999:
            connection.commit()
    connection.commit()
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def _counted(counts: dict[tuple[str, str, int, int], int], name: str, key: str, now: int) -> dict[str, int]:
    found = {}
    for window, buckets, width in (("1h", 12, 300), ("24h", 24, 3600)):
        bucket = now // width
        counts[name, key, width, bucket] += 1
        found[f"{name}.{window}"] = sum(
            counts.get((name, key, width, each), 0) for each in range(bucket - buckets + 1, bucket + 1)
        )
    return found


def _functions(channel: str, names: list[str], rules: int) -> list[Callable[[dict[str, int]], bool]]:
    rng = np.random.default_rng(5)
    features = [f"{name}.{window}" for name in names for window in ("1h", "24h")]
    found = []
    for _ in range(round(rules * SHARES.count(channel) / len(SHARES))):
        a, b, c = rng.choice(features, 3).tolist()
        low, high = rng.integers(3, 100, 2).tolist()
        code = f"lambda f: f.get({a!r}, 0) >= {low} and f.get({b!r}, 0) > {high} and f.get({c!r}, 0) < 500"
        found.append(eval(code))
    return found


def lines(given: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str]]:
    """What was measured, in the order in which it is known."""
    knowledge = load_knowledge()
    store, overlay, city = folder / "store", folder / "knowledge", folder / "city"
    write_overlay(overlay, max(given.rules - len(knowledge.rules), 0))
    rules = len(load_knowledge(overlay).rules)
    trees = train_model(store / "models", folder / "training")
    simulate(city, given.events, seed=given.seed)
    yield "features", f"{sum(map(len, knowledge.features.by_channel.values()))}"
    yield "rules, trees of the model", f"{rules}, {trees}"
    paths = ["--store", str(store), "--knowledge", str(overlay)]
    run = watched([*COMMAND, "replay", str(city), *paths])
    events, rate = run.figures["events"], run.figures["events_per_second"]
    yield "events", f"{events:,}"
    yield "verdicts", f"{run.figures['verdicts']:,}"
    yield "events/s", f"{rate:,.0f}"
    yield "whole command, with its start", f"{run.seconds:,.1f} s"
    yield "peak memory", f"{run.peak_bytes / 2**20:,.0f} MiB"
    for name in ("history", "journal.db", "operations.db", "checkpoints"):
        size = folder_bytes(store / name) if (store / name).is_dir() else (store / name).stat().st_size
        yield f"{name}, bytes an event", f"{size / events:,.1f}"
    sample = rows_in_order(city, min(given.sample, given.events))
    plain = len(sample) / naive(sample, rules, folder / "naive.db")
    yield f"plain Python over {len(sample):,}, events/s", f"{plain:,.0f}"
    yield "ratio", f"{rate / plain:,.1f}x"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--sample", type=int, default=50_000, help="events that the plain loop takes")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--temp", type=Path, help="where the temporary folder is made (default: the system's)"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.temp) as folder:
        for name, value in lines(given, Path(folder)):
            print(f"{name:40} {value:>14}", flush=True)


if __name__ == "__main__":
    main()
