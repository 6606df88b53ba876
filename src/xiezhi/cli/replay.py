"""`xiezhi replay`: files through the engine, into a store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xiezhi.cli.common import (
    DEFAULT_STORE,
    OverlayOption,
    StoreOption,
    last_line,
    progress,
    run_for_long,
    say,
)

if TYPE_CHECKING:
    from xiezhi.engine.embedded import Engine
    from xiezhi.knowledge.base import Knowledge
    from xiezhi.sources.merge import Merged
    from xiezhi.sources.source import Source

MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="field=Column where a file names things otherwise. Repeatable."),
]
ChannelOption = Annotated[
    str | None,
    typer.Option("--channel", help="Channel of the files where it can't be told from their columns."),
]
UnitOption = Annotated[
    str,
    typer.Option(
        "--time-unit", help="Unit of times that are plain numbers: s, m, h or d; by size without it."
    ),
]
CLOCK = "clock "
"""Before a source's name in the journal's positions: the newest time read of it."""


def replay_command(
    paths: Annotated[list[str], typer.Argument(help="CSV, Parquet or JSONL files, folders of them, or - .")],
    store: StoreOption = DEFAULT_STORE,
    mapping: MapOption = None,
    channel: ChannelOption = None,
    time_unit: UnitOption = "",
    overlay: OverlayOption = None,
    size: Annotated[
        int, typer.Option("--batch", min=1, max=1_000_000, help="Events in a micro-batch; changes no result.")
    ] = 65_536,
) -> None:
    """Take in files in the order of their events' times, decide on every event, and keep everything in a store.

    The same replay on the same store goes on where it stopped. Rows that can't be taken in go to the dead
    letters (`xiezhi dead-letters list`). Ends with one JSON line of figures.

    Exit code 0: done. 1: some rows were rejected. 2: usage or configuration error.

    Example: `xiezhi replay city --store xiezhi-store`

    Example: `xiezhi replay cdr.csv --map caller=From --map callee=To --map ts=DateTime`
    """
    from xiezhi.engine.embedded import Engine, EngineOptions
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.sources.merge import merge
    from xiezhi.storage.store import Store

    knowledge = load_knowledge(overlay)
    sources = open_sources(paths, knowledge, channel, mapping, time_unit)
    began = time.monotonic()
    engine = Engine(
        Store(store),
        knowledge,
        EngineOptions(checkpoint_seconds=120, checkpoint_events=20_000_000, notice=say),
    )
    run_for_long(0.001)
    before, dead = engine.totals, _Dead(engine, sources, pairs(mapping), time_unit or None)
    try:
        with progress("replaying") as advance:
            where = engine.journal.positions()
            clocks = {name.removeprefix(CLOCK): at for name, at in where.items() if name.startswith(CLOCK)}
            merged = merge(sources, size, where, clocks)
            engine.run(dead.kept(merged), lambda outcome: advance(outcome.batch.size))
            engine.checkpoint()
    except BaseException:
        engine.abandon()
        raise
    seconds, totals = time.monotonic() - began, engine.totals
    engine.close()
    events = sum(totals.events.values()) - sum(before.events.values())
    last_line(
        {
            "events": events,
            "seconds": round(seconds, 3),
            "events_per_second": round(events / seconds, 1),
            "dead": dead.count,
            "verdicts": totals.verdicts - before.verdicts,
            "actions": {
                name: count - before.actions.get(name, 0)
                for name, count in sorted(totals.actions.items())
                if count > before.actions.get(name, 0)
            },
        }
    )
    if dead.count:
        say(f"xiezhi: {dead.count} row(s) rejected; see `xiezhi dead-letters list --store {store}`")
        raise typer.Exit(1)


def pairs(mapping: list[str] | None) -> dict[str, str]:
    """`--map` options as field -> column. Raises `XiezhiError` for one that is no pair."""
    from xiezhi.domain.errors import XiezhiError

    found = {}
    for text in mapping or ():
        name, equals, column = text.partition("=")
        if not equals or not name or not column:
            raise XiezhiError(f"--map {text}: is not field=Column", "write for example --map caller=From")
        found[name.strip()] = column.strip()
    return found


def open_sources(
    paths: list[str], knowledge: Knowledge, channel: str | None, mapping: list[str] | None, time_unit: str
) -> list[Source]:
    """The files named as sources, under absolute names, so that a replay goes on from whatever folder."""
    from xiezhi.domain.errors import XiezhiError
    from xiezhi.knowledge.convert import did_you_mean
    from xiezhi.sources.paths import expand_paths
    from xiezhi.sources.reading import open_source
    from xiezhi.sources.source import SourceOptions

    schema = None
    if channel is not None:
        by_name = {name: each for each in knowledge.schemas.values() for name in (each.name, each.plural)}
        if channel not in by_name:
            raise XiezhiError(f"there is no channel {channel!r}", did_you_mean(channel, by_name))
        schema = by_name[channel]
    options, columns = SourceOptions(time_unit=time_unit or None), pairs(mapping)
    named = [path if path == "-" else str(Path(path).resolve()) for path in expand_paths(paths)]
    return [open_source(path, schema, columns, options, knowledge.schemas) for path in named]


class _Dead:
    """Puts bad rows to the dead letters before the batch after them is journalled."""

    def __init__(
        self, engine: Engine, sources: list[Source], mapping: dict[str, str], time_unit: str | None
    ) -> None:
        self._engine, self._sources, self.count = engine, {source.name: source for source in sources}, 0
        self._mapping, self._time_unit = mapping, time_unit
        self._noted: set[str] = set()

    def kept(self, merged: Iterator[Merged]) -> Iterator[tuple[Any, dict[str, int]]]:
        """The micro-batches, bad rows taken care of."""
        from xiezhi.storage.dead_letters import DeadLetter, keep

        for each in merged:
            if each.bad:
                letters = [
                    DeadLetter(
                        bad.file, bad.row, bad.line, self._sources[bad.file].channel.name, bad.reason, bad.raw
                    )
                    for bad in each.bad
                ]
                keep(self._engine.database, letters)
                for name in {bad.file for bad in each.bad} - self._noted:
                    self._note(name)
                self.count += len(each.bad)
            if each.batch.size:
                clocks = {CLOCK + name: clock for name, clock in each.clocks.items()}
                yield each.batch, {**each.positions, **clocks}

    def _note(self, name: str) -> None:
        """Keep how a CSV file is read, so that its rejected lines can be retried without it."""
        from xiezhi.sources.csv_file import CsvSource
        from xiezhi.storage.dead_letters import CsvReading, keep_reading

        self._noted.add(name)
        source = self._sources[name]
        if isinstance(source, CsvSource):
            how = CsvReading(tuple(source.columns), source.delimiter, self._mapping, self._time_unit)
            keep_reading(self._engine.database, name, how)
