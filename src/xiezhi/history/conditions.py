"""Conditions on decided events, for files (SQL), for tables in memory, and for single rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.domain.actions import Action
from xiezhi.history.postings import VERDICT_FROM

if TYPE_CHECKING:
    from xiezhi.history.rows import Row


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of some channels, with offsets below `below`, times in [since, until) (ms), of a fraud type or a
    group of types, with an action, with at least a score, with an id of their own; `verdicts` leaves out those that
    nothing was believed of."""

    channels: tuple[str, ...]
    below: int | None = None
    since: int | None = None
    until: int | None = None
    type: str | None = None
    action: str | None = None
    min_score: float | None = None
    id: str | None = None
    verdicts: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but channel, place and being a verdict is asked for."""
        return (self.since, self.until, self.type, self.action, self.min_score, self.id) == (None,) * 6

    def meets(self, row: Row) -> bool:
        """Whether an event meets the conditions."""
        return (
            row.channel in self.channels
            and (self.below is None or row.offset < self.below)
            and (self.since is None or row.ts >= self.since)
            and (self.until is None or row.ts < self.until)
            and (self.type is None or row.type == self.type or (row.type or "").startswith(self.type + "."))
            and (self.action is None or row.action == self.action)
            and (self.min_score is None or row.score >= self.min_score)
            and (self.id is None or row.id == self.id)
            and (not self.verdicts or row.score >= VERDICT_FROM or row.action != Action.allow.name)
        )


def sql(wanted: Wanted) -> tuple[str, list[Any]]:
    """The conditions as SQL with the values to be put in."""
    parts: list[tuple[str, list[Any]]] = [
        ('"offset" < ?', [wanted.below]),
        ("ts >= ?", [wanted.since]),
        ("ts < ?", [wanted.until]),
        ("(type = ? or starts_with(type, ? || '.'))", [wanted.type, wanted.type]),
        ("action = ?", [wanted.action]),
        ("score >= ?::float", [wanted.min_score]),
        ("id = ?", [wanted.id]),
    ]
    kept = [(text, values) for text, values in parts if values[0] is not None]
    if wanted.verdicts:
        kept.append(("(score >= ?::float or action <> ?)", [VERDICT_FROM, Action.allow.name]))
    return " and ".join(text for text, _ in kept) or "true", [value for _, values in kept for value in values]


def holds(table: pa.Table, wanted: Wanted) -> pa.Array:
    """The rows of a table that meet the conditions."""
    found = (
        pc.less(table["offset"], wanted.below) if wanted.below is not None else pc.is_valid(table["offset"])
    )
    if wanted.since is not None:
        found = pc.and_(found, pc.greater_equal(table["ts"], wanted.since))
    if wanted.until is not None:
        found = pc.and_(found, pc.less(table["ts"], wanted.until))
    if wanted.type is not None:
        within = pc.starts_with(table["type"], wanted.type + ".")
        found = pc.and_(found, pc.or_(pc.equal(table["type"], wanted.type), within))
    if wanted.action is not None:
        found = pc.and_(found, pc.equal(table["action"], wanted.action))
    if wanted.min_score is not None:
        found = pc.and_(found, pc.greater_equal(table["score"], pa.scalar(wanted.min_score, pa.float32())))
    if wanted.id is not None:
        found = pc.and_(found, pc.equal(table["id"], wanted.id))
    if wanted.verdicts:
        scored = pc.greater_equal(table["score"], pa.scalar(VERDICT_FROM, pa.float32()))
        found = pc.and_(found, pc.or_(scored, pc.not_equal(table["action"], Action.allow.name)))
    return pc.fill_null(found, False)
