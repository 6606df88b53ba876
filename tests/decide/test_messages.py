"""What the compiler says about faulty expressions, held in text files that a person can read through.

After a wanted change, `XIEZHI_UPDATE_GOLDEN=1 pytest tests/decide/test_messages.py` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.decide.worlds import VOCABULARY
from xiezhi.decide.language import ExpressionError, check_expression

FOLDER = Path(__file__).parent / "golden"


def expressions(text: str) -> list[str]:
    """Those after `>>> `; lines after `... ` go on."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith(">>> "):
            found.append(line[4:])
        elif line.startswith("... "):
            found[-1] += "\n" + line[4:]
    return found


def answer(expression: str) -> str:
    """What a user sees."""
    try:
        checked = check_expression(expression, VOCABULARY, "call.example")
    except ExpressionError as error:
        return str(error)
    return "\n".join(f"warning: {shown}" for shown in checked.shown_warnings()) or "fine"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_messages_are_those_of_the_golden_file(path: Path):
    before = path.read_text(encoding="utf-8")
    blocks = [
        ">>> " + "\n... ".join(each.split("\n")) + "\n" + answer(each) + "\n" for each in expressions(before)
    ]
    after = "\n".join(blocks)
    if os.environ.get("XIEZHI_UPDATE_GOLDEN"):
        path.write_text(after, encoding="utf-8")
        return
    assert after == before


def test_there_is_a_golden_file_for_every_check():
    names = {path.stem for path in FOLDER.glob("*.txt")}
    assert names >= {"names", "functions", "lists", "types", "patterns", "constants", "signs", "grammar"}
