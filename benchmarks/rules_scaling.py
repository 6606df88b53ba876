"""What rules cost a whole decision: the same events decided on with 10, 200 and 1,000 rules, in one run.

    python benchmarks/rules_scaling.py [--events 300000] [--rounds 3]

Every run takes the events of a simulated city through windows, rules, score and policy, in memory and with no model,
so that nothing hides what rules cost. Runs with few and many rules take turns; a figure is the best of its rounds, in
CPU time, since other work on the machine then counts little.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from replay import generated
from xiezhi.domain.batch import MicroBatch
from xiezhi.engine.core import Core, CoreOptions
from xiezhi.knowledge.base import Knowledge, load_knowledge
from xiezhi.simulator.write import simulate
from xiezhi.sources.merge import merge
from xiezhi.sources.reading import open_source

COUNTS = (10, 200, 1_000)


def batches(folder: Path, knowledge: Knowledge) -> list[MicroBatch]:
    """The city's events as a replay reads them."""
    sources = [open_source(path, schemas=knowledge.schemas) for path in sorted(folder.glob("*.parquet"))]
    return [merged.batch for merged in merge(sources)]


def decide(knowledge: Knowledge, events: list[MicroBatch]) -> tuple[float, int]:
    """CPU seconds to decide on all events by a core that is warm, and the number of rule hits."""
    core = Core(knowledge, CoreOptions(shipped_models=False))
    # The first events compile or load what is compiled; they are not counted.
    core.decide(events[0], 0)
    first, hits, began = events[0].size, 0, time.process_time()
    for batch in events[1:]:
        for decisions in core.decide(batch, first):
            hits += len(decisions.signals)
        first += batch.size
    return time.process_time() - began, hits


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    shipped = load_knowledge()
    worlds = {f"{count:,} generated": replace(shipped, rules=tuple(generated(count))) for count in COUNTS}
    worlds[f"{len(shipped.rules)} that ship"] = shipped
    with tempfile.TemporaryDirectory() as folder:
        simulate(folder, given.events, seed=7)
        events = batches(Path(folder), shipped)
    counted = sum(batch.size for batch in events[1:])
    best: dict[str, float] = {}
    hits: dict[str, int] = {}
    for _ in range(given.rounds):
        for name, knowledge in worlds.items():
            seconds, hits[name] = decide(knowledge, events)
            best[name] = min(seconds, best.get(name, seconds))
    base = best[next(iter(worlds))]
    print(f"{counted:,} events; CPU time, best of {given.rounds}")
    print(f"{'rules':>16} {'events/s':>10} {'µs/event':>9} {'hits/event':>11} {'cost':>7}")
    for name, seconds in best.items():
        micros, hit = 1e6 * seconds / counted, hits[name] / counted
        print(f"{name:>16} {counted / seconds:10,.0f} {micros:9.2f} {hit:11.2f} {seconds / base:6.2f}x")


if __name__ == "__main__":
    main()
