"""The live picture: counts by second, and the newest decisions in words, made outside of the engine's thread.

The engine's thread only leaves a reference to what it decided; a thread of our own looks four times a second,
words at most twenty verdicts, and takes the counts from the engine's totals.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec
import numpy as np

from xiezhi.api.answers import signals_in_words
from xiezhi.decide.decider import Decisions
from xiezhi.domain.actions import Action
from xiezhi.domain.columns import Codes
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.engine.embedded import Engine
from xiezhi.engine.entries import RECORDED_FROM, verdict_rows
from xiezhi.engine.results import Outcome, Totals

EVERY = 0.25
"""Seconds between two looks."""

SHOWN = 20
"""Verdicts worded at one look, the highest scores."""

SECONDS = 300
KEPT = 400
"""Messages that a page which falls behind can still get."""

WAITING_BATCHES, WAITING_ROWS = 512, 200_000
"""What may wait to be worded; beyond that the oldest go unshown, as nobody could read so many."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something for pages: `kind` is `now`, `decisions`, `job` or `notice`."""

    number: int
    kind: str
    body: bytes
    decisions: tuple[dict[str, Any], ...] = ()


class Live:
    """Gathers outcomes of one engine and keeps messages for pages."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock
        self.started = clock()
        self.messages: deque[Message] = deque(maxlen=KEPT)
        self.newest: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.seconds: deque[tuple[int, dict[str, int], dict[str, int]]] = deque(maxlen=SECONDS)
        self.hours: deque[tuple[int, dict[str, int]]] = deque(maxlen=20)
        self._waiting: deque[Decisions] = deque(maxlen=WAITING_BATCHES)
        self._numbers = count(1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="live", daemon=True)
        self._totals, self._second = engine.totals, int(clock())
        self._fault_told = False
        self.fault: Callable[[], Any] = lambda: None

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def watch(self, outcome: Outcome) -> None:
        """Take in an outcome; called in the engine's thread, so it does next to nothing."""
        for decisions in outcome.decided:
            if decisions.score.max() >= RECORDED_FROM or decisions.action.any():
                self._waiting.append(decisions)

    def tell(self, kind: str, body: Any, decisions: tuple[dict[str, Any], ...] = ()) -> None:
        """Put a message out to all pages; may be called by any thread."""
        self.messages.append(Message(next(self._numbers), kind, msgspec.json.encode(body), decisions))

    def _work(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def look(self) -> None:
        """Word what is new, and once a second count."""
        fresh = _worded(self._taken())
        if fresh:
            self.newest.extend(fresh)
            self.tell("decisions", {"decisions": fresh}, tuple(fresh))
        now = int(self._clock())
        if now != self._second:
            self._count(now)
        fault = self.fault()
        if fault is not None and not self._fault_told:
            self._fault_told = True
            zh = "引擎已停止：请查看服务器日志并重新启动"
            self.tell(
                "notice", {"level": "error", "zh": zh, "en": f"The engine has stopped: {fault.message}"}
            )

    def _taken(self) -> list[Decisions]:
        """What waits, newest kept where it is too much to look through."""
        found: list[Decisions] = []
        rows = 0
        while self._waiting:
            found.append(self._waiting.popleft())
            rows += len(found[-1])
        while len(found) > 1 and rows > WAITING_ROWS:
            rows -= len(found.pop(0))
        return found

    def _count(self, now: int) -> None:
        totals, before = self._engine.totals, self._totals
        channels, actions = _more(totals.events, before.events), _more(totals.actions, before.actions)
        passed = max(now - self._second, 1)
        self.seconds.append((now, channels, actions))
        self._totals, self._second = totals, now
        self._keep_hour(totals)
        body = {
            "at": now * 1000,
            "channels": channels,
            "actions": actions,
            "totals": totals_told(totals),
            "per_second": round(sum(channels.values()) / passed, 1),
        }
        self.tell("now", body)

    def _keep_hour(self, totals: Totals) -> None:
        """Keep the counts by type as they were every ten minutes of the events' own time."""
        at = self._engine.core.windows.newest_ms()
        if not self.hours or at - self.hours[-1][0] >= 600_000:
            self.hours.append((at, totals.types))


def totals_told(totals: Totals) -> dict[str, dict[str, int]]:
    """Counts over everything decided."""
    return {"events": totals.events, "actions": totals.actions, "types": totals.types}


def _more(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    found = {name: value - before.get(name, 0) for name, value in now.items()}
    return {name: value for name, value in found.items() if value}


def _worded(decided: list[Decisions]) -> list[dict[str, Any]]:
    """The verdicts with the highest scores, in order of offset."""
    scores, places = [], []
    for at, decisions in enumerate(decided):
        rows = verdict_rows(decisions)
        scores.append(decisions.score[rows])
        places.append(np.stack([np.full(len(rows), at), rows]))
    if not scores:
        return []
    best = np.argsort(-np.concatenate(scores), kind="stable")[:SHOWN]
    chosen = np.concatenate(places, axis=1)[:, best]
    found = [_decision(decided[at], row) for at, row in zip(*chosen.tolist(), strict=True)]
    return sorted(found, key=lambda each: int(each["offset"]))


def _decision(decisions: Decisions, row: int) -> dict[str, Any]:
    field = decisions.schema.by_name[decisions.schema.subject]
    column = decisions.frame.column(field.name)
    subject = column.at(row) if isinstance(column, Codes) else None
    return {
        "offset": int(decisions.offsets[row]),
        "ts": int(decisions.frame.ts[row]),  # type: ignore[attr-defined]
        "channel": decisions.channel,
        "subject": None if subject is None else IDENTIFIERS[field.kind].mask(subject, field.masking),
        "subject_kind": field.kind,
        "score": round(float(decisions.score[row]), 4),
        "type": decisions.type_of(row),
        "action": Action(int(decisions.action[row])).name,
        "why": {
            "zh": [each.why for each in signals_in_words(decisions, row, "zh")],
            "en": [each.why for each in signals_in_words(decisions, row, "en")],
        },
    }
