"""What gangs do, written down row by row with its truth, before it is mixed into the city's traffic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.schemas import CHANNELS, TRUTH, schema_of
from xiezhi.simulator.texts import note
from xiezhi.simulator.world import World

MARK = "truth."
"""Goes before the names of the truth's columns while they travel with the events' own."""

_TRUTH = [field.with_name(MARK + field.name) for field in TRUTH if field.name != "id"]


def _spread(value: Any, rows: int) -> list[Any]:
    """A value for each row: columns as they are, anything else repeated."""
    if isinstance(value, np.ndarray):
        return list(value.tolist())
    if isinstance(value, pa.Array):
        return list(value.to_pylist())
    return value if isinstance(value, list) else [value] * rows


class Script:
    """The campaigns of one stretch of time, `start` to `end` (milliseconds), as growing columns.

    `ends` says that nothing follows the stretch; then `pace` (0..1) shrinks the waits of slow schemes where
    it is short. Rows that fall after `end` are for whoever plays the next stretch.
    """

    def __init__(self, world: World, rng: np.random.Generator, start: int, end: int, ends: bool) -> None:
        self.world, self.rng, self.start, self.end, self.ends = world, rng, start, end, ends
        self.pace = min(1.0, (end - start) / 259_200_000) if ends else 1.0
        self.rows = 0
        self._tags: dict[str, str] = {}
        self._columns: dict[str, dict[str, list[Any]]] = {
            channel: {name: [] for name in [*schema_of(channel).names, *(field.name for field in _TRUTH)]}
            for channel in CHANNELS
        }

    def enter(self, kind: str, gang: str, campaign: str) -> None:
        """Whatever is added from here on belongs to that campaign."""
        self._tags = {"fraud_type": kind, "gang": gang, "campaign": campaign}

    def add(
        self,
        channel: str,
        ts: Int64 | int,
        stage: str,
        role: str,
        victim: Int64 | int | None = None,
        fraud: bool = True,
        **fields: Any,
    ) -> None:
        """Add events. `ts` is one time or a column; fields and `victim` (subscribers by index) are single
        values or columns of that length. `role` is the actor's."""
        times = ts.tolist() if isinstance(ts, np.ndarray) else [int(ts)]
        rows, columns = len(times), self._columns[channel]
        if channel == "transfer":  # otherwise a missing note would give every gang away
            fields.setdefault("note", note(self.rng))
        truth = {**self._tags, "fraud": fraud, "stage": stage, "role": role, "victim": self._persons(victim)}
        given: dict[str, Any] = {
            **fields,
            "ts": times,
            **{MARK + name: value for name, value in truth.items()},
        }
        for name, column in columns.items():
            column.extend(_spread(given.get(name), rows))
        self.rows += rows

    def _persons(self, victim: Int64 | int | None) -> str | list[str] | None:
        if victim is None:
            return None
        if isinstance(victim, np.ndarray):
            return [f"p{person:07d}" for person in self.world.people.person[victim].tolist()]
        return f"p{int(self.world.people.person[victim]):07d}"

    def table(self, channel: str) -> pa.Table:
        """The rows of a channel in time order: canonical columns, then those of the truth."""
        columns = self._columns[channel]
        if channel == "transfer":
            _balance(columns)
        order = np.argsort(np.array(columns["ts"], dtype=np.int64), kind="stable")
        fields = [*schema_of(channel), *_TRUTH]
        arrays = [pa.array(columns[field.name], type=field.type) for field in fields]
        return pa.table(arrays, schema=pa.schema(fields)).take(pa.array(order))


def _balance(columns: dict[str, list[Any]]) -> None:
    """Fill the payer's balance where nobody said: what came in before, less what went out, in time order."""
    held: dict[str, int] = {}
    payers, payees, amounts, balances = (columns[name] for name in ("payer", "payee", "amount", "balance"))
    for row in np.argsort(np.array(columns["ts"], dtype=np.int64), kind="stable").tolist():
        fen = round(amounts[row] * 100)
        if balances[row] is None:
            have = max(held.get(payers[row], 1_730), fen)
            balances[row] = have / 100
            held[payers[row]] = have - fen
        held[payees[row]] = held.get(payees[row], 1_730) + fen


def blank(rows: int, ids: pa.Array) -> pa.RecordBatch:
    """The truth of honest events: nothing but their ids."""
    nothing = [pa.nulls(rows, field.type) for field in list(TRUTH)[2:]]
    honest = pa.array(np.zeros(rows, dtype=np.bool_))
    return pa.RecordBatch.from_arrays([ids, honest, *nothing], schema=TRUTH)
