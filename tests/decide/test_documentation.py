"""The reference page is what the code says."""

from __future__ import annotations

from pathlib import Path

from xiezhi.decide.documentation import page
from xiezhi.decide.language.functions import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "rule-language.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run `python -m xiezhi.decide.documentation > docs/rule-language.md`"
    )


def test_the_page_names_every_function():
    assert all(f"`{function.signature}`" in page() for function in FUNCTIONS.values())
