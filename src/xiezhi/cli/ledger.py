"""`xiezhi ledger`: the decisions' hash chain."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from xiezhi.cli.common import DEFAULT_STORE, StoreOption, say

app = typer.Typer(help="The hash-chained ledger of decisions.", no_args_is_help=True)


@app.command("verify")
def verify_command(store: StoreOption = DEFAULT_STORE) -> None:
    """Hash the whole ledger again and say whether anything was changed, added or taken out.

    Exit code 0: intact. 1: tampered with or damaged.

    Example: `xiezhi ledger verify --store xiezhi-store`
    """
    from xiezhi.engine.results import Results
    from xiezhi.history import ledger
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    place = Store(store).existing()
    database = open_database(place.operations)
    found = ledger.verify(database, Results(database, place.operations).totals.head)
    if not found.reason:
        say(f"the ledger is intact: {found.entries:,} entries, head {found.head}")
        raise typer.Exit(0)
    where = "" if found.broken_at is None else f" at the block of offset {found.broken_at}"
    say(f"the ledger is NOT intact{where}: {found.reason}; {found.entries:,} entries before it are sound")
    raise typer.Exit(1)


@app.command("show")
def show_command(
    offset: Annotated[int, typer.Argument(help="The event's offset in the journal.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print what was decided about one event, with the values at the time.

    Example: `xiezhi ledger show 1024 --store xiezhi-store`
    """
    from xiezhi.history import ledger
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    entry = ledger.find(open_database(Store(store).existing().operations), offset)
    if entry is None:
        say(f"event {offset} was allowed with no signal, or there is no such event")
        raise typer.Exit(1)
    sys.stdout.write(json.dumps(entry, ensure_ascii=False, indent=2) + "\n")
