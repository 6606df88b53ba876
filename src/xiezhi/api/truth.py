"""What is true of the demo city's events beside what the engine made of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from sqlalchemy import Engine, case, func, insert, select

from xiezhi.decide.decider import Decisions
from xiezhi.domain.actions import Action
from xiezhi.engine.results import Outcome
from xiezhi.storage.database import reading, told
from xiezhi.storage.tables import demo_truth, facts

CAUGHT_FROM = Action.warn
"""An event counts as caught when something was done that reaches a person: a warning or more. A score or a
label alone stops no fraud. The same action on an honest event is a false alarm."""

_FACT = "demo"


class _Kept(msgspec.Struct):
    """What is kept of honest events, of which there is no table: how many, and how many alarms were false. `since`
    is the first offset of the city."""

    since: int
    honest: int = 0
    false_alarms: int = 0


@dataclass(slots=True)
class GangTally:
    """One gang's fraudulent events so far; times in ms of the city's clock."""

    kind: str
    events: int = 0
    caught: int = 0
    first: int = 0
    first_caught: int | None = None

    @property
    def missed(self) -> int:
        """Events that nothing was done about."""
        return self.events - self.caught

    @property
    def first_caught_after(self) -> float | None:
        """Seconds from the gang's first event to the first that was caught."""
        return None if self.first_caught is None else max(0, self.first_caught - self.first) / 1000


@dataclass(slots=True)
class Tally:
    """Everything counted so far."""

    gangs: dict[str, GangTally] = field(default_factory=dict)
    honest: int = 0
    false_alarms: int = 0

    @property
    def fraud(self) -> int:
        """Fraudulent events."""
        return sum(gang.events for gang in self.gangs.values())

    @property
    def caught(self) -> int:
        """Fraudulent events that were caught."""
        return sum(gang.caught for gang in self.gangs.values())


class TruthBook:
    """Writes the truth down while the city plays, and counts."""

    def __init__(self, database: Engine) -> None:
        """Goes on counting where the store left off."""
        self._database = database
        self._lock = threading.Lock()
        with reading(database) as connection:
            value = connection.execute(select(facts.c.value).where(facts.c.name == _FACT)).scalar()
            gangs = connection.execute(_SUMS).all()
        self._kept = msgspec.json.decode(value, type=_Kept) if value else None
        self._tally = Tally({row.gang: GangTally(*row[1:]) for row in gangs})
        if self._kept is not None:
            self._tally.honest, self._tally.false_alarms = self._kept.honest, self._kept.false_alarms

    @property
    def since(self) -> int | None:
        """The offset from which on the truth is known; None before the city's first event."""
        return None if self._kept is None else self._kept.since

    def tally(self) -> Tally:
        """The counts as they are now."""
        with self._lock:
            gangs = {name: replace(gang) for name, gang in self._tally.gangs.items()}
            return replace(self._tally, gangs=gangs)

    def note(self, outcome: Outcome, truth: dict[str, pa.RecordBatch]) -> None:
        """Take in a micro-batch of the city with the truth about it, row by row the same by channel."""
        rows, honest, false_alarms = [], 0, 0
        orders = {part.channel: part.order for part in outcome.batch}
        for decisions in outcome.decided:
            places = np.searchsorted(orders[decisions.channel], decisions.offsets - outcome.first)
            told_of = truth[decisions.channel].take(pa.array(places))
            fraud = np.asarray(told_of["fraud"].to_numpy(zero_copy_only=False), np.bool_)
            caught = decisions.action >= CAUGHT_FROM
            rows += list(_rows(decisions, told_of, fraud, caught))
            honest += int((~fraud).sum())
            false_alarms += int((~fraud & caught).sum())
        kept = self._kept or _Kept(outcome.first)
        kept = _Kept(kept.since, kept.honest + honest, kept.false_alarms + false_alarms)
        with told("demo truth"), self._database.begin() as connection:
            if rows:
                connection.execute(insert(demo_truth).prefix_with("or replace"), rows)
            value = msgspec.json.encode(kept).decode()
            connection.execute(insert(facts).prefix_with("or replace").values(name=_FACT, value=value))
        with self._lock:
            self._kept = kept
            self._tally.honest, self._tally.false_alarms = kept.honest, kept.false_alarms
            for row in rows:
                self._count(row)

    def _count(self, row: dict[str, Any]) -> None:
        gang = self._tally.gangs.setdefault(row["gang"], GangTally(row["kind"], first=row["ts"]))
        gang.events += 1
        gang.first = min(gang.first, row["ts"])
        if row["caught"]:
            gang.caught += 1
            gang.first_caught = min(gang.first_caught or row["ts"], row["ts"])


_CAUGHT = case((demo_truth.c.caught, 1), else_=0)
_SUMS = select(
    demo_truth.c.gang,
    func.min(demo_truth.c.kind),
    func.count(),
    func.sum(_CAUGHT),
    func.min(demo_truth.c.ts),
    func.min(case((demo_truth.c.caught, demo_truth.c.ts))),
).group_by(demo_truth.c.gang)


def _rows(
    decisions: Decisions, truth: pa.RecordBatch, fraud: np.ndarray[Any, Any], caught: np.ndarray[Any, Any]
) -> Iterator[dict[str, Any]]:
    """A row of the table for every fraudulent event."""
    gangs, kinds, roles = (truth[name].to_pylist() for name in ("gang", "fraud_type", "role"))
    times = decisions.frame.ts  # type: ignore[attr-defined]
    for row in np.flatnonzero(fraud).tolist():
        yield {
            "offset": int(decisions.offsets[row]),
            "gang": gangs[row] or "",
            "kind": kinds[row] or "",
            "role": roles[row] or "",
            "channel": decisions.channel,
            "ts": int(times[row]),
            "score": float(decisions.score[row]),
            "type": decisions.type_of(row),
            "action": Action(int(decisions.action[row])).name,
            "caught": bool(caught[row]),
        }
