"""A rehearsal tells what the event itself is then told, and leaves no trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.harness import pieces, whole
from xiezhi.decide.decider import Decisions
from xiezhi.domain.batch import MicroBatch, between
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.core import Core
from xiezhi.engine.rehearsal import MOST, rehearse
from xiezhi.knowledge.base import load_knowledge

SEEN = 17_500
"""Events that the core has seen before the rehearsals."""


def told(decided: list[Decisions]) -> dict[int, Any]:
    """Every decision by offset, to the bit, with the values it rests on."""
    return {
        int(offset): (
            float(decisions.score[row]).hex(),
            decisions.type_of(row),
            int(decisions.action[row]),
            repr(decisions.explain(row)),
            repr(decisions.explain_shadow(row)),
        )
        for decisions in decided
        for row, offset in enumerate(decisions.offsets.tolist())
    }


def state(core: Core) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in core.packed().items()}


@pytest.fixture(scope="module")
def events(city: Path) -> MicroBatch:
    return whole(city)


@pytest.fixture(scope="module")
def core(events: MicroBatch) -> Core:
    """A core that has seen most of the city."""
    core = Core(load_knowledge())
    core.decide(between(events, 0, SEEN), 0)
    return core


def test_what_is_rehearsed_is_what_then_happens(events: MicroBatch, core: Core) -> None:
    random = np.random.default_rng(5)
    at, scores = SEEN, set()
    while at < events.size - 40:
        size = int(random.choice([1, 1, 1, 2, 7, 40]))
        batch = between(events, at, at + size)
        if random.random() < 0.3:
            rehearsed, again = rehearse(core, batch, at), rehearse(core, batch, at)
            assert told(rehearsed) == told(again)
            real = told(core.decide(batch, at))
            assert told(rehearsed) == real
            scores |= {each[0] for each in real.values()}
        else:
            core.decide(batch, at)
        at += size
    assert len(scores) > 8


def test_rehearsals_leave_the_windows_as_they_were_to_the_bit(events: MicroBatch, core: Core) -> None:
    before = state(core)
    late, newest = core.windows.late, core.windows.newest
    for piece in pieces(between(events, SEEN, SEEN + 2_000), list(range(0, 2_000, 500))):
        rehearse(core, piece, SEEN)
    assert state(core) == before and (core.windows.late, core.windows.newest) == (late, newest)
    assert all(np.array_equal(array, core.packed()[name]) for name, array in core.packed().items())


def test_values_given_by_hand_take_the_place_of_computed_ones(events: MicroBatch, core: Core) -> None:
    call = next(part for part in events if part.channel == "call")
    batch = MicroBatch((type(call)("call", call.table.slice(0, 1), np.zeros(1, np.int64)),))
    frame = rehearse(core, batch, 0, {"caller.calls.1h": 77.0})[0].frame
    assert frame.column("caller.calls.1h").tolist() == [77.0]
    for name in ("nothing.like.this", "duration", "caller"):
        with pytest.raises(XiezhiError, match=name.replace(".", r"\.")):
            rehearse(core, batch, 0, {name: 1.0})


def test_no_more_than_a_handful_is_rehearsed(events: MicroBatch, core: Core) -> None:
    with pytest.raises(XiezhiError, match="too many"):
        rehearse(core, between(events, 0, MOST + 1), 0)
