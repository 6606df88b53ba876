"""Now, decisions, search, the demo city, and who sees what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .console import Console
from .pages import a_decision

NEWEST = ".feed-body [role=row]"

MENUS = {
    "viewer": {"now", "decisions", "rules", "demo"},
    "analyst": {"now", "decisions", "rules", "demo", "backtest"},
    "administrator": {"now", "decisions", "rules", "demo", "backtest", "users", "audit"},
}


def newest(console: Console) -> str:
    """The newest row of the feed."""
    return console.page.locator(NEWEST).first.inner_text()


def test_now_streams_pauses_and_resumes(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/now?min_score=0")
    feed = page.get_by_role("region", name=console.words["newest"])
    page.locator(NEWEST).nth(3).wait_for(timeout=90_000)  # the city begins at night
    console.press("pause", feed)
    console.button("resume", feed).wait_for()
    console.has(feed.get_by_role("status"), {"zh": "已暂停", "en": "Paused"}[language])
    before = newest(console)
    # While it is paused more decisions come in: they are counted, and the rows stay.
    console.matches(feed.get_by_role("status"), r"[1-9]")
    assert newest(console) == before
    console.press("resume", feed)
    console.differs(console.page.locator(NEWEST).first, before)


def test_feed_is_filtered_by_channel(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/now?min_score=0&channel=call")
    page.locator(".feed-body .channel-tag").first.wait_for()
    channels = set(page.locator(".feed-body .channel-tag").all_inner_texts())
    assert channels == {{"zh": "通话", "en": "Call"}[language]}


def test_decision_is_explained_and_labelled(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    path = a_decision(console)
    page = console.open(path)
    page.locator("a[href^='/rules/']").first.wait_for()
    if console.button("undo_label").count():
        console.press("undo_label")
    console.press("fraud")
    console.says(console.words["is_fraud"])
    assert console.ask("GET", f"/verdicts/{path.split('/')[-1]}")["label"]["fraud"] is True
    console.press("undo_label")
    console.button("fraud").wait_for()
    assert console.ask("GET", f"/verdicts/{path.split('/')[-1]}")["label"] is None


def test_what_if_judges_again_and_stores_nothing(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    path = a_decision(console)
    page = console.open(path)
    console.press("what_if")
    trial = console.dialog()
    field = trial.locator("form.what-if-form input:not([readonly]):not([role=combobox])").first
    field.wait_for()
    before = console.ask("GET", f"/verdicts/{path.split('/')[-1]}")
    field.fill("7" if field.get_attribute("inputmode") or field.get_attribute("type") == "number" else "x7")
    run = trial.locator("button[type=submit]")
    run.click()
    trial.get_by_text({"zh": "推演结果", "en": "What if"}[language], exact=True).last.wait_for()
    assert console.ask("GET", f"/verdicts/{path.split('/')[-1]}")["score"] == before["score"]
    assert page.url.endswith(path)


def test_viewer_may_neither_label_nor_ask_what_if(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    console.open(a_decision(console))
    assert console.button("fraud").count() == 0
    assert console.button("what_if").count() == 0


def test_search_finds_a_rule_by_keyboard(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.page
    page.keyboard.press("Control+k")
    console.dialog().get_by_role("combobox").fill("call.burst_dialling")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/call.burst_dialling")


def test_search_finds_an_identifier_and_shows_its_life(enter: Callable[..., Console], language: str) -> None:
    console = enter("administrator", language)
    rows = console.ask("GET", "/events?channel=call&limit=1&unmask=true")["items"]
    page = console.page
    page.keyboard.press("Control+k")
    console.dialog().get_by_role("combobox").fill(rows[0]["subject"])
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/identifiers/phone/**")
    page.get_by_role("heading", level=1).wait_for()
    page.locator("tbody tr.ant-table-row").first.wait_for()


def test_demo_city_is_paused_and_started(enter: Callable[..., Console], language: str) -> None:
    console = enter("operator", language)
    page = console.open("/demo")
    try:
        console.press("pause")
        console.button("start").wait_for()
        assert console.ask("GET", "/demo")["running"] is False
    finally:
        console.ask("PUT", "/demo", {"running": True})
    page.reload()
    console.button("pause").wait_for()
    page.locator("tbody tr.ant-table-row").first.wait_for()


def test_viewer_watches_the_demo_city_without_controls(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/demo")
    page.locator("tbody tr.ant-table-row").first.wait_for()
    assert console.button("pause").count() == 0
    assert page.get_by_role("switch", disabled=False).count() == 0


@pytest.mark.parametrize("role", sorted(MENUS))
def test_menu_shows_what_a_role_may_open(enter: Callable[..., Console], language: str, role: str) -> None:
    console = enter(role, language)
    menu = console.page.get_by_role("navigation", name=console.words["navigation"])
    menu.get_by_role("menuitem", name=console.words["demo"]).wait_for()
    shown = {item.strip() for item in menu.get_by_role("menuitem").all_inner_texts()}
    every = set().union(*MENUS.values())
    assert {name for name in every if console.words[name] in shown} == MENUS[role]


def test_pages_are_reached_by_the_keyboard(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.page
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/rules")
    link = page.get_by_role("navigation", name=console.words["navigation"]).locator("a[href='/decisions']")
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/decisions**")
