"""The contract of a detector: a stateless look at one channel's events that adds columns."""

from __future__ import annotations

from typing import ClassVar, Protocol

import pyarrow as pa

from xiezhi.domain.columns import Column, Variable


class Detector(Protocol):
    """Looks at the events of one channel and computes one value a row for each of its outputs.

    A detector sees no state and no other row: any split of a batch gives the same values. Classes that
    meet this contract in a module below `xiezhi.detect` and are named in that module's `DETECTORS` are
    found and checked automatically.
    """

    channels: ClassVar[tuple[str, ...]]

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """What it adds on events of `channel`."""
        ...

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Columns of table.num_rows values by output name."""
        ...
