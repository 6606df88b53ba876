"""Users, keys and the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable

from .console import Console


def test_user_is_made_changed_and_disabled(
    enter: Callable[..., Console], language: str, browser: object, address: str
) -> None:
    name = f"li.wei.{language}"
    console = enter("administrator", language)
    page = console.open("/users")
    console.press("new_user")
    form = console.dialog()
    form.locator("#user-name").fill("Not a name!")
    console.press("save", form)
    form.locator("#user-name").fill(name)
    form.locator("#user-display").fill("李伟")
    console.press("suggest", form)
    password = form.locator("#user-password").input_value()
    assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password)
    console.press("save", form)
    row = page.locator("tbody tr", has_text=name)
    row.wait_for()

    other = Console(browser, address, language)
    other.page.goto(f"{address}/login")
    other.page.get_by_label(other.words["user_name"]).fill(name)
    other.page.get_by_label(other.words["password"], exact=True).fill(password)
    other.page.locator("button[type=submit]").click()
    other.page.get_by_role("navigation", name=other.words["navigation"]).wait_for()
    assert other.ask("GET", "/session")["user"]["role"] == "viewer"

    console.choose(row.get_by_label(console.words["change_role"]), console.words["analyst"])
    console.press("change_role", console.dialog())
    console.has(row, console.words["analyst"])
    row.get_by_role("switch").click()
    console.press("disable", console.dialog())
    console.has(row.locator("label"), {"zh": "停用", "en": "disabled"}[language])
    other.page.goto(f"{address}/rules")
    other.page.wait_for_url("**/login?**")
    assert other.close() == []


def test_password_is_reset(enter: Callable[..., Console], language: str) -> None:
    name = f"reset.{language}"
    console = enter("administrator", language)
    user = {"name": name, "display": "", "role": "viewer", "password": "marble-osprey-quatrain-41"}
    console.ask("POST", "/users", user)
    page = console.open("/users")
    console.press("change", page.locator("tbody tr", has_text=name), exact=False)
    page.get_by_role("menuitem", name=console.words["reset_password"]).click()
    form = console.dialog()
    form.locator("#reset-password").fill("another-marble-osprey-42")
    console.press("reset_password", form)
    console.says(console.words["reset_done"])
    body = {"name": name, "password": "another-marble-osprey-42"}
    status = page.evaluate(
        "async body => (await fetch('/v1/session', {method: 'POST', credentials: 'omit',"
        " headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)})).status",
        body,
    )
    assert status == 200


def test_key_is_shown_once_works_and_is_revoked(enter: Callable[..., Console], language: str) -> None:
    console = enter("administrator", language)
    page = console.open("/users?tab=keys")
    console.press("new_key")
    form = console.dialog()
    form.locator("#key-name").fill(f"gateway {language}")
    form.locator(".key-scope", has_text="rules.read").click()
    console.press("save", form)
    secret = page.get_by_label(console.words["secret"]).last.input_value()
    assert secret.startswith("xz_")
    console.press("copied_it")
    console.count(page.get_by_label(console.words["secret"]), 0)
    assert secret not in page.content()

    use = (
        "async secret => (await fetch('/v1/rules', {credentials: 'omit',"
        " headers: {Authorization: `Bearer ${secret}`}})).status"
    )
    assert page.evaluate(use, secret) == 200
    row = page.locator("tbody tr", has_text=f"gateway {language}")
    console.press("revoke", row, exact=False)
    console.press("revoke", console.dialog())
    console.count(row, 0)
    assert page.evaluate(use, secret) == 401


def test_audit_log_is_read_as_sentences_and_filtered(enter: Callable[..., Console], language: str) -> None:
    console = enter("administrator", language)
    rule = {
        "id": f"call.audited_{language}",
        "channel": "call",
        "when": "duration > 5",
        "weight": 1,
        "group": "behaviour",
        "fraud_type": "drainage.robocalls",
        "explain": {"zh": "通话 {duration}", "en": "a call of {duration}"},
        "source": None,
    }
    console.ask("POST", "/rules", {"rule": rule})
    page = console.open("/audit")
    console.has(page.locator("tbody tr.ant-table-row").first, console.words["saved_rule"])
    console.choose(page.get_by_label(console.words["what"], exact=True), console.words["saved_rule"])
    page.wait_for_url("**what=save_rule**")
    rows = page.locator("tbody tr.ant-table-row")
    console.count(rows.filter(has_not_text=console.words["saved_rule"]), 0)
    console.has(rows.first, console.words["saved_rule"])


def test_others_than_administrators_do_not_get_in(enter: Callable[..., Console], language: str) -> None:
    console = enter("operator", language)
    navigation = console.page.get_by_role("navigation", name=console.words["navigation"])
    assert console.words["audit"] not in navigation.inner_text()
    page = console.page
    page.goto(f"{console.address}/users")
    console.says("users.manage")
