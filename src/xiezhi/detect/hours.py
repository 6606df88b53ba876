"""The local hour of an event."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa

from xiezhi.domain.columns import Column, Variable

_HOUR = 3_600_000
_SHANGHAI = 8 * _HOUR


class LocalHour:
    """`ts.hour`: 0 to 23 by the clock of Shanghai, on every channel."""

    channels: ClassVar[tuple[str, ...]] = (
        "call",
        "message",
        "visit",
        "install",
        "transfer",
        "account",
        "sighting",
        "complaint",
    )

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """The hour."""
        return (Variable("ts.hour", "number", "时段（点）", "hour of the day"),)

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Hours as float64, NaN where the time is missing."""
        column = table.column("ts")
        whole = column.null_count == 0
        ms = (column if whole else column.fill_null(0)).to_numpy(zero_copy_only=False)
        hours = ((ms + _SHANGHAI) // _HOUR % 24).astype(np.float64)
        if not whole:
            hours[np.asarray(column.is_null())] = np.nan
        return {"ts.hour": hours}


DETECTORS = (LocalHour,)
