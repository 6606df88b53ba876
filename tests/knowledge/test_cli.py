"""`xiezhi knowledge` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from xiezhi.cli.knowledge import app
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.documentation import fraud_types_page

runner = CliRunner(env={"COLUMNS": "200"})


def test_check_says_what_there_is() -> None:
    result = runner.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "8 channels" in result.output and "no problems" in result.output


def test_check_names_the_faults_of_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("prior:\n  cal: -7\n", encoding="utf-8")
    result = runner.invoke(app, ["check", "--knowledge", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{tmp_path / 'policy.yaml'}:2: unknown channel `cal`\n  -> did you mean `call`?" in result.output
    assert "1 problem(s)" in result.output


def test_types_lists_every_kind() -> None:
    result = runner.invoke(app, ["types"])
    assert result.exit_code == 0
    assert [kind for kind in load_knowledge().taxonomy.kinds if kind not in result.output] == []


def test_types_by_scheme() -> None:
    result = runner.invoke(app, ["types", "--scheme", "ccl2023"])
    assert result.exit_code == 0
    assert "网黑案件" in result.output and "impersonation.military" in result.output


def test_types_as_a_page() -> None:
    assert runner.invoke(app, ["types", "--markdown"]).output == fraud_types_page(load_knowledge().taxonomy)


def test_an_unknown_scheme_is_answered_with_the_nearest() -> None:
    with pytest.raises(XiezhiError, match="did you mean `ccl2023`"):
        runner.invoke(app, ["types", "--scheme", "ccl2032"], catch_exceptions=False)
