"""All pages of the console by their addresses, for what holds of every one of them."""

from __future__ import annotations

from .console import Console

PAGES = (
    "/now",
    "/demo",
    "/decisions",
    "/rules",
    "/rules/call.burst_dialling",
    "/rules/call.burst_dialling/edit",
    "/rules/new",
    "/backtest",
    "/lists",
    "/lists/snoozes",
    "/models",
    "/models?model=model.transfers",
    "/dead-letters",
    "/jobs",
    "/users",
    "/users?tab=keys",
    "/audit",
)


def a_decision(console: Console) -> str:
    """The address of the newest decision with a signal; waits until the city has brought one."""
    for _ in range(150):
        found = console.ask("GET", "/verdicts?limit=1")["items"]
        if found:
            return f"/decisions/{found[0]['offset']}"
        console.page.wait_for_timeout(400)
    raise AssertionError("the city brought nothing suspicious")


def settle(console: Console) -> None:
    """Wait until a page shows what it asked for."""
    page = console.page
    page.locator(".ant-skeleton, .ant-spin-spinning").first.wait_for(state="detached")
    page.wait_for_timeout(400)  # fades that would be read as weak contrast
