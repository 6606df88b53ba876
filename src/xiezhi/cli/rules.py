"""`xiezhi rules`: the life of rules, from draft to retirement."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, errors, last_line, progress, say
from xiezhi.cli.controls import book_of, change
from xiezhi.domain.errors import XiezhiError

app = typer.Typer(
    help="Rules: draft, shadow, share of traffic, live, retired; backtest.", no_args_is_help=True
)

IdArgument = Annotated[str, typer.Argument(help="The rule's id.")]
FileArgument = Annotated[Path, typer.Argument(help="YAML file: `channel: call` and `rules: [...]`.")]


@app.command("list")
def list_command(
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Only this channel's rules.")] = None,
) -> None:
    """List rules with their stage and how often they hit.

    Example: `xiezhi rules list --channel call`
    """
    hits = _hits(store)
    table = Table("rule", "version", "stage", "channel", "weight", "hits", "shadow hits", "condition")
    for name, life in sorted(book_of(store, overlay).lives.items()):
        for rule in life.versions:
            if channel in (None, rule.channel):
                key = f"{name}@{rule.version}"
                live, shadow = hits.get(key, 0), hits.get(f"{key} shadow", 0)
                stage = rule.stage if rule.stage != "share" else f"share {rule.share:.0%}"
                table.add_row(
                    name,
                    str(rule.version),
                    stage,
                    rule.channel,
                    f"{rule.weight:g}",
                    f"{live:,}",
                    f"{shadow:,}",
                    rule.when,
                )
    errors.print(table)


@app.command("check")
def check_command(file: FileArgument, overlay: OverlayOption = None) -> None:
    """Check the rules in a file without taking them over. Exit code 2 with a caret under each fault.

    Example: `xiezhi rules check my-rules.yaml`
    """
    book = book_of(None, overlay)
    for record in _records(file):
        book.apply(record)
    say(f"{file}: {len(_records(file))} rule(s), no fault")


@app.command("save")
def save_command(
    file: FileArgument, store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None
) -> None:
    """Save the rules in a file as drafts, or in the stage the file gives; a known id gets a new version.

    Example: `xiezhi rules save my-rules.yaml`, then `xiezhi rules stage my.rule shadow`
    """
    for record in _records(file):
        change(store, overlay, record)


@app.command("stage")
def stage_command(
    rule: IdArgument,
    stage: Annotated[str, typer.Argument(help="draft, shadow, share, live or retired.")],
    share: Annotated[
        float, typer.Option("--share", min=0, max=1, help="Part of traffic in stage share.")
    ] = 0.1,
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Move a rule to another stage of its life, from the next event on.

    Example: `xiezhi rules stage call.burst_dialling share --share 0.1`
    """
    stages = ("draft", "shadow", "share", "live", "retired")
    if stage not in stages:
        raise XiezhiError(f"there is no stage {stage!r}", f"the stages are {', '.join(stages)}")
    change(
        store,
        overlay,
        {"kind": "rule.stage", "id": rule, "stage": stage, "share": share if stage == "share" else 1.0},
    )


@app.command("rollback")
def rollback_command(
    rule: IdArgument,
    version: Annotated[int, typer.Argument(help="The version to go back to.")],
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Make an earlier version of a rule act again.

    Example: `xiezhi rules rollback call.burst_dialling 1`
    """
    change(store, overlay, {"kind": "rule.rollback", "id": rule, "version": version})


@app.command("history")
def history_command(
    rule: IdArgument, store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None
) -> None:
    """Show who did what to a rule, and when.

    Example: `xiezhi rules history call.burst_dialling`
    """
    life = book_of(store, overlay).life(rule)
    table = Table("when", "by", "version", "what")
    for each in life.history:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(each.at / 1000))
        table.add_row(when, each.by, str(each.version), each.what)
    if not life.history:
        table.add_row("", "", "1", "as shipped")
    errors.print(table)


@app.command("backtest")
def backtest_command(
    file: FileArgument,
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
    truth: Annotated[
        Path | None,
        typer.Option("--truth", help="Folder of truth files, one a channel, with `id` and `fraud`."),
    ] = None,
) -> None:
    """Run rules over a store's history as if they had been live, without changing anything.

    Prints a table and ends with one JSON line: for each rule its hits, affected identifiers, decisions that
    would change, and with `--truth` precision, recall and F1.

    Example: `xiezhi rules backtest my-rules.yaml --store xiezhi-store --truth city/truth`
    """
    from xiezhi.engine.backtest import Stretch, backtest
    from xiezhi.engine.core import CoreOptions
    from xiezhi.journal.sqlite import SqliteJournal
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.store import Store

    place = Store(store).existing()
    journal = SqliteJournal(place.journal)
    stretch = Stretch(core=CoreOptions(models=(place.models,)))
    with progress("backtest", journal.end()) as advance:
        reports = backtest(load_knowledge(overlay), journal, _records(file), truth, advance, stretch)
    journal.close()
    table = Table("rule", "hits", "identifiers", "changed", "precision", "recall", "F1")
    for report in reports:
        rates = [
            "" if rate is None else f"{rate:.3f}" for rate in (report.precision, report.recall, report.f1)
        ]
        table.add_row(
            report.rule, f"{report.hits:,}", f"{report.identifiers:,}", f"{report.changed:,}", *rates
        )
    errors.print(table)
    last_line({"events": journal_events(reports), "rules": [asdict(report) for report in reports]})


def journal_events(reports: list[Any]) -> int:
    """How many events of their channels the reports looked at."""
    return max((report.events for report in reports), default=0)


@app.command("show")
def show_command(rule: IdArgument, store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None) -> None:
    """Print a rule as YAML, to be changed and saved again.

    Example: `xiezhi rules show call.burst_dialling > my-rules.yaml`
    """
    import yaml

    newest = book_of(store, overlay).life(rule).newest
    fields = {
        name: value
        for name, value in asdict(newest).items()
        if name not in ("channel", "version", "stage", "share")
    }
    yaml.safe_dump(
        {"channel": newest.channel, "rules": [fields]}, sys.stdout, allow_unicode=True, sort_keys=False
    )


def _records(file: Path) -> list[dict[str, Any]]:
    """A `rule.save` record for each rule of a file."""
    from xiezhi.knowledge.rule_file import read_rules

    return [{"kind": "rule.save", "rule": asdict(rule)} for rule in read_rules(file)]


def _hits(store: Path) -> dict[str, int]:
    from xiezhi.engine.results import Results
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    place = Store(store)
    if not place.operations.is_file():
        return {}
    return Results(open_database(place.operations), place.operations).totals.hits
