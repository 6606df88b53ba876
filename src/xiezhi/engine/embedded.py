"""The engine in one process: journal, core and results put in order, and brought back after a crash."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from xiezhi.decide.decider import Decisions
from xiezhi.domain.batch import MicroBatch
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import identifier_fields
from xiezhi.engine import checkpoint, inbox
from xiezhi.engine.core import Core, CoreOptions, Piece
from xiezhi.engine.results import Outcome, Results, Totals
from xiezhi.engine.writing import Done, ResultWriter
from xiezhi.history.parquet import Decided, HistoryWriter
from xiezhi.journal.base import Entry, Positions
from xiezhi.journal.sqlite import SqliteJournal
from xiezhi.knowledge.base import Knowledge
from xiezhi.storage.database import open_database
from xiezhi.storage.store import Store

CHECKPOINT_SECONDS = 30.0
CHECKPOINT_EVENTS = 2_000_000
INBOX_SECONDS = 0.2
"""How often other processes' requests are looked for while events come in."""

AHEAD = 2
"""Micro-batches that one stage may be ahead of the next."""

Batches = Iterator[tuple[MicroBatch, Positions | None]]


@dataclass(slots=True)
class EngineOptions:
    """`notice` is told what a user should know, such as a damaged checkpoint."""

    core: CoreOptions = field(default_factory=CoreOptions)
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    checkpoint_events: int = CHECKPOINT_EVENTS
    notice: Callable[[str], None] = lambda text: None


