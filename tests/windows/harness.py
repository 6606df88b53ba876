"""Feeds the same events to the kernel and to the plain-Python reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xiezhi.domain.features import FeatureCatalogue, Measure, Table
from xiezhi.domain.schema import EventSchema, Field
from xiezhi.windows.reference import Event, ReferenceTable
from xiezhi.windows.store import SHIFT, WindowStore

SCHEMAS = {
    "a": EventSchema(
        "a",
        "as",
        "",
        "",
        (
            Field("who", "identifier", "", "", kind="phone"),
            Field("whom", "identifier", "", "", kind="phone"),
            Field("worth", "number", "", "", scale=100),
        ),
    ),
    "b": EventSchema("b", "bs", "", "", (Field("who", "identifier", "", "", kind="phone"),)),
}
CONDITIONS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "worth >= 5": lambda row: row.get("worth") is not None and row["worth"] >= 5,
    "worth < 2": lambda row: row.get("worth") is not None and row["worth"] < 2,
}
WINDOWS = ("1m", "10m", "1h", "24h", "30d")
TABLE = Table(
    "who",
    writers=("a.who", "a.whom"),
    readers=("b.who",),
    idle="60d",
    measures=(
        Measure("n", "count", "", "", windows=WINDOWS),
        Measure("big", "count", "", "", windows=("1h",), where="worth >= 5"),
        Measure("total", "sum", "", "", windows=WINDOWS, of="worth"),
        Measure("mean", "mean", "", "", windows=("1h",), of="worth"),
        Measure("least", "min", "", "", windows=("1h", "24h"), of="worth"),
        Measure("most", "max", "", "", windows=("10m",), of="worth"),
        Measure("others", "distinct", "", "", windows=("1m", "24h"), of="whom"),
        Measure("big_share", "ratio", "", "", windows=("1h",), of="big", over="n"),
        Measure("got", "sum", "", "", windows=("1h",), by="a.whom", of="worth"),
        Measure("through", "ratio", "", "", windows=("1h",), of="total", over="got"),
        Measure("age", "age", "", ""),
        Measure("gap", "since", "", ""),
        Measure("new", "is_new", "", ""),
        Measure("after_big", "sequence", "", "", windows=("10m", "24h"), where="worth >= 5"),
        Measure("no_small", "absence", "", "", windows=("10m",), where="worth >= 5", then="worth < 2"),
        Measure("unanswered", "absence", "", "", windows=("1h",), where="worth >= 5", then_by="a.whom"),
    ),
)


def hash_name(name: str) -> int:
    """Any well-mixed hash will do here."""
    value = (int(name) + 1) * 0x9E3779B97F4A7C15 % 2**64
    value = (value ^ (value >> 31)) * 0xBF58476D1CE4E5B9 % 2**64
    return value ^ (value >> 29)


@dataclass
class RowView:
    """A `View` over dict rows."""

    rows: list[dict[str, Any]]
    order: np.ndarray
    ts: np.ndarray
    added: dict[str, np.ndarray] = field(default_factory=dict)

    def keys(self, name: str) -> np.ndarray:
        return np.array(
            [hash_name(row[name]) if row.get(name) is not None else 0 for row in self.rows], np.uint64
        )

    def number(self, name: str) -> np.ndarray:
        return np.array([np.nan if row.get(name) is None else row[name] for row in self.rows], np.float64)

    def holds(self, expression: str) -> np.ndarray:
        return np.array([CONDITIONS[expression](row) for row in self.rows], np.bool_)

    def add(self, name: str, values: np.ndarray) -> None:
        self.added[name] = values


Row = tuple[str, int, dict[str, Any]]


def run_kernel(rows: Sequence[Row], store: WindowStore) -> list[dict[str, float]]:
    """One micro-batch through the store."""
    found: list[dict[str, float]] = [{} for _ in rows]
    views: dict[str, RowView] = {}
    for channel in ("a", "b"):
        order = np.array([i for i, row in enumerate(rows) if row[0] == channel], np.int64)
        if len(order):
            views[channel] = RowView(
                [rows[i][2] for i in order], order, np.array([rows[i][1] * 1000 for i in order], np.int64)
            )
    store.apply(views)
    for view in views.values():
        for name, values in view.added.items():
            for place, value in zip(view.order, values, strict=True):
                found[place][name] = float(value)
    return found


def new_store(**options: Any) -> WindowStore:
    return WindowStore(FeatureCatalogue((TABLE,)), SCHEMAS, **options)


def run_reference(rows: Sequence[Row], lateness: int = 3600) -> list[dict[str, float]]:
    """The same by the specification."""
    table, newest, found = ReferenceTable(TABLE, lateness, hash_name), 0, []
    for channel, ts, row in rows:
        event = Event(channel, ts + SHIFT, row, lambda text, row=row: CONDITIONS[text](row))
        late, newest = event.ts < newest - lateness, max(newest, event.ts)
        found.append({} if late else table.take(event))
    return found


def same(kernel: list[dict[str, float]], reference: list[dict[str, float]]) -> None:
    """Equal to nine digits; a late event's features are all missing."""
    for i, (got, want) in enumerate(zip(kernel, reference, strict=True)):
        for name, value in got.items():
            np.testing.assert_allclose(value, want.get(name, np.nan), rtol=1e-9, err_msg=f"event {i}, {name}")
