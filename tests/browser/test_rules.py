"""Rules from the table to the editor, through their stages, and back."""

from __future__ import annotations

from collections.abc import Callable

from .console import Console


def write(console: Console, condition: str) -> None:
    """Put a condition into the editor, as a person types it."""
    page = console.page
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(condition)
    page.keyboard.press("Escape")


def stage(console: Console, word: str, now: str) -> None:
    """Take a rule to another stage, and wait until it is there."""
    page = console.page
    life = page.get_by_role("region", name=console.words["life"])
    console.press(word, life)
    console.press(word, console.dialog())
    console.count(page.get_by_role("dialog"), 0)
    page.locator(f".life-steps li[aria-current]:nth-child({now})").wait_for()


def test_filters_find_rules_and_say_when_there_is_none(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/rules")
    search = page.get_by_role("textbox", name=console.words["search_rules"])
    search.fill("burst_dialling")
    console.count(page.locator("tbody tr.ant-table-row"), 1)
    assert "call.burst_dialling" in page.locator("tbody tr.ant-table-row").inner_text()
    assert "q=burst_dialling" in page.url
    search.fill("no such rule at all")
    console.says(console.words["no_match"])
    console.press("clear")
    page.locator("tbody tr.ant-table-row").nth(5).wait_for()


def test_rules_are_sorted_by_a_column(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/rules")
    page.locator("tbody tr.ant-table-row").first.wait_for()
    page.locator("th").nth(3).click()
    weights = page.locator("tbody tr.ant-table-row td:nth-child(4)").all_inner_texts()
    assert weights == sorted(weights, key=float)
    assert len(set(weights)) > 1


def test_viewer_is_told_why_a_rule_cannot_be_moved(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/rules/call.burst_dialling")
    console.says(console.words["only_publishers"])
    life = page.get_by_role("region", name=console.words["life"])
    assert life.get_by_role("button").first.is_disabled()
    assert console.button("edit").count() == 0


def test_editor_shows_a_fault_in_place_and_completes(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    page = console.open("/rules/new")
    write(console, "caller.calls.1h >= 20 and callr == 'x'")
    console.has(page.locator(".code-fault"), "callr")
    check = page.get_by_role("region", name=console.words["check"])
    check.locator(".code-caret mark").wait_for()
    assert "caller" in check.inner_text()
    assert console.button("save_draft").is_disabled()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("caller.callees.1")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.wait_for_timeout(300)  # it takes no Enter that may have been meant for the text
    page.keyboard.press("Enter")
    console.has(page.locator(".cm-content"), "caller.callees.1h")
    page.keyboard.type(' > 5 and gateway == "inter')
    page.locator(".cm-tooltip-autocomplete li", has_text="international").wait_for()


def test_rule_goes_from_draft_to_live_and_back(enter: Callable[..., Console], language: str) -> None:
    rule = f"call.browser_{language}"
    console = enter("administrator", language)
    page = console.open("/rules")
    console.press("new_rule")
    page.locator("#rule-id").fill(rule)
    write(console, "caller.calls.1h >= 2")
    console.choose(page.locator("#rule-type"), "drainage.robocalls")
    page.locator("#explain-zh").fill("一小时内呼出 {caller.calls.1h} 次")
    page.locator("#explain-en").fill("{caller.calls.1h} calls within an hour")
    console.says(console.words["usable"])
    console.press("dry_run")
    console.says(console.words["hits"])
    page.keyboard.press("Control+s")
    page.wait_for_url(f"**/rules/{rule}")
    stage(console, "to_shadow", "2")
    stage(console, "to_live", "4")

    console.press("edit")
    write(console, "caller.calls.1h >= 3 and answered")
    console.says(console.words["usable"])
    console.button("save_draft").click()
    page.wait_for_url(f"**/rules/{rule}")
    console.has(page.locator("ins.change-in").first, "3")
    stage(console, "to_shadow", "2")
    life = page.get_by_role("region", name=console.words["life"])
    console.press("to_share", life)
    page.get_by_role("slider").press("ArrowRight")
    console.press("to_share", console.dialog())
    console.count(page.get_by_role("dialog"), 0)
    page.locator(".life-steps li[aria-current]:nth-child(3)").wait_for()
    assert console.ask("GET", f"/rules/{rule}")["share"] == 0.11
    stage(console, "to_live", "4")

    console.press("roll_back")
    console.has(console.dialog().locator("del.change-out").last, "answered")
    console.press("roll_back", console.dialog())
    console.until(f"/rules/{rule}", "acting", 1)  # type: ignore[arg-type]


def test_draft_survives_a_reload(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    page = console.open("/rules/call.burst_dialling/edit")
    page.locator(".cm-line").first.wait_for()
    write(console, "caller.calls.1h >= 77")
    console.says(console.words["usable"])
    page.reload()
    page.locator(".cm-line", has_text="77").wait_for()
    assert "77" in page.locator(".cm-content").inner_text()


def test_functions_are_explained_and_inserted(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    page = console.open("/rules/new")
    page.locator(".ant-collapse-header", has_text=console.words["functions"]).click()
    page.locator(".function-list button").first.click()
    name = page.locator(".function-list button").first.inner_text().split("(")[0]
    console.has(page.locator(".cm-content"), f"{name}(")
