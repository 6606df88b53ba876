"""The two commands as a user meets them."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.learn.test_training import messages, table, write
from xiezhi.cli.learning import evaluate_command, train_command
from xiezhi.learn.notices import service_notices

app = typer.Typer(rich_markup_mode="rich")
app.command("train")(train_command)
app.command("evaluate")(evaluate_command)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_train_then_evaluate(tmp_path: Path) -> None:
    data = write(messages(), tmp_path / "sms.csv")
    code, said = run("train", "messages", "--data", data, "-o", tmp_path / "model", "--seeds", 1)
    assert code == 0
    assert "macro-F1" in said
    assert (tmp_path / "model" / "card.json").is_file()
    code, said = run("evaluate", "messages", "--model", tmp_path / "model", "--data", data)
    assert code == 0
    assert "warning: the model was trained on sms.csv" in said
    assert (tmp_path / "model" / "evaluation.json").is_file()


@pytest.mark.parametrize(
    ("task", "message"),
    [("apps", "cannot learn `apps`"), ("cals", "did you mean `calls`"), ("calls", "--label")],
)
def test_faults_end_with_two(tmp_path: Path, task: str, message: str) -> None:
    data = write(table(40).rename({"label": "fraud"}), tmp_path / "data.csv")
    code, said = run("train", task, "--data", data, "-o", tmp_path / "model")
    assert code == 2
    assert message in said
    assert not (tmp_path / "model").exists()


def test_help_has_a_worked_example() -> None:
    for command in ("train", "evaluate"):
        code, said = run(command, "--help")
        assert code == 0
        assert f"xiezhi {command} messages" in said


def test_start_loads_no_heavy_library() -> None:
    heavy = ("numba", "polars", "sklearn", "catboost")
    script = f"import sys, xiezhi.cli.learning; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_notices_fill_every_slot() -> None:
    notices = service_notices()
    assert len(notices) >= 700
    assert notices == service_notices()
    assert not any("{" in text or "}" in text for text in notices)
