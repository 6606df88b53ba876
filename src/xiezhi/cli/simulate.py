"""`xiezhi simulate`: a city of known truth, written to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xiezhi.cli.common import last_line, progress


def simulate_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the events and their truth.")],
    events: Annotated[int, typer.Option("--events", min=100, help="How many events, exactly.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal cities.")] = 1,
) -> None:
    """Write a simulated city's events, one Parquet file a channel, and the truth about them beside it.

    Example: `xiezhi simulate -o city --events 100000 --seed 7`, then `xiezhi replay city`
    """
    from xiezhi.simulator.write import simulate

    done = 0
    with progress("simulating", events) as advance:

        def tell(now: int, total: int) -> None:
            nonlocal done
            advance(now - done)
            done = now

        figures = simulate(output, events, seed, tell)
    last_line(figures)
