"""The live page's feed: counts and the newest decisions, a few times a second however many there are."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import numpy as np

from xiezhi.api.answers import signals_in_words
from xiezhi.decide.decider import Decisions
from xiezhi.domain.actions import Action
from xiezhi.engine.entries import verdict_rows
from xiezhi.engine.results import Outcome

KEPT = 200
"""Decisions that a page which opens now is shown."""

EVERY = 0.25
"""Seconds between two messages to a page."""

SHOWN_OF_A_BATCH = 20


class Live:
    """Gathers outcomes in the engine's thread and hands them to pages in the server's loop."""

    def __init__(self) -> None:
        self.newest: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.events: dict[str, int] = {}
        self.actions: dict[str, int] = {}

    def watch(self, outcome: Outcome) -> None:
        """Take in an outcome."""
        for decisions in outcome.decided:
            self.events[decisions.channel] = self.events.get(decisions.channel, 0) + len(decisions)
            for index, count in enumerate(np.bincount(decisions.action, minlength=len(Action)).tolist()):
                if count:
                    name = Action(index).name
                    self.actions[name] = self.actions.get(name, 0) + count
        self.newest.extend(_shown(outcome))

    async def messages(self, after: int) -> AsyncIterator[bytes]:
        """Server-sent events for one page: decisions with offsets above `after`, and the counts."""
        while True:
            fresh = [each for each in list(self.newest) if each["offset"] > after]
            if fresh:
                after = fresh[-1]["offset"]
            body = {"events": self.events, "actions": self.actions, "decisions": fresh}
            yield b"id: %d\ndata: %s\n\n" % (after, msgspec.json.encode(body))
            await asyncio.sleep(EVERY)


def _shown(outcome: Outcome) -> list[dict[str, Any]]:
    """The batch's verdicts, highest scores chosen, in order of offset."""
    rows = [
        (float(decisions.score[row]), decisions, int(row))
        for decisions in outcome.decided
        for row in verdict_rows(decisions)
    ]
    rows.sort(key=lambda each: -each[0])
    found = [_decision(decisions, row) for _, decisions, row in rows[:SHOWN_OF_A_BATCH]]
    return sorted(found, key=lambda each: each["offset"])


def _decision(decisions: Decisions, row: int) -> dict[str, Any]:
    return {
        "offset": int(decisions.offsets[row]),
        "ts": int(decisions.frame.ts[row]),  # type: ignore[attr-defined]
        "channel": decisions.channel,
        "subject": decisions.shown(decisions.schema.subject, row),
        "score": round(float(decisions.score[row]), 4),
        "type": decisions.type_of(row),
        "action": Action(int(decisions.action[row])).name,
        "zh": [each.why for each in signals_in_words(decisions, row, "zh")],
        "en": [each.why for each in signals_in_words(decisions, row, "en")],
    }
