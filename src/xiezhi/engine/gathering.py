"""Journal entries put together into larger micro-batches: a decision does not depend on how events were cut, and a
handful of events costs nearly as much as thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import MicroBatch, Part, between
from xiezhi.journal.base import Entry

Stretch: TypeAlias = tuple[MicroBatch, int]
"""Events with the offset of the first of them."""

Change: TypeAlias = Mapping[str, Any]


def gathered(entries: Iterable[Entry], least: int, most: int | None = None) -> Iterator[Stretch | Change]:
    """The events of entries in order, and the control records between them.

    Events that follow each other come together until there are `least` of them, and in pieces of at most
    `most` where that is given.
    """
    waiting: list[Entry] = []
    for entry in entries:
        if entry.control is None:
            waiting.append(entry)
        if entry.control is not None or entry.end - waiting[0].first >= least:
            yield from _pieces(waiting, most)
            waiting = []
        if entry.control is not None:
            yield entry.control
    yield from _pieces(waiting, most)


def joined(batches: Sequence[MicroBatch]) -> MicroBatch:
    """Micro-batches one after another as one."""
    if len(batches) == 1:
        return batches[0]
    tables: dict[str, list[pa.RecordBatch]] = {}
    orders: dict[str, list[Any]] = {}
    before = 0
    for batch in batches:
        for part in batch:
            tables.setdefault(part.channel, []).append(part.table)
            orders.setdefault(part.channel, []).append(part.order + before)
        before += batch.size
    return MicroBatch(
        tuple(
            Part(channel, _together(tables[channel]), np.concatenate(orders[channel])) for channel in tables
        )
    )


def _pieces(entries: Sequence[Entry], most: int | None) -> Iterator[Stretch]:
    batches = [entry.events for entry in entries if entry.events is not None]
    if not batches:
        return
    batch, first = joined(batches), entries[0].first
    step = batch.size if most is None else most
    for at in range(0, batch.size, max(step, 1)):
        whole = at == 0 and batch.size <= step
        yield (batch if whole else between(batch, at, at + step)), first + at


def _together(tables: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(tables) == 1:
        return tables[0]
    found: pa.RecordBatch = pa.Table.from_batches(tables).combine_chunks().to_batches()[0]
    return found
