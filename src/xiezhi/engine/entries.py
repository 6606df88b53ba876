"""Ledger entries of a micro-batch's verdicts, made by column: a row at a time would be too slow."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from xiezhi.decide.decider import Decisions
from xiezhi.decide.discretion import shortened
from xiezhi.domain.actions import Action
from xiezhi.domain.columns import Codes
from xiezhi.engine.frame import ChannelFrame

Value = float | bool | str | None
Rows = npt.NDArray[np.int32]


class EntrySignal(msgspec.Struct):
    """One signal: the rule or model, its version, its weight, and the values that its condition read."""

    id: str
    version: int
    weight: float
    values: dict[str, Value]


class Entry(msgspec.Struct):
    """One verdict, as the ledger keeps it for good."""

    offset: int
    ts: int
    channel: str
    id: str | None
    score: float
    type: str | None
    action: str
    allowed: bool
    signals: list[EntrySignal]


RECORDED_FROM = 0.1
"""Score from which a decision is a verdict and goes to the ledger, whatever its action. Most events set off some weak
signal; below this the house believes nothing of them, and what it did is `allow`."""

_NO_ROWS = np.zeros(0, np.int64)
_ACTIONS = [action.name for action in Action]
_encode = msgspec.json.Encoder().encode


def verdict_rows(decisions: Decisions) -> npt.NDArray[np.int64]:
    """Rows that go to the ledger: at least one signal, and a score that says something or an action."""
    if not len(decisions.signals):
        return _NO_ROWS
    told = (decisions.score >= RECORDED_FROM) | (decisions.action != Action.allow) | decisions.allowed
    signalled = np.zeros(len(decisions), np.bool_)
    signalled[decisions.signals.rows] = True
    return np.flatnonzero(told & signalled)


def entries_of(verdicts: Iterable[tuple[Decisions, npt.NDArray[np.int64]]]) -> list[tuple[int, bytes]]:
    """(offset, bytes) of every verdict, in order of offset, from decisions with their `verdict_rows`."""
    found: list[tuple[int, bytes]] = []
    for decisions, rows in verdicts:
        if len(rows):
            found += _channel_entries(decisions, rows)
    found.sort()
    return found


def _channel_entries(decisions: Decisions, rows: npt.NDArray[np.int64]) -> list[tuple[int, bytes]]:
    signals = _signals_by_row(decisions, rows)
    frame = decisions.frame
    assert isinstance(frame, ChannelFrame)
    ids = frame.table.column("id").take(rows).to_pylist()
    columns = zip(
        rows.tolist(),
        decisions.offsets[rows].tolist(),
        frame.ts[rows].tolist(),
        ids,
        decisions.score[rows].tolist(),
        decisions.type[rows].tolist(),
        decisions.action[rows].tolist(),
        decisions.allowed[rows].tolist(),
        strict=True,
    )
    types = (*decisions.types, None)  # -1, no type, is the last
    return [
        (
            offset,
            _encode(
                Entry(
                    offset,
                    ts,
                    decisions.channel,
                    id,
                    score,
                    types[type],
                    _ACTIONS[action],
                    allowed,
                    signals[row],
                )
            ),
        )
        for row, offset, ts, id, score, type, action, allowed in columns
    ]


def _signals_by_row(decisions: Decisions, rows: npt.NDArray[np.int64]) -> dict[int, list[EntrySignal]]:
    """Signals of some rows, in their order."""
    wanted = np.zeros(len(decisions), np.bool_)
    wanted[rows] = True
    signals = decisions.signals.where(wanted[decisions.signals.rows])
    made: list[EntrySignal | None] = [None] * len(signals)
    for index in np.unique(signals.sources).tolist():
        source = decisions.sources[index]
        at = np.flatnonzero(signals.sources == index)
        weights = signals.weights[at].tolist()
        for place, weight, values in zip(
            at.tolist(), weights, _values(decisions, index, signals.rows[at]), strict=True
        ):
            made[place] = EntrySignal(source.id, source.version, weight, values)
    by_row: dict[int, list[EntrySignal]] = {}
    for row, signal in zip(signals.rows.tolist(), made, strict=True):
        assert signal is not None
        by_row.setdefault(row, []).append(signal)
    return by_row


def _values(decisions: Decisions, index: int, rows: Rows) -> list[dict[str, Value]]:
    """The variables that a source read, for each of some rows."""
    models = decisions.models
    rules = len(decisions.sources) - (len(models.sources) if models else 0)
    if models is not None and index >= rules:
        return [models.reasons(row, index - rules) if models.reasons else {} for row in rows.tolist()]
    names = decisions.sources[index].names
    columns = [_column(decisions, name, rows) for name in names]
    return (
        [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        if names
        else [{} for _ in rows]
    )


def _column(decisions: Decisions, name: str, rows: Rows) -> list[Value]:
    column = decisions.frame.column(name)
    if isinstance(column, Codes):
        field = decisions.schema.by_name.get(name)
        texts = [column.at(row) for row in rows.tolist()]
        return [text if text is None or field is None else shortened(text, field.masking) for text in texts]
    return [None if value != value else value for value in column[rows].tolist()]
