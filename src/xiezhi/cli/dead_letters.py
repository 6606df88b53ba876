"""`xiezhi dead-letters`: rows that could not be taken in."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, errors, last_line, say

app = typer.Typer(help="Rows that were rejected, with file, row and reason.", no_args_is_help=True)


@app.command("list")
def list_command(
    store: StoreOption = DEFAULT_STORE,
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a row instead of a table.")] = False,
) -> None:
    """Show rejected rows that wait.

    Example: `xiezhi dead-letters list --store xiezhi-store`
    """
    from xiezhi.storage.dead_letters import count, waiting

    database = _database(store)
    found = waiting(database, limit=most)
    if as_json:
        for letter in found:
            last_line(_fields(letter))
        return
    if not found:
        say("no rejected row waits")
        return
    table = Table("file", "row", "line", "channel", "reason", title=f"{count(database):,} rejected row(s)")
    for letter in found:
        table.add_row(
            letter.source, str(letter.row), str(letter.line or ""), letter.channel or "", letter.reason
        )
    errors.print(table)


@app.command("export")
def export_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV or JSONL file to write.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write all waiting rows to a file, to be mended and replayed.

    Example: `xiezhi dead-letters export -o rejected.jsonl --store xiezhi-store`
    """
    from xiezhi.storage.dead_letters import waiting

    rows = [_fields(letter) for letter in waiting(_database(store))]
    with open(output, "w", encoding="utf-8", newline="") as file:
        if output.suffix == ".csv":
            writer = csv.DictWriter(file, ["source", "row", "line", "channel", "reason", "raw"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    say(f"{len(rows):,} row(s) written to {output}")


@app.command("retry")
def retry_command(
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="JSONL as `export` writes it, with `raw` mended; all as they are without it."
        ),
    ] = None,
) -> None:
    """Try rejected rows again, as they came or as mended in a file; those that pass are decided on.

    Exit code 1 when some are rejected again.

    Example: `xiezhi dead-letters retry --file mended.jsonl --store xiezhi-store`
    """
    from xiezhi.domain.batch import single_channel
    from xiezhi.engine.embedded import Engine, EngineOptions
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.sources.rows import rows_to_table
    from xiezhi.storage.dead_letters import retried, waiting
    from xiezhi.storage.store import Store

    knowledge = load_knowledge(overlay)
    engine = Engine(Store(store).existing(), knowledge, EngineOptions(notice=say))
    passed, failed = 0, 0
    try:
        letters = {letter.id: letter for letter in waiting(engine.database)}
        mended = _mended(file) if file else {}
        by_channel: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
        for letter in letters.values():
            row = mended.get((letter.source, letter.row), letter.raw)
            values = _row(row)
            if values is None or letter.channel is None:
                failed += 1
            else:
                by_channel.setdefault(letter.channel, []).append((letter, values))
        for channel, rows in by_channel.items():
            table, bad, kept = rows_to_table(knowledge.schemas[channel], [values for _, values in rows])
            failed += len(bad)
            if len(kept):
                engine.ingest(single_channel(channel, table))
                retried(engine.database, [rows[at][0] for at in kept.tolist()])
                passed += len(kept)
    finally:
        engine.close()
    say(f"{passed:,} row(s) taken in, {failed:,} rejected again")
    raise typer.Exit(1 if failed else 0)


def _database(store: Path) -> Any:
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    return open_database(Store(store).existing().operations)


def _fields(letter: Any) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in ("source", "row", "line", "channel", "reason", "raw")}


def _mended(file: Path) -> dict[tuple[str, int], str]:
    found = {}
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        raw = row["raw"]
        found[row["source"], row["row"]] = raw if isinstance(raw, str) else json.dumps(raw)
    return found


def _row(raw: str | None) -> dict[str, Any] | None:
    """The values of a rejected row, None where they are no JSON object: a line of CSV has to be mended first."""
    try:
        values = json.loads(raw or "")
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