class Engine:
    """One store's engine.

    An event is written to the journal before it is decided on, so that an answer given is never lost.
    Everything else (window state, ledger, outbox, history) can be made again from the journal and is,
    after a crash, from the newest checkpoint on. Not safe for use by several threads at once.
    """

    def __init__(self, store: Store, knowledge: Knowledge, options: EngineOptions | None = None) -> None:
        """Open the store and catch up with its journal. Raises `XiezhiError` when it is in use or damaged."""
        self.store, self.options = store.make(), options or EngineOptions()
        store.hold()
        try:
            self.journal = SqliteJournal(store.journal)
            self.database = open_database(store.operations)
            self.results = Results(self.database, store.operations)
            self.history = HistoryWriter(store.history, identifier_fields(knowledge.schemas))
            core = self.options.core
            self.core = Core(knowledge, replace(core, models=(*core.models, store.models)))
            self._writer = ResultWriter(self._write)
            self._saved_at, self._saved, self._asked = time.monotonic(), 0, 0.0
            self.end = 0
            self._recover()
        except BaseException:
            store.release()
            raise

    @property
    def totals(self) -> Totals:
        """Counts over everything written so far; call `settle` first for the newest."""
        return self.results.totals

    def ingest(self, batch: MicroBatch, positions: Positions | None = None) -> Outcome:
        """Journal a micro-batch and decide on it. When this returns, the events are durable."""
        if time.monotonic() - self._asked > INBOX_SECONDS:
            self.take_controls()
        entry = self.journal.append(batch, positions)
        return self._process(entry, self.core.prepare(batch, entry.first))

    def run(self, batches: Batches, told: Callable[[Outcome], None] = lambda outcome: None) -> None:
        """Ingest many micro-batches: reading and journalling go on while others are decided and written."""
        self.take_controls()
        with ThreadPoolExecutor(1, "journal") as reader:
            ahead: deque[Future[tuple[Entry, list[Piece]] | None]] = deque()

            def journal_next() -> tuple[Entry, list[Piece]] | None:
                found = next(batches, None)
                if found is None:
                    return None
                entry = self.journal.append(*found)
                return entry, self.core.prepare(found[0], entry.first)

            for _ in range(AHEAD):
                ahead.append(reader.submit(journal_next))
            while (found := ahead.popleft().result()) is not None:
                ahead.append(reader.submit(journal_next))
                told(self._process(*found))
                if self._due():
                    self.checkpoint()

    def control(self, record: Mapping[str, Any]) -> None:
        """Change rules, lists or snoozes from the next event on. A bad record changes nothing."""
        self.core.control(record)
        try:
            entry = self.journal.append_control(record)
        except XiezhiError:
            self.core.renew_book(entry.control or {} for entry in self.journal.controls(self.end))
            raise
        self.end = entry.end
        self._writer.put(entry.end)

    def settle(self) -> None:
        """Wait until all results are written. Raises what went wrong in writing."""
        self._writer.settle()

    def checkpoint(self) -> None:
        """Write history and window state out, so that a restart begins here."""
        self.settle()
        self.history.flush()
        if self.end > self._saved:
            checkpoint.save(self.store.checkpoints, self.end, self.core.layout(), self.core.packed())
        self._saved, self._saved_at = self.end, time.monotonic()

    def close(self) -> None:
        """Write a checkpoint and let the store go."""
        try:
            self.checkpoint()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let the store go as it is; the next start catches up from the journal."""
        self._writer.close()
        self.journal.close()
        self.database.dispose()
        self.store.release()

    def checkpoint_if_due(self) -> None:
        """Write a checkpoint when the last one is long ago."""
        if self._due():
            self.checkpoint()

    def _due(self) -> bool:
        passed = time.monotonic() - self._saved_at
        return (
            passed > self.options.checkpoint_seconds
            or self.end - self._saved >= self.options.checkpoint_events
        )

    def _process(self, entry: Entry, pieces: list[Piece]) -> Outcome:
        assert entry.events is not None
        if entry.first != self.end:
            raise XiezhiError(
                f"{self.store.journal}: something else wrote to the journal",
                "run one engine on a store; restart this one",
            )
        outcome = Outcome(entry.first, entry.events, self.core.decide_prepared(pieces))
        self.end = entry.end
        self._writer.put(outcome)
        return outcome

    def _write(self, done: list[Done]) -> None:
        outcomes = [each for each in done if isinstance(each, Outcome)]
        self.results.write(outcomes, max(each if isinstance(each, int) else each.end for each in done))
        for outcome in outcomes:
            self.history.add(outcome.first, outcome.end, _by_channel(outcome.decided))

    def take_controls(self) -> None:
        """Do what other processes have asked for through the inbox."""
        self._asked = time.monotonic()
        for request in inbox.waiting(self.database):
            try:
                # After a crash a request may have been carried out and not yet been answered.
                if request.record not in self._controlled:
                    self.control(request.record)
                inbox.done(self.database, request.number)
            except XiezhiError as error:
                inbox.refused(self.database, request.number, str(error))

    def _recover(self) -> None:
        """Bring windows, results and history up to the journal's end."""
        end = self.journal.end()
        # Not beyond what the results have reached: a power cut may have taken their last transactions.
        reached = min(end, self.results.totals.through)
        found = checkpoint.newest(self.store.checkpoints, self.core.layout(), reached)
        for complaint in found.complaints:
            self.options.notice(complaint)
        start = 0
        if found.checkpoint is not None:
            self.core.unpack(found.checkpoint.arrays)
            start = self._saved = found.checkpoint.offset
        self._controlled = [dict(entry.control or {}) for entry in self.journal.controls(end)]
        for entry in self.journal.controls(start):
            self.core.control(entry.control or {})
        written = self.history.end()
        self.end = start
        for entry in self.journal.read(start):
            if entry.control is not None:
                self.core.control(entry.control)
                self.end = entry.end
                self.results.write([], entry.end)
            elif entry.events is not None and entry.end <= min(written, self.results.totals.through):
                self.core.look(entry.events, entry.first)
                self.end = entry.end
            else:
                self._catch_up(entry, written)
        self.settle()

    def _catch_up(self, entry: Entry, written: int) -> None:
        assert entry.events is not None
        outcome = Outcome(entry.first, entry.events, self.core.decide(entry.events, entry.first))
        self.end = entry.end
        self.results.write([outcome], entry.end)
        if entry.end > written:
            self.history.add(outcome.first, outcome.end, _by_channel(outcome.decided))


def _by_channel(decided: list[Decisions]) -> dict[str, list[Decided]]:
    found: dict[str, list[Decided]] = {}
    for decisions in decided:
        table = decisions.frame.table  # type: ignore[attr-defined]
        part = Decided(
            table, decisions.offsets, decisions.score, decisions.action, decisions.type, decisions.types
        )
        found.setdefault(decisions.channel, []).append(part)
    return found
