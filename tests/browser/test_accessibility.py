"""axe finds nothing serious or critical on any page, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .console import Console
from .pages import PAGES, a_decision, settle

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
LOOKS = [("zh", "light"), ("en", "dark")]
DIALOGUES = [("/lists/deny_numbers", "add_entry"), ("/users", "new_user"), ("/users?tab=keys", "new_key")]

pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is missing: cd web && npm ci")


def findings(console: Console) -> list[str]:
    """Serious and critical findings of axe on the page as it is."""
    page = console.page
    # Evaluated, not added as a script: the console's policy lets no script in but its own.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{page.url} {each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages(enter: Callable[..., Console], language: str, theme: str) -> None:
    console = enter("administrator", language, theme)
    found = []
    for path in (*PAGES, a_decision(console)):
        console.open(path)
        settle(console)
        found += findings(console)
    assert found == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_dialogues(enter: Callable[..., Console], language: str, theme: str) -> None:
    console = enter("administrator", language, theme)
    found = []
    for path, word in DIALOGUES:
        console.open(path)
        console.press(word)
        console.dialog().wait_for()
        settle(console)
        found += findings(console)
    assert found == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_log_in(browser: object, address: str, language: str, theme: str) -> None:
    console = Console(browser, address, language, theme)
    console.page.goto(f"{address}/login")
    console.page.locator(".demo-roles").wait_for()
    settle(console)
    assert findings(console) == []
    assert console.close() == []
