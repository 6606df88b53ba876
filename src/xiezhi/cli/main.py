"""The command line's door: every command, and one way to tell errors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from xiezhi.cli import access, dead_letters, knowledge, learning, ledger, lists, rules
from xiezhi.cli.common import say
from xiezhi.cli.doctor import doctor_command
from xiezhi.cli.replay import replay_command
from xiezhi.cli.score import score_command
from xiezhi.cli.serve import demo_command, serve_command
from xiezhi.cli.simulate import simulate_command
from xiezhi.domain.errors import XiezhiError

app = typer.Typer(
    name="xiezhi",
    help="Xiezhi (獬豸): one open, full-chain system against telecom and network fraud.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
)
app.command("serve")(serve_command)
app.command("demo")(demo_command)
app.command("simulate")(simulate_command)
app.command("replay")(replay_command)
app.command("score")(score_command)
app.command("train")(learning.train_command)
app.command("evaluate")(learning.evaluate_command)
app.command("doctor")(doctor_command)
app.add_typer(rules.app, name="rules")
app.add_typer(lists.app, name="lists")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(ledger.app, name="ledger")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(access.users, name="users")
app.add_typer(access.keys, name="keys")


def _features(channel: str, files: Sequence[Path]) -> Any:
    """What learning from event files takes its columns from."""
    from xiezhi.engine.features import features_of

    return features_of(channel, files)


def _spread(arguments: list[str]) -> list[str]:
    """`--data a b c` as `--data a --data b --data c`: the command line's contract, which Click does not know."""
    found: list[str] = []
    taking = False
    for argument in arguments:
        if taking and not argument.startswith("-") and found[-1] != "--data":
            found.append("--data")
        taking = argument == "--data" or (taking and not argument.startswith("-"))
        found.append(argument)
    return found


def main() -> None:
    """Run a command. A fault that the user can mend is told in two lines and ends with exit code 2."""
    learning.provider = _features
    try:
        app(_spread(sys.argv[1:]))
    except XiezhiError as error:
        say(f"xiezhi: {error}")
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        say("xiezhi: interrupted; what was done so far is kept")
        sys.exit(130)


if __name__ == "__main__":
    main()
