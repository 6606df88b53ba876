"""What would be decided on events if they came now: nothing is stored and no window moves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from xiezhi.decide.decider import Decisions
from xiezhi.domain.batch import MicroBatch
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.core import Core
from xiezhi.windows.glimpse import glimpse

MOST = 1_000
"""Events in a rehearsal; more would hold up those that are real."""


def rehearse(
    core: Core, batch: MicroBatch, first: int, values: Mapping[str, float] | None = None
) -> list[Decisions]:
    """Decide on events as `core.decide` would, with offsets from `first` on, and leave the core as it was.

    `values` take the place of computed variables, for all events. To be called where `core.decide` is. Raises
    `XiezhiError` for too many events, a value that no channel of theirs has, or an event's time far off.
    """
    if batch.size > MOST:
        raise XiezhiError(f"{batch.size} events are too many to rehearse", f"give at most {MOST}")
    decided = []
    for piece in core.prepare(batch, first):
        glimpse(core.windows, piece.frames).apply(piece.frames)
        for channel, frame in piece.frames.items():
            for name, value in (values or {}).items():
                variable = core.vocabularies[channel].variables.get(name)
                if variable is None or variable.type == "text" or name in frame.table.schema.names:
                    cure = (
                        "give numbers for the variables that are computed; change fields in the event itself"
                    )
                    raise XiezhiError(f"{channel} events have no computed number `{name}`", cure)
                frame.add(name, np.full(frame.rows, value, np.float64))
            signals = core.models[channel].signals(frame) if channel in core.models else None
            offsets = piece.first + frame.order
            decided.append(core.decider.decide(channel, frame, offsets, frame.ts, signals))
    return decided
