"""`xiezhi doctor`: is the installation sound, and what does the store hold."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from xiezhi import __version__
from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, errors, last_line


def doctor_command(
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line instead of a table.")] = False,
) -> None:
    """Check knowledge, rules and the store; count what it holds.

    The last line of `--json` has `counts` of events, verdicts, actions by kind, and the ledger's head: equal
    for equal input, however often the work was interrupted.

    Exit code 0: sound. 1: something is wrong.

    Example: `xiezhi doctor --store xiezhi-store --json`
    """
    found: dict[str, Any] = {"version": __version__, "python": sys.version.split()[0]}
    checks: dict[str, str] = {"knowledge and rules": _knowledge(overlay)}
    if store.exists():
        found |= _store(store, checks)
    else:
        checks["store"] = f"{store}: there is none yet"
    found["checks"] = checks
    sound = all(text == "ok" for name, text in checks.items() if name != "store")
    if as_json:
        last_line(found)
    else:
        _print(found)
    raise typer.Exit(0 if sound else 1)


def _knowledge(overlay: Any) -> str:
    from xiezhi.domain.errors import XiezhiError
    from xiezhi.engine.core import Core
    from xiezhi.knowledge.base import load_knowledge

    try:
        Core(load_knowledge(overlay)).book.warnings()
    except XiezhiError as error:
        return str(error)
    return "ok"


def _store(path: Any, checks: dict[str, str]) -> dict[str, Any]:
    from sqlalchemy import func, select

    from xiezhi.engine.results import Results
    from xiezhi.history import ledger, query
    from xiezhi.journal.sqlite import SqliteJournal
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store
    from xiezhi.storage.tables import dead_letters, outbox

    store = Store(path).existing()
    database = open_database(store.operations)
    totals = Results(database, store.operations).totals
    check = ledger.verify(database, totals.head)
    checks["ledger"] = check.reason or "ok"
    journal = SqliteJournal(store.journal)
    end = journal.end()
    journal.close()
    behind = end - totals.through
    running = store.held()
    checks["results"] = (
        "ok" if not behind or running else f"{behind:,} events behind the journal; the next start catches up"
    )
    with database.connect() as connection:
        actions = connection.execute(select(func.count()).select_from(outbox)).scalar_one()
        dead = connection.execute(
            select(func.count()).select_from(dead_letters).where(dead_letters.c.state == "waiting")
        ).scalar_one()
    size, rows = query.size(store.history)
    return {
        "running": running,
        "journal_end": end,
        "history": {"events": rows, "bytes": size},
        "dead": dead,
        "counts": {
            "events": sum(totals.events.values()),
            "events_by_channel": dict(sorted(totals.events.items())),
            "verdicts": totals.verdicts,
            "types": dict(sorted(totals.types.items())),
            "actions": dict(sorted(totals.actions.items())),
            "outbox": actions,
            "ledger_head": totals.head,
        },
    }


def _print(found: dict[str, Any]) -> None:
    table = Table(title="xiezhi doctor", show_header=False)
    for name, text in found.pop("checks").items():
        table.add_row(name, text)
    counts = found.pop("counts", {})
    for name, value in {**found, **counts}.items():
        table.add_row(name, str(value))
    errors.print(table)
