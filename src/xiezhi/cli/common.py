"""What the commands share: the store, messages, progress and the last line of long work."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

DEFAULT_STORE = Path("xiezhi-store")

StoreOption = Annotated[
    Path, typer.Option("--store", help="Folder of the store.", envvar="XIEZHI_STORE", show_default=True)
]
OverlayOption = Annotated[
    Path | None,
    typer.Option(
        "--knowledge",
        help="Folder with your own knowledge, laid over the shipped one.",
        envvar="XIEZHI_KNOWLEDGE",
    ),
]

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def run_for_long(switch_seconds: float) -> None:
    """Set the interpreter up for long work in several threads that mostly run compiled code.

    A thread that wants the interpreter waits at most about `switch_seconds`. What is loaded by now is never searched
    for garbage again, and the rest less often: results and their reasons make many small objects and few cycles.
    """
    sys.setswitchinterval(switch_seconds)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def say(text: str) -> None:
    """A message to the person at the terminal; standard output is for results alone."""
    errors.print(text, markup=False)


def last_line(figures: dict[str, Any]) -> None:
    """The one JSON line with which long work ends."""
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Any]:
    """A progress bar on a terminal, nothing elsewhere. Yields `advance(count)`."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
        disable=not errors.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
