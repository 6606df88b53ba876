"""`xiezhi train` and `xiezhi evaluate`: models from labelled files, and how good they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from xiezhi.domain.errors import XiezhiError

if TYPE_CHECKING:
    from xiezhi.learn.tables import FeatureProvider

provider: FeatureProvider | None = None
"""What computes features from event files; the command line's start puts the engine's in here."""

TaskName = Annotated[
    str,
    typer.Argument(
        metavar="TASK",
        help="calls, messages, visits, installs, transfers, accounts, sightings, complaints, cases, "
        "dialogues, apps or subscribers.",
        show_default=False,
    ),
]
DataFiles = Annotated[
    list[Path],
    typer.Option(
        "--data",
        metavar="FILE",
        help="A .csv, .parquet or .jsonl file; may be given again.",
        show_default=False,
    ),
]
Label = Annotated[
    str | None, typer.Option("--label", metavar="COLUMN", help="The column with the labels (default: label).")
]


def train_command(
    task: TaskName,
    data: DataFiles,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Where to write the model.", show_default=False)
    ],
    label: Label = None,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How often the test is repeated.")] = 3,
) -> None:
    """Learn a task from labelled files and write a model with its card.

    Tasks of texts learn a character model; the others learn boosted trees
    over the numeric columns, or over the features of events.

    Example: [bold]xiezhi train messages --data sms.csv --label kind -o sms[/bold]

    It reads the columns `text` and `kind`, tests on messages that are no near
    duplicates of those learned from, and writes sms/card.json and
    sms/weights.npz.
    """
    from xiezhi.learn.training import train

    console = Console(stderr=True)
    try:
        with console.status("reading") as status:
            card = train(task, data, out, label, provider, seeds, lambda step: status.update(escape(step)))
    except XiezhiError as error:
        _stop(error)
    for note in card.notes:
        console.print(f"note: {escape(note)}")
    _show(f"{card.task}: {card.split}", dict(card.scores))
    typer.echo(f"model written to {out}")


def evaluate_command(
    task: TaskName,
    model: Annotated[
        Path,
        typer.Option("--model", metavar="DIR", help="A directory written by `train`.", show_default=False),
    ],
    data: DataFiles,
    label: Label = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="Where evaluation.json goes (default: the model's directory)."
        ),
    ] = None,
) -> None:
    """Measure a model on labelled files; print the figures, write evaluation.json.

    Example: [bold]xiezhi evaluate messages --model sms --data later.csv[/bold]
    """
    from xiezhi.learn.evaluation import REPORT, evaluate

    try:
        figures = evaluate(task, model, data, label, out, provider)
    except XiezhiError as error:
        _stop(error)
    if figures["trained_on"]:
        names = ", ".join(figures["trained_on"])
        typer.echo(f"warning: the model was trained on {names}; these figures flatter it", err=True)
    if figures.get("unknown_labels"):
        names = ", ".join(figures["unknown_labels"])
        typer.echo(f"warning: labels the model does not know, counted as wrong: {names}", err=True)
    _show(f"{task}: {figures['split']}", figures)
    typer.echo(f"written to {(out or model) / REPORT}")


def _stop(error: XiezhiError) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(2)


def _show(title: str, figures: dict[str, Any]) -> None:
    """One table with a row a class, and the single figures below it."""
    table = Table(title=escape(title), title_justify="left")
    table.add_column("label")
    for name in ("precision", "recall", "F1", "rows"):
        table.add_column(name, justify="right")
    for name, one in figures["classes"].items():
        table.add_row(
            escape(name),
            *(f"{one[part]:.4f}" for part in ("precision", "recall", "f1")),
            f"{one['rows']:,.0f}",
        )
    console = Console()
    console.print(table)
    spread = figures.get("spread", {})
    for name, title in (
        ("macro_f1", "macro-F1"),
        ("accuracy", "accuracy"),
        ("auc", "AUC"),
        ("brier", "Brier"),
    ):
        if figures.get(name) is not None:
            about = f" ± {spread[name]:.4f}" if name in spread else ""
            console.print(f"{title} {figures[name]:.4f}{about}", highlight=False)
    repeated = f", {figures['repetitions']} repetition(s)" if "repetitions" in figures else ""
    console.print(f"{figures['rows']:,} rows{repeated}", highlight=False)
