"""The simulated city: honest life and gangs together, slice by slice, with the truth beside every event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64, MicroBatch, Part
from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator import rhythm, world
from xiezhi.simulator.gangs import Underworld
from xiezhi.simulator.normal import NORMAL
from xiezhi.simulator.schemas import CHANNELS, LETTERS, TRUTH, schema_of
from xiezhi.simulator.strings import column, constant, digits
from xiezhi.simulator.truth import MARK, Script, blank

VERSION = 1
"""Changes whenever the same seed gives other events."""

MIX = {
    "call": 0.35,
    "message": 0.25,
    "visit": 0.156,
    "transfer": 0.12,
    "account": 0.06,
    "sighting": 0.042,
    "install": 0.02,
    "complaint": 0.002,
}
"""Each channel's share of honest events."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a city is made from. `fraud_share` is aimed at, not met exactly; `minutes` is a slice's length."""

    seed: int
    subscribers: int
    gangs: tuple[str, ...] | None = None
    events_per_subscriber_day: float = 9.5
    fraud_share: float = 0.03
    minutes: int = 60


@dataclass(frozen=True)
class Slice:
    """The events of `start` to `end` (milliseconds UTC) in time order, and their truth row by row."""

    start: int
    end: int
    events: MicroBatch
    truth: dict[str, pa.RecordBatch]


class City:
    """A city that lives. The same parameters and the same calls give the same events, byte for byte."""

    def __init__(
        self,
        seed: int,
        subscribers: int,
        gangs: tuple[str, ...] | None = None,
        *,
        events_per_subscriber_day: float = 9.5,
        fraud_share: float = 0.03,
        minutes: int = 60,
    ) -> None:
        """Build the standing city. `gangs` limits the kinds of gangs, by fraud kind id."""
        if subscribers < 100:
            raise XiezhiError("a city needs at least 100 subscribers", "ask for more subscribers")
        if minutes < 1 or 60 % minutes:
            raise XiezhiError(
                f"a slice of {minutes} minutes does not divide an hour", "use 1, 5, 10, 15, 30 or 60"
            )
        if not 0 <= fraud_share <= 0.5:
            raise XiezhiError(f"a fraud share of {fraud_share} is out of range", "give one from 0 to 0.5")
        self.parameters = Parameters(
            seed, subscribers, gangs, events_per_subscriber_day, fraud_share, minutes
        )
        self.world = world.build(seed, subscribers)
        self._underworld: Underworld | None = None
        self._waiting: dict[str, pa.Table] = {}
        self._made = dict.fromkeys(CHANNELS, 0)
        self._chapter = 0

    def describe(self) -> dict[str, object]:
        """Parameters and what became of them, for `city.json`."""
        people, gangs = self.world.people, self._underworld.gangs if self._underworld else []
        return {
            "version": VERSION,
            "parameters": asdict(self.parameters),
            "subscribers": len(people),
            "firms": len(people.firms.trade),
            "cells": len(self.world.places),
            "sites": len(self.world.web.domains),
            "apps": len(self.world.web.packages),
            "accounts": self.world.purse.end,
            "gangs": [
                {"id": gang.id, "kind": gang.kind, "skill": round(gang.skill, 3), "campaigns": gang.campaigns}
                for gang in gangs
            ],
        }

    def hours(
        self, start_ts: int = rhythm.MONDAY, days: int | None = None, events: int | None = None
    ) -> Iterator[Slice]:
        """Live from `start_ts` (milliseconds, on a full hour): `days` days, or without end where None.

        With `days` and `events` the stretch holds exactly that many events; otherwise about
        `events_per_subscriber_day` times the subscribers a day. What gangs began goes on in the next stretch.
        """
        if start_ts % rhythm.HOUR:
            raise XiezhiError("a city's life begins on a full hour", "round the start time down to the hour")
        daily = round(self.parameters.subscribers * self.parameters.events_per_subscriber_day)
        while True:
            total = events if events is not None else daily * (days or 1)
            yield from self._stretch(start_ts, days or 1, total, ends=days is not None)
            if days is not None:
                return
            start_ts += rhythm.DAY

    # --- one stretch ---------------------------------------------------------------------------------

    def _stretch(self, start: int, days: int, events: int, ends: bool) -> Iterator[Slice]:
        end = start + days * rhythm.DAY
        crimes = self._crimes(start, end, events, ends)
        step = self.parameters.minutes * 60_000
        starts = np.arange(start, end, step, dtype=np.int64)
        honest = events - sum(table.num_rows for table in crimes.values())
        totals = rhythm.apportion(honest, np.array(list(MIX.values())))
        counts = {
            channel: rhythm.apportion(int(total), rhythm.weights(channel, starts))
            for channel, total in zip(MIX, totals, strict=True)
        }
        edges = {
            channel: np.searchsorted(table["ts"].to_numpy(), np.append(starts, end))
            for channel, table in crimes.items()
        }
        for index, begin in enumerate(starts.tolist()):
            made = {
                channel: self._channel(
                    channel,
                    index,
                    begin,
                    step,
                    int(counts[channel][index]),
                    crimes[channel].slice(
                        int(edges[channel][index]), int(edges[channel][index + 1] - edges[channel][index])
                    ),
                )
                for channel in CHANNELS
            }
            yield _slice(begin, begin + step, made)
        self._chapter += 1

    def _crimes(self, start: int, end: int, events: int, ends: bool) -> dict[str, pa.Table]:
        """What the gangs do in a stretch, by channel; later rows are kept for the next."""
        budget = int(events * self.parameters.fraud_share)
        if self._underworld is None:
            self._underworld = Underworld(self.world, self.parameters.gangs, budget)
        rng = np.random.default_rng([self.parameters.seed, 41, self._chapter])
        script = Script(self.world, rng, start, end, ends)
        self._underworld.plan(script, budget)
        crimes = {}
        for channel in CHANNELS:
            table = script.table(channel)
            if channel in self._waiting:
                table = pa.concat_tables([self._waiting[channel], table]).sort_by("ts")
            ts = table["ts"].to_numpy()
            first, last = np.searchsorted(ts, [start, end])
            crimes[channel] = table.slice(int(first), int(last - first))
            self._waiting[channel] = table.slice(int(last))
        return crimes

    def _channel(
        self, channel: str, index: int, begin: int, step: int, honest: int, crimes: pa.Table
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Events and truth of one channel in one slice, in time order."""
        rng = np.random.default_rng([self.parameters.seed, 42, self._chapter, index, CHANNELS.index(channel)])
        ts = np.sort(begin + (rng.random(honest) * step).astype(np.int64))
        rows = honest + crimes.num_rows
        columns = NORMAL[channel](self.world, rng, ts, begin)
        ids = self._ids(channel, rows)
        schema = schema_of(channel)
        if not crimes.num_rows:
            arrays = [
                ids if field.name == "id" else columns.get(field.name, pa.nulls(rows, field.type))
                for field in schema
            ]
            return pa.RecordBatch.from_arrays(arrays, schema=schema), blank(rows, ids)
        guilty = crimes.combine_chunks().to_batches()[0]
        order = pa.array(np.argsort(np.concatenate([ts, guilty["ts"].to_numpy()]), kind="stable"))
        arrays = []
        for field in schema:
            if field.name == "id":
                arrays.append(ids)
            elif field.name in columns:
                arrays.append(pa.concat_arrays([columns[field.name], guilty[field.name]]).take(order))
            else:
                arrays.append(pa.nulls(rows, field.type))
        truth = pa.concat_arrays(
            [blank(honest, pa.nulls(honest, pa.string())).to_struct_array(), _truth(guilty)]
        )
        told = pa.RecordBatch.from_struct_array(truth.take(order))
        return (
            pa.RecordBatch.from_arrays(arrays, schema=schema),
            pa.RecordBatch.from_arrays([ids, *told.columns[1:]], schema=TRUTH),
        )

    def _ids(self, channel: str, rows: int) -> pa.StringArray:
        """The next ids of a channel: its letter and eight digits or more."""
        first = self._made[channel] + 1
        self._made[channel] += rows
        width = max(8, len(str(first + rows)))
        return column(
            constant(LETTERS[channel], rows), digits(np.arange(first, first + rows, dtype=np.int64), width)
        )


def _truth(guilty: pa.RecordBatch) -> pa.StructArray:
    columns = [
        guilty[MARK + name] if name != "id" else pa.nulls(len(guilty), pa.string()) for name in TRUTH.names
    ]
    return pa.RecordBatch.from_arrays(columns, schema=TRUTH).to_struct_array()


def _slice(begin: int, end: int, made: dict[str, tuple[pa.RecordBatch, pa.RecordBatch]]) -> Slice:
    """Number the events of all channels by time; ties go by the order of channels."""
    filled = {channel: pair for channel, pair in made.items() if pair[0].num_rows}
    ts = [pair[0]["ts"].to_numpy() for pair in filled.values()]
    order: Int64 = np.empty(sum(map(len, ts)), dtype=np.int64)
    if ts:
        order[np.argsort(np.concatenate(ts), kind="stable")] = np.arange(len(order))
    parts, first = [], 0
    for channel, (events, _) in filled.items():
        parts.append(Part(channel, events, order[first : first + events.num_rows]))
        first += events.num_rows
    return Slice(
        begin, end, MicroBatch(tuple(parts)), {channel: truth for channel, (_, truth) in filled.items()}
    )
