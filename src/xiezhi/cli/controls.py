"""Changes to rules and lists: done at once, or handed to the engine that holds the store."""

from __future__ import annotations

import getpass
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xiezhi.cli.common import say

if TYPE_CHECKING:
    from xiezhi.decide.book import RuleBook


def change(store: Path, overlay: Path | None, record: Mapping[str, Any]) -> None:
    """Carry out one control record on a store, whether an engine is running on it or not."""
    from xiezhi.engine import inbox
    from xiezhi.engine.embedded import Engine, EngineOptions
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    place = Store(store).make()
    signed = {**record, "by": getpass.getuser(), "at": time.time_ns() // 1_000_000}
    if place.held():
        inbox.ask(open_database(place.operations), signed)
        say("done; the running engine has taken it over")
        return
    engine = Engine(place, load_knowledge(overlay), EngineOptions(notice=say))
    try:
        engine.control(signed)
    finally:
        engine.close()
    say("done")


def book_of(store: Path | None, overlay: Path | None) -> RuleBook:
    """The rule book as a store's control records left it; the shipped one without a store."""
    from xiezhi.engine.core import new_book
    from xiezhi.journal.sqlite import SqliteJournal
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.store import Store

    book = new_book(load_knowledge(overlay))
    if store is not None and Store(store).journal.is_file():
        journal = SqliteJournal(Store(store).journal)
        for entry in journal.controls(journal.end()):
            book.apply(entry.control or {})
        journal.close()
    return book
