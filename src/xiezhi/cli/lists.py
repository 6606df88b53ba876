"""`xiezhi lists`: numbers, accounts and domains that are always stopped or never."""

from __future__ import annotations

import re
import time
from typing import Annotated

import typer
from rich.table import Table

from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, errors
from xiezhi.cli.controls import book_of, change
from xiezhi.domain.errors import XiezhiError

app = typer.Typer(help="Allow and deny lists, with expiry, and snoozes of rules.", no_args_is_help=True)

ForOption = Annotated[
    str | None, typer.Option("--for", help="How long: 12h, 7d, 30d. Without it, until it is taken off.")
]
KindOption = Annotated[
    str, typer.Option("--kind", help="Kind of identifier: phone, account, domain, package…")
]


@app.command("add")
def add_command(
    name: Annotated[str, typer.Argument(help="The list.")],
    value: Annotated[str, typer.Argument(help="The identifier.")],
    kind: KindOption = "phone",
    reason: Annotated[str, typer.Option("--reason", help="Why; the next person will ask.")] = "",
    span: ForOption = None,
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Put an identifier on a list, from the next event on.

    Example: `xiezhi lists add deny_numbers 17000000001 --reason "victim report" --for 30d`
    """
    end = None if span is None else until(span)
    record = {"kind": "list.add", "list": name, "identifier": kind, "value": _clean(kind, value)}
    change(store, overlay, {**record, "until": end, "reason": reason})


@app.command("remove")
def remove_command(
    name: Annotated[str, typer.Argument(help="The list.")],
    value: Annotated[str, typer.Argument(help="The identifier.")],
    kind: KindOption = "phone",
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Take an identifier off a list.

    Example: `xiezhi lists remove deny_numbers 17000000001`
    """
    change(
        store,
        overlay,
        {"kind": "list.remove", "list": name, "identifier": kind, "value": _clean(kind, value)},
    )


@app.command("snooze")
def snooze_command(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    value: Annotated[str, typer.Argument(help="The identifier for which it is to be silent.")],
    kind: KindOption = "phone",
    span: Annotated[str, typer.Option("--for", help="How long: 12h, 7d.")] = "24h",
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Keep one rule silent about one identifier for a while.

    Example: `xiezhi lists snooze call.burst_dialling 02088886666 --for 7d`
    """
    record = {
        "kind": "snooze",
        "rule": rule,
        "identifier": kind,
        "value": _clean(kind, value),
        "until": until(span),
    }
    change(store, overlay, record)


@app.command("show")
def show_command(store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None) -> None:
    """Show every list with its entries.

    Example: `xiezhi lists show --store xiezhi-store`
    """
    lists = book_of(store, overlay).lists
    table = Table("list", "effect", "kind", "value", "until", "reason", "by")
    for name, definition in lists.definitions.items():
        entries = lists.entries(name)
        for kind, entry in entries:
            end = (
                ""
                if entry.until is None
                else time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.until / 1000))
            )
            table.add_row(name, definition.effect, kind, entry.value, end, entry.reason, entry.by)
        if not entries:
            table.add_row(name, definition.effect, ", ".join(definition.identifiers), "(empty)", "", "", "")
    errors.print(table)


def until(span: str) -> int:
    """The time (ms since 1970) at the end of a span such as `12h`. Raises `XiezhiError` for any other text."""
    found = re.fullmatch(r"(\d+)([mhd])", span)
    if not found:
        raise XiezhiError(f"{span!r} is not a span of time", "write 30m, 12h or 7d")
    seconds = int(found.group(1)) * {"m": 60, "h": 3600, "d": 86400}[found.group(2)]
    return (time.time_ns() // 1_000_000) + seconds * 1000


def _clean(kind: str, value: str) -> str:
    from xiezhi.domain.identifiers import IDENTIFIERS

    if kind not in IDENTIFIERS:
        raise XiezhiError(
            f"there is no kind of identifier {kind!r}", f"the kinds are {', '.join(IDENTIFIERS)}"
        )
    cleaned = IDENTIFIERS[kind].clean(value)
    if cleaned is None:
        raise XiezhiError(f"{value!r} is not a valid {kind}", "see that it is written in full")
    return cleaned
