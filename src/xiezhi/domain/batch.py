"""A micro-batch: the unit in which events move through the house, as Arrow columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
UInt64 = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Part:
    """The events of one channel in a micro-batch.

    `table` has the channel's canonical Arrow schema, n rows. `order` (int64[n], ascending) is each
    row's place among all events of the micro-batch, counted from 0.
    """

    channel: str
    table: pa.RecordBatch
    order: Int64

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """Events of one or more channels in their order of arrival; the orders of its parts are a
    permutation of 0..size-1."""

    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Number of events."""
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)


def single_channel(channel: str, table: pa.RecordBatch) -> MicroBatch:
    """A micro-batch of one channel in row order."""
    return MicroBatch((Part(channel, table, np.arange(table.num_rows, dtype=np.int64)),))


def between(batch: MicroBatch, start: int, stop: int) -> MicroBatch:
    """The events whose orders are in [start, stop), counted anew from 0."""
    parts = []
    for part in batch:
        low, high = np.searchsorted(part.order, [start, stop])
        if low < high:
            parts.append(Part(part.channel, part.table.slice(low, high - low), part.order[low:high] - start))
    return MicroBatch(tuple(parts))
