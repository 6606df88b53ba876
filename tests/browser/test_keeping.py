"""Lists, snoozes, dead letters, models and jobs."""

from __future__ import annotations

from collections.abc import Callable

from .console import Console

PHONES = {"zh": "17000000011", "en": "17000000022"}


def test_list_entry_is_checked_added_removed_and_put_back(
    enter: Callable[..., Console], language: str
) -> None:
    console = enter("operator", language)
    page = console.open("/lists/deny_numbers")
    console.press("add_entry")
    form = console.dialog()
    form.locator("#entry-value").fill("not a number")
    form.locator("#entry-reason").fill(f"reported {language}")
    console.press("add", form)
    console.says(console.words["value_shape"])
    form.locator("#entry-value").fill(PHONES[language])
    console.press("add", form)
    row = page.locator("tbody tr", has_text=f"reported {language}")
    row.wait_for()
    assert PHONES[language] not in row.inner_text()

    row.get_by_role("button", name=console.words["remove"]).click()
    console.count(row, 0)
    console.press("undo")
    row.wait_for()
    found = console.ask("GET", "/lists/deny_numbers")["items"]
    assert [entry["reason"] for entry in found].count(f"reported {language}") == 1


def test_showing_an_entry_in_full_is_logged(enter: Callable[..., Console], language: str) -> None:
    console = enter("administrator", language)
    entry = {
        "kind": "phone",
        "value": f"1700000003{len(language)}{language == 'zh':d}",
        "reason": f"shown {language}",
    }
    console.ask("POST", "/lists/deny_numbers/entries", entry)
    page = console.open("/lists/deny_numbers")
    row = page.locator("tbody tr", has_text=f"shown {language}")
    row.get_by_role("button", name=console.words["show"]).click()
    console.has(row, entry["value"])
    page = console.open("/audit")
    console.has(
        page.locator("tbody tr.ant-table-row", has_text="deny_numbers").first, console.words["read_in_clear"]
    )


def test_viewer_is_told_why_lists_cannot_be_changed(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    console.open("/lists/deny_numbers")
    console.says(console.words["only_list_writers"])
    assert console.button("add_entry").is_disabled()


def test_snooze_is_set_and_ended(enter: Callable[..., Console], language: str) -> None:
    rule = {"zh": "call.burst_dialling", "en": "call.new_number_burst"}[language]
    console = enter("operator", language)
    page = console.open("/lists/snoozes")
    console.press("add_snooze")
    form = console.dialog()
    console.choose(form.locator("#snooze-rule"), rule)
    form.locator("#snooze-value").fill("02088886666")
    form.locator(".ant-btn-sm").nth(1).click()
    console.press("add", form)
    row = page.locator("tbody tr", has_text=rule)
    row.wait_for()
    console.press("end_snooze", row, exact=False)
    console.count(row, 0)


def bad_rows(console: Console, count: int) -> str:
    """Send a file with rows that cannot be taken in; the name of its source."""
    name = f"rows_{console.language}_{count}.csv"
    lines = ["id,ts,caller,callee,duration"]
    lines += [f"b{at},2026-03-01 10:0{at}:00,1390000{at:04d},13900000003,long" for at in range(count)]
    job = console.ask("POST", f"/ingest?channel=call&format=csv&name={name}", "\n".join(lines) + "\n")
    console.until(f"/jobs/{job['id']}", "state", "done")
    return name


def test_dead_letter_is_mended_and_taken_in(enter: Callable[..., Console], language: str) -> None:
    console = enter("operator", language)
    name = bad_rows(console, 2)
    page = console.open("/dead-letters")
    rows = page.locator("tbody tr", has_text=name)
    console.count(rows, 2)
    console.press("mend", rows.first)
    form = console.dialog()
    form.locator("#mend-duration").fill("12")
    console.press("retry", form)
    console.says(console.words["retried"])
    console.count(rows, 1)


def test_dead_letters_of_a_source_are_retried_together(enter: Callable[..., Console], language: str) -> None:
    console = enter("operator", language)
    name = bad_rows(console, 3)
    page = console.open("/dead-letters")
    console.choose(page.get_by_label(console.words["sources"]), name)
    console.press("retry_all")
    console.press("retry_all", console.dialog())
    console.has(page.get_by_role("status").filter(has_text=console.words["retry_done"]), "3")


def test_dead_letters_are_exported(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    bad = enter("operator", language)
    bad_rows(bad, 1)
    page = console.open("/dead-letters")
    with page.expect_download() as download:
        page.get_by_role("link", name=console.words["export"]).click()
    assert "long" in download.value.path().read_text("utf-8")


def test_model_card_is_read(enter: Callable[..., Console], language: str) -> None:
    console = enter("viewer", language)
    page = console.open("/models")
    page.locator("article", has_text="model.transfers").get_by_role("button").click()
    card = console.dialog()
    card.get_by_role("heading", name=console.words["calibration"], exact=True).wait_for()
    card.get_by_role("img", name=console.words["calibration"]).wait_for()
    assert "AUC" in card.inner_text()


def test_backtest_runs_and_tells_what_would_change(enter: Callable[..., Console], language: str) -> None:
    console = enter("analyst", language)
    page = console.open("/backtest?rule=call.burst_dialling")
    page.locator(".ant-segmented-item", has_text=console.words["everything"]).click()
    page.locator(
        ".ant-select-selection-item, .ant-select-content", has_text="call.burst_dialling"
    ).first.wait_for()
    console.press("start_backtest")
    result = page.get_by_role("region", name=console.words["result"])
    console.has(result, console.words["blast"])
    console.has(result, console.words["recall"])
    assert "job=" in page.url
    page.reload()
    console.has(page.get_by_role("region", name=console.words["result"]), console.words["blast"])
    page = console.open("/jobs")
    page.locator("tbody tr.ant-table-row").first.wait_for()
