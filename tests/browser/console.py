"""A window of the browser with the console in it, and what tests do there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .words import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Response

PATIENCE = 30_000
"""Milliseconds that something may take to appear; the server shares its cores with other tests."""

STILL = """
async (each) => {
  for (let last = '', frames = 0; frames < 10; ) {
    await new Promise(requestAnimationFrame)
    const now = JSON.stringify(each.getBoundingClientRect())
    frames = now === last ? frames + 1 : 0
    last = now
  }
}
"""
"""Waits until something has kept its place and size for ten frames."""


class Console:
    """One log-in in a window of its own."""

    def __init__(self, browser: Any, address: str, language: str, theme: str = "light") -> None:
        self.address, self.language = address, language
        self.words = WORDS[language]
        self.faults: list[str] = []
        self._context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme=theme)
        self._context.set_default_timeout(PATIENCE)
        # Only at first: a language that was chosen later must outlive a reload.
        self._context.add_init_script(
            "if (!localStorage.getItem('xiezhi.language'))"
            f" localStorage.setItem('xiezhi.language', '{language}')"
        )
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._look)

    def _look(self, answer: Response) -> None:
        if answer.status >= 500:
            self.faults.append(f"{answer.request.method} {answer.url}: {answer.status}")
        if not answer.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"an address outside was called: {answer.url}")

    def log_in(self, role: str) -> None:
        """By the button of the demo's log-in."""
        self.page.goto(f"{self.address}/login")
        self.page.locator(".demo-roles").get_by_role("button", name=self.words[role]).click()
        self.page.get_by_role("navigation", name=self.words["navigation"]).wait_for()

    def open(self, path: str) -> Page:
        """A page by its address, once its heading is there."""
        self.page.goto(f"{self.address}{path}")
        self.page.get_by_role("heading", level=1).first.wait_for()
        return self.page

    def button(self, word: str, within: Locator | None = None, exact: bool = True) -> Locator:
        """A button by its word, whatever icon stands before it."""
        end = "$" if exact else ""
        name = re.compile(rf"(^|\s){re.escape(self.words[word])}{end}")
        return (within or self.page).get_by_role("button", name=name)

    def press(self, word: str, within: Locator | None = None, exact: bool = True) -> None:
        """Press a button."""
        self.button(word, within, exact).first.click()

    def dialog(self) -> Locator:
        """The dialogue or drawer in front, once it has stopped moving: one that still grows can move its button away
        between a press and its release, and such a click reaches nothing."""
        found = self.page.get_by_role("dialog").last
        found.evaluate(STILL)
        return found

    def says(self, text: str) -> Locator:
        """Wait until a text stands on the page."""
        found = self.page.get_by_text(text).first
        found.wait_for()
        return found

    def count(self, found: Locator, number: int) -> None:
        """Wait until there are as many of something."""
        from playwright.sync_api import expect

        expect(found).to_have_count(number, timeout=PATIENCE)

    def has(self, found: Locator, text: str) -> None:
        """Wait until something holds a text."""
        from playwright.sync_api import expect

        expect(found).to_contain_text(text, timeout=PATIENCE)

    def matches(self, found: Locator, pattern: str) -> None:
        """Wait until something's text has a pattern."""
        from playwright.sync_api import expect

        expect(found).to_have_text(re.compile(pattern), timeout=PATIENCE)

    def differs(self, found: Locator, text: str) -> None:
        """Wait until something's text is another."""
        from playwright.sync_api import expect

        expect(found).not_to_have_text(text, use_inner_text=True, timeout=PATIENCE)

    def choose(self, field: Locator, option: str) -> None:
        """An option of a list that opens below a field."""
        field.click()
        if field.get_attribute("readonly") is None and field.evaluate("each => each.tagName") == "INPUT":
            self.page.keyboard.type(option)
        shown = self.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")
        shown.locator(".ant-select-item-option", has_text=option).first.click()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API as whoever is logged in here, for what a test needs to find."""
        answer = self.page.evaluate(
            """async ([method, path, body]) => {
                const session = await (await fetch('/v1/session')).json()
                const headers = { 'X-CSRF-Token': session.csrf }
                if (typeof body !== 'string') headers['Content-Type'] = 'application/json'
                const sent = body === null ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
                const answer = await fetch('/v1' + path, { method, headers, body: sent })
                return { status: answer.status, text: await answer.text() }
            }""",
            [method, path, body],
        )
        assert answer["status"] < 400, f"{method} {path}: {answer}"
        return json.loads(answer["text"]) if answer["text"] else None

    def until(self, path: str, key: str, wanted: str) -> Any:
        """Ask again until a value of the answer is as wanted."""
        for _ in range(100):
            found = self.ask("GET", path)
            if found[key] == wanted:
                return found
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{path}: {key} did not become {wanted}")

    def close(self) -> list[str]:
        """Close the window; what went wrong in it."""
        self._context.close()
        return self.faults


def number_in(text: str) -> int:
    """The first number in a text."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found.group().replace(",", ""))
