"""Runs a city through the engine and tells everything that must be equal between two runs."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from xiezhi.domain.batch import MicroBatch, Part, between
from xiezhi.engine.core import Core
from xiezhi.engine.embedded import Engine, EngineOptions
from xiezhi.history import ledger
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store
from xiezhi.windows.memory import State


def whole(folder: Path) -> MicroBatch:
    """All events of a simulated folder as one micro-batch in the order of their times."""
    schemas = load_knowledge().schemas
    tables = {
        path.stem: pq.read_table(path).cast(schemas[path.stem].arrow).combine_chunks().to_batches()[0]
        for path in sorted(folder.glob("*.parquet"))
    }
    times = np.concatenate([table.column("ts").to_numpy() for table in tables.values()])
    order = np.empty(len(times), np.int64)
    order[np.argsort(times, kind="stable")] = np.arange(len(times))
    parts, at = [], 0
    for channel, table in tables.items():
        place = order[at : at + table.num_rows]
        at += table.num_rows
        sort = np.argsort(place)
        parts.append(Part(channel, table.take(sort), place[sort]))
    return MicroBatch(tuple(parts))


def pieces(batch: MicroBatch, cuts: list[int]) -> list[MicroBatch]:
    """A micro-batch cut at some places."""
    edges = sorted({0, *(cut for cut in cuts if 0 < cut < batch.size), batch.size})
    return [between(batch, low, high) for low, high in pairwise(edges)]


def decided(batches: list[MicroBatch]) -> dict[int, tuple[Any, ...]]:
    """Every decision by offset, to the bit: score, type, action, signals with their values."""
    core, first, found = Core(load_knowledge()), 0, {}
    for batch in batches:
        for decisions in core.decide(batch, first):
            for row, offset in enumerate(decisions.offsets.tolist()):
                signals = [
                    (each.id, each.weight, sorted(each.values.items(), key=str))
                    for each in decisions.explain(row)
                ]
                shadow = [each.id for each in decisions.explain_shadow(row)]
                found[offset] = (
                    float(decisions.score[row]).hex(),
                    decisions.type_of(row),
                    int(decisions.action[row]),
                    [(name, weight, repr(values)) for name, weight, values in signals],
                    shadow,
                )
        first += batch.size
    return found


def fingerprint(store: Path) -> dict[str, Any]:
    """What two runs over the same events must share: counts, ledger, outbox, windows, history."""
    engine = Engine(Store(store), load_knowledge(), EngineOptions())
    try:
        engine.checkpoint()
        totals = engine.totals
        check = ledger.verify(engine.database, totals.head)
        assert not check.reason, check.reason
        with engine.database.connect() as connection:
            outbox = connection.exec_driver_sql(
                "select id, action, target from outbox order by id"
            ).fetchall()
        states = {
            name: {
                key: row.tobytes()
                for key, row in zip(
                    state.slot_key[: state.meta[0]].tolist(), _rows(engine, name), strict=True
                )
            }
            for name, state in engine.core.windows.states.items()
        }
        history = sorted(
            (int(offset), channel)
            for stretch in engine.history.stretches()
            for path in stretch.glob("*.parquet")
            for channel in [path.stem]
            for offset in pq.read_table(path, columns=["offset"])["offset"].to_pylist()
        )
        return {
            "totals": {
                name: getattr(totals, name)
                for name in ("head", "verdicts", "events", "actions", "types", "hits")
            },
            "outbox": outbox,
            "windows": states,
            "history": history,
        }
    finally:
        engine.close()


def _rows(engine: Engine, name: str) -> list[np.ndarray]:
    """Each key's cells and columns without their places, which depend on the order of allocation."""
    layout = next(layout for layout in engine.core.windows.layouts if layout.table.name == name)
    state = engine.core.windows.states[name]
    keys, plan = int(state.meta[0]), layout.plan
    cells = state.cells[:keys].copy()
    for at in range(len(plan.distinct)):
        cells[:, plan.distinct_at + 3 * at + 1] = 0
    columns = [(plan.window[row, 0], size, at) for row, (size, _, _, at) in enumerate(plan.column) if size]
    for _, _, at in columns:
        cells[:, at + 1] = 0
    return [
        np.concatenate([cells[row], *(_columns(state, row, *each) for each in columns)])
        for row in range(keys)
    ]


def _columns(state: State, row: int, buckets: int, size: int, at: int) -> np.ndarray:
    """The columns of one key and window, by bucket."""
    if not state.cells[row, at]:
        return np.empty(0, np.uint32)
    where, room = int(state.cells[row, at + 1]), min(1 << (int(state.cells[row, at]) - 1), int(buckets))
    found = state.words[where : where + room * size].reshape(room, size)
    return found[np.argsort(found[:, 0], kind="stable")].ravel()
