"""`xiezhi score`: a verdict for each row of a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from xiezhi.cli.common import OverlayOption, progress, say
from xiezhi.cli.replay import MapOption, UnitOption, pairs


def score_command(
    channel: Annotated[
        str,
        typer.Argument(
            help="calls messages visits installs transfers accounts sightings complaints, cases dialogues subscribers."
        ),
    ],
    files: Annotated[
        list[str], typer.Argument(help="CSV, Parquet or JSONL files, or - for JSON lines on standard input.")
    ],
    model: Annotated[
        Path | None, typer.Option("--model", help="Directory of a model that `xiezhi train` wrote.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; standard output without it.")
    ] = None,
    mapping: MapOption = None,
    time_unit: UnitOption = "",
    language: Annotated[str, typer.Option("--language", help="Language of the reasons: zh or en.")] = "zh",
    overlay: OverlayOption = None,
) -> None:
    """Print a verdict for each row: one JSON line a row, in order. Nothing is stored.

    Each line has `row`, `id`, `score` (0 to 1), `type`, `action` and `signals` with their reasons. With `--model`
    the type is one of the model's labels. Rejected rows have no line and are told on standard error.

    Exit code 0: done. 1: some rows were rejected. 2: usage or configuration error.

    Example: `xiezhi score messages sms.csv -o verdicts.jsonl`

    Example: `xiezhi score transfers t.csv --map payer=from --map payee=to --map amount=value --map ts=time`
    """
    from xiezhi.cli.scoring import Scoring
    from xiezhi.domain.errors import XiezhiError

    if language not in ("zh", "en"):
        raise XiezhiError(f"there is no language {language!r}", "give zh or en")
    scoring = Scoring(channel, pairs(mapping), time_unit, "en" if language == "en" else "zh", model, overlay)
    rejected = 0
    with _written(output) as out, progress("scoring") as advance:
        for lines, bad in scoring.lines(files):
            out.write(b"".join(lines))
            advance(len(lines))
            for each in bad:
                rejected += 1
                where = f"row {each.row}" + (f" (line {each.line})" if each.line else "")
                say(f"xiezhi: {each.file}: {where} rejected: {each.reason}")
    if rejected:
        say(f"xiezhi: {rejected} row(s) rejected")
        raise typer.Exit(1)


@contextmanager
def _written(path: Path | None) -> Iterator[IO[bytes] | Any]:
    from xiezhi.domain.errors import XiezhiError

    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with open(path, "wb") as file:
            yield file
    except OSError as error:
        raise XiezhiError(
            f"{path}: can't be written ({error.strerror})", "give another file with -o"
        ) from error
