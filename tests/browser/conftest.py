"""A real server with the demo city, and Chromium, for tests of the console. Skipped where either is missing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .console import Console
from .words import LANGUAGES

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src/xiezhi/api/console/index.html"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser: named by `XIEZHI_CHROMIUM`, or the system's."""
    named = os.environ.get("XIEZHI_CHROMIUM")
    return (
        named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )


@pytest.fixture(scope="session")
def _possible() -> None:
    pytest.importorskip("playwright", reason="playwright is not installed: pip install '.[dev]'")
    if chromium() is None:
        pytest.skip("there is no Chromium: install it, or name it in XIEZHI_CHROMIUM")
    if not BUILT.is_file():
        pytest.skip("the console is not built: cd web && npm ci && npm run build")


@pytest.fixture(scope="session")
def address(_possible: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with a small demo city answers."""
    store = tmp_path_factory.mktemp("browser") / "store"
    told = store.parent / "told.txt"
    command = [sys.executable, "-m", "xiezhi.cli.main", "demo", "--store", str(store), "--port", "0"]
    with told.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--people", "300", "--speed", "600", "--seed", "3"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"},
        )
        try:
            yield _address(server, told)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def _address(server: subprocess.Popen[bytes], told: Path) -> str:
    for _ in range(600):
        found = re.search(r"Open (http://[\d.:]+)", told.read_text("utf-8", "replace"))
        if found:
            return found.group(1)
        try:
            server.wait(0.2)
            break
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError(f"the server did not start:\n{told.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="session")
def browser(_possible: None) -> Iterator[object]:
    """One Chromium for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield found
        found.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each task is done in both languages."""
    found: str = request.param
    return found


@pytest.fixture
def enter(address: str, browser: object) -> Iterator[Callable[..., Console]]:
    """`enter(role, language)` opens a browser window and logs in by the demo's button."""
    opened: list[Console] = []

    def open_one(role: str, language: str, theme: str = "light") -> Console:
        console = Console(browser, address, language, theme)
        opened.append(console)
        console.log_in(role)
        return console

    yield open_one
    faults = [fault for console in opened for fault in console.close()]
    assert faults == []
