"""What a million active subscribers cost: memory, window state by table, checkpoint, time to start again.

    python benchmarks/memory.py [--subscribers 1000000] [--rounds 2]

In each round every subscriber makes a call (with cell, device and card, as switches record them), sends a
message and makes a transfer; whom they call, write to and pay are other subscribers. One process takes all that in
through the engine into a store on disk; then a new process opens the store, and the time from its start to
its being ready is taken. The ratio is to the same state in plain Python: a dictionary a key of just the numbers
that are not zero, and one of its items, measured on a sample of keys and scaled up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from replay import memory
from xiezhi.domain.batch import MicroBatch, Part
from xiezhi.domain.schema import EventSchema
from xiezhi.windows.layout import DISTINCT_CELLS

BATCH = 60_000
START = 1_760_000_000_000
SAMPLE = 2_000


def events(subscribers: int, rounds: int, schemas: dict[str, EventSchema]) -> Iterator[MicroBatch]:
    """Micro-batches of a third of calls, of messages and of transfers each, spread over a day."""
    rng = np.random.default_rng(2)
    everyone = np.concatenate([rng.permutation(subscribers) for _ in range(rounds)])
    step = 86_400_000 // max(len(everyone), 1)
    for at in range(0, len(everyone), BATCH // 3):
        one = everyone[at : at + BATCH // 3]
        other = rng.integers(0, subscribers, len(one))
        ts = START + step * (at + np.arange(len(one)))
        order, parts = np.arange(len(one)) * 3, []
        for number, channel in enumerate(("call", "message", "transfer")):
            columns = _columns(channel, one, other, at)
            columns["ts"] = pa.array(ts)
            schema = schemas[channel].arrow
            arrays = [
                columns[field.name].cast(field.type)
                if field.name in columns
                else pa.nulls(len(one), field.type)
                for field in schema
            ]
            parts.append(Part(channel, pa.RecordBatch.from_arrays(arrays, schema=schema), order + number))
        yield MicroBatch(tuple(parts))


def _columns(channel: str, one: Any, other: Any, at: int) -> dict[str, pa.Array]:
    def named(prefix: int, who: Any) -> pa.Array:
        return pa.array(prefix + who).cast(pa.string())

    ids = pc.binary_join_element_wise(channel[0], named(at, np.arange(len(one))), "")
    phone, other_phone = named(13_800_000_000, one), named(13_800_000_000, other)
    if channel == "call":
        return {
            "id": ids,
            "caller": phone,
            "callee": other_phone,
            "duration": pa.array(one % 200),
            "cell": named(460_000_000, one % 20_000),
            "imei": named(860_000_000_000_000, one),
            "imsi": named(460_000_000_000_000, one),
        }
    if channel == "message":
        text = pc.binary_join_element_wise("明天见 ", named(0, one % 1000), "")
        return {"id": ids, "sender": phone, "receiver": other_phone, "text": text}
    payer, payee = named(6_222_000_000_000_000, one), named(6_222_000_000_000_000, other)
    amount = pa.array(10.0 + one % 5000)
    return {"id": ids, "payer": payer, "payee": payee, "amount": amount, "payer_phone": phone}


def fill(store: Path, subscribers: int, rounds: int) -> dict[str, Any]:
    """Take everything in; what the process and its tables hold then."""
    from xiezhi.engine.embedded import Engine
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.store import Store
    from xiezhi.windows.state import resident_bytes

    knowledge = load_knowledge()
    engine = Engine(Store(store), knowledge)
    process, empty = _self(), memory(_self(), "VmRSS")
    began, count = time.perf_counter(), 0
    for batch in events(subscribers, rounds, knowledge.schemas):
        engine.ingest(batch)
        engine.checkpoint_if_due()
        count += batch.size
    engine.checkpoint()
    seconds = time.perf_counter() - began
    rss, peak = memory(process, "VmRSS"), memory(process, "VmHWM")
    windows, keys = engine.core.windows, engine.core.windows.keys()
    found = {
        "events": count,
        "seconds": seconds,
        "empty": empty,
        "rss": rss,
        "peak": peak,
        "tables": {name: (keys[name], resident_bytes(state)) for name, state in windows.states.items()},
        "plain": sum(
            plain_bytes(layout, windows.states[name], keys[name])
            for layout in windows.layouts
            for name in [layout.table.name]
        ),
    }
    engine.abandon()
    return found


def reopen(store: Path) -> dict[str, Any]:
    """Open the store as a start does."""
    from xiezhi.engine.embedded import Engine
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.store import Store

    engine = Engine(Store(store), load_knowledge())
    found = {"rss": memory(_self(), "VmRSS"), "keys": engine.core.windows.keys(), "ready": time.time()}
    engine.abandon()
    return found


def plain_bytes(layout: Any, state: Any, keys: int) -> float:
    """Bytes that plain Python needs for a table: its numbers other than zero and its items, in dictionaries."""
    first, sample = layout.plan.distinct_at, min(keys, SAMPLE)
    if not sample:
        return 0.0
    tracemalloc.start()
    kept = {}
    for slot in range(sample):
        cells = state.cells[slot]
        held: dict[Any, Any] = {int(at): int(cells[at]) for at in np.flatnonzero(cells)}
        for size, _, _, at in layout.plan.column:
            if size and cells[at]:
                where = int(cells[at + 1])
                held |= {(int(at), word): int(state.words[where + word]) for word in range(1, size)}
        for at in range(first, first + DISTINCT_CELLS * len(layout.plan.distinct), DISTINCT_CELLS):
            where, used = int(cells[at + 1]), int(cells[at + 2])
            items = zip(
                state.arena_item[where : where + used], state.arena_seen[where : where + used], strict=True
            )
            held[f"items {at}"] = {int(item): int(seen) for item, seen in items}
        kept[int(state.slot_key[slot])] = held
    bytes_held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return bytes_held * keys / sample


def _self() -> int:
    return int(Path("/proc/self").resolve().name)


def _child(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"the part {arguments[1]} ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--temp", type=Path, help="where the temporary folder is made (default: the system's)"
    )
    parser.add_argument("--child", choices=["fill", "open"], help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child == "fill":
        print(json.dumps(fill(given.store, given.subscribers, given.rounds)))
    elif given.child == "open":
        print(json.dumps(reopen(given.store)))
    elif not Path("/proc/self/status").exists():
        sys.exit("memory is read from /proc, which this system does not have")
    else:
        with tempfile.TemporaryDirectory(dir=given.temp) as folder:
            _report(Path(folder) / "store", given.subscribers, given.rounds)


def _report(store: Path, subscribers: int, rounds: int) -> None:
    size = ["--subscribers", str(subscribers), "--rounds", str(rounds)]
    filled = _child("--child", "fill", "--store", str(store), *size)
    saved = max((path.stat().st_size for path in (store / "checkpoints").glob("*.npz")), default=0)
    began = time.time()
    opened = _child("--child", "open", "--store", str(store))
    mib, rate = 2**20, filled["events"] / filled["seconds"]
    print(f"{subscribers:,} subscribers, {filled['events']:,} events ({rate:,.0f}/s)")
    print(f"{'table':20} {'keys':>10} {'MiB':>8} {'bytes/key':>10}")
    for name, (keys, held) in sorted(filled["tables"].items(), key=lambda each: -each[1][1]):
        if keys:
            print(f"{name:20} {keys:10,} {held / mib:8,.1f} {held / keys:10,.0f}")
    windows = sum(held for _, held in filled["tables"].values())
    for name, value in (
        ("windows, all tables", f"{windows / mib:,.0f} MiB, {windows / subscribers:,.0f} bytes a subscriber"),
        (
            "memory of the process",
            f"{filled['rss'] / mib:,.0f} MiB ({filled['empty'] / mib:,.0f} when empty)",
        ),
        ("peak, while writing", f"{filled['peak'] / mib:,.0f} MiB"),
        ("checkpoint", f"{saved / mib:,.0f} MiB"),
        ("restart to ready", f"{opened['ready'] - began:.1f} s"),
        ("memory after restart", f"{opened['rss'] / mib:,.0f} MiB"),
        ("same in plain Python", f"{filled['plain'] / mib:,.0f} MiB"),
        ("ratio", f"{filled['plain'] / windows:.1f}x"),
    ):
        print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
