"""What decisions leave behind: ledger, outbox and counts, in one transaction for all that wait."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from xiezhi.decide.decider import Decisions
from xiezhi.domain.actions import Action
from xiezhi.domain.batch import MicroBatch
from xiezhi.engine.entries import entries_of, verdict_rows
from xiezhi.engine.frame import ChannelFrame
from xiezhi.history import ledger
from xiezhi.storage.database import told
from xiezhi.storage.tables import facts, outbox

_ACTIONS = [action.name for action in Action]


class Totals(msgspec.Struct):
    """Counts over everything decided; equal for equal input, however often the run was interrupted.

    `through` is the offset up to which results are written, `hits` counts by `rule@version` (shadow hits as
    `rule@version shadow`).
    """

    through: int = 0
    head: str = ledger.GENESIS
    verdicts: int = 0
    events: dict[str, int] = {}
    types: dict[str, int] = {}
    actions: dict[str, int] = {}
    hits: dict[str, int] = {}

    def copy(self) -> Totals:
        """The same counts, to be counted on without touching these."""
        return Totals(
            self.through,
            self.head,
            self.verdicts,
            dict(self.events),
            dict(self.types),
            dict(self.actions),
            dict(self.hits),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """A journal entry with its decisions."""

    first: int
    batch: MicroBatch
    decided: list[Decisions]

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.first + self.batch.size


class Results:
    """Writes outcomes to the operational tables of one store, in order and each only once."""

    def __init__(self, engine: Engine, place: Path) -> None:
        self._engine, self._place = engine, place
        with told(place), engine.begin() as connection:
            row = connection.execute(select(facts.c.value).where(facts.c.name == "totals")).scalar()
        self.totals = msgspec.json.decode(row, type=Totals) if row else Totals()

    def write(self, outcomes: Sequence[Outcome], end: int) -> None:
        """Write what some entries' decisions leave behind, and note that everything below `end` is done.

        Entries that are written already are passed over.
        """
        if end <= self.totals.through:
            return
        totals = self.totals.copy()
        decided = [each for outcome in outcomes if outcome.end > totals.through for each in outcome.decided]
        verdicts = [(each, verdict_rows(each)) for each in decided]
        for decisions, rows in verdicts:
            _count(totals, decisions, rows)
        totals.through = end
        entries = entries_of(verdicts)
        waiting = [row for decisions in decided for row in _actions(decisions)]
        with told(self._place), self._engine.begin() as connection:
            totals.head = ledger.append(connection, totals.head, entries)
            if waiting:
                connection.execute(insert(outbox).prefix_with("or ignore"), waiting)
            self._save(connection, totals)
        self.totals = totals

    def _save(self, connection: Connection, totals: Totals) -> None:
        value = msgspec.json.encode(totals).decode()
        statement = insert_or(facts).values(name="totals", value=value)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _count(totals: Totals, decisions: Decisions, verdicts: npt.NDArray[np.int64]) -> None:
    _add(totals.events, {decisions.channel: len(decisions)})
    totals.verdicts += len(verdicts)
    types = Counter(decisions.type[verdicts][decisions.type[verdicts] >= 0].tolist())
    _add(totals.types, {decisions.types[index]: count for index, count in types.items()})
    actions = np.bincount(decisions.action, minlength=len(Action)).tolist()
    _add(totals.actions, {name: count for name, count in zip(_ACTIONS, actions, strict=True) if count})
    for signals, suffix in ((decisions.signals, ""), (decisions.shadow, " shadow")):
        if not len(signals):
            continue
        counts = np.bincount(signals.sources)
        for index in np.flatnonzero(counts).tolist():
            source = decisions.sources[index]
            _add(totals.hits, {f"{source.id}@{source.version}{suffix}": int(counts[index])})


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def _actions(decisions: Decisions) -> list[dict[str, Any]]:
    """Rows for the outbox, one for every action but `allow`."""
    rows = np.flatnonzero(decisions.action != Action.allow)
    if not len(rows):
        return []
    frame = decisions.frame
    assert isinstance(frame, ChannelFrame)
    targets = frame.table.column(decisions.schema.subject).take(rows).to_pylist()
    found = []
    for row, target in zip(rows.tolist(), targets, strict=True):
        offset, action = int(decisions.offsets[row]), Action(int(decisions.action[row])).name
        name = hashlib.blake2b(f"{offset} {action} {target}".encode(), digest_size=16).hexdigest()
        found.append(
            {
                "id": name,
                "offset": offset,
                "action": action,
                "channel": decisions.channel,
                "target": target,
                "fraud_type": decisions.type_of(row),
                "score": float(decisions.score[row]),
                "delivered_at": None,
            }
        )
    return found
