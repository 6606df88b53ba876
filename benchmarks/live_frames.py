"""Frames of the console's *Now* page while a server is fed decisions, measured in Chromium.

    python benchmarks/live_frames.py [--rate 1000] [--seconds 30]

A demo server runs on a store of its own, its city held still. Transfers, calls and messages are sent to it over
loopback at a steady rate, as batches, ten a second. Chromium shows the *Now* page with every decision in the feed
(no least score), and counts the time between animation frames and the long tasks (over 50 ms of the page's own
thread). The same is measured first with nothing sent, so that the machine's own unrest can be told apart.
Needs the console built, Playwright, and Chromium (or its path in `XIEZHI_CHROMIUM`). Ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from http_decisions import bodies

COMMAND = (sys.executable, "-m", "xiezhi.cli.main", "demo", "--port", "0", "--people", "50", "--speed", "1")
BATCHES = 10
"""Requests a second."""
START_SECONDS = 120
WATCH = """() => {
  window.frames_seen = []; window.tasks_seen = []
  let before = performance.now()
  const next = (now) => { window.frames_seen.push(now - before); before = now; requestAnimationFrame(next) }
  requestAnimationFrame(next)
  new PerformanceObserver((list) => list.getEntries().forEach((each) => window.tasks_seen.push(each.duration)))
    .observe({ entryTypes: ['longtask'] })
}"""


class Feeder(threading.Thread):
    """Sends events at a steady rate from a process's own thread; `sent` says how many were answered."""

    def __init__(self, ask: Any, rate: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._ask, self._rate, self._seconds = ask, rate, seconds
        self._rows = [json.loads(body) for body in bodies(int(rate * seconds))]
        self.sent, self.wall = 0, 0.0

    def run(self) -> None:
        began, size = time.monotonic(), self._rate // BATCHES
        for turn, at in enumerate(range(0, len(self._rows), size)):
            time.sleep(max(0.0, began + turn / BATCHES - time.monotonic()))
            if time.monotonic() - began > 2 * self._seconds:
                break
            part = self._rows[at : at + size]
            self._ask(part)
            self.sent += len(part)
        self.wall = time.monotonic() - began


def measured(page: Any, seconds: float) -> dict[str, float]:
    """Gaps between frames and long tasks within a time, in milliseconds."""
    page.evaluate("() => { window.frames_seen.length = 0; window.tasks_seen.length = 0 }")
    page.wait_for_timeout(seconds * 1000)
    frames, tasks = page.evaluate("() => [window.frames_seen, window.tasks_seen]")
    frames.sort()
    tasks.sort()
    return {
        "frames": len(frames),
        "p50": frames[len(frames) // 2],
        "p99": frames[int(len(frames) * 0.99)],
        "worst": frames[-1],
        "over_100": sum(gap > 100 for gap in frames),
        "tasks": len(tasks),
        "task_worst": tasks[-1] if tasks else 0.0,
        "tasks_over_100": sum(task > 100 for task in tasks),
    }


def address_of(server: subprocess.Popen[bytes], told: Path) -> str:
    """Where the server answers. Raises `SystemExit` when it does not start."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"Open (http://[\d.:]+)", told.read_text("utf-8", "replace")):
            return found.group(1)
        time.sleep(0.2)
    raise SystemExit(f"the server did not start:\n{told.read_text('utf-8', 'replace')}")


def sender(address: str, context: Any) -> Any:
    """A function that sends events with the browser's session, but not through the browser."""
    session = context.request.get(f"{address}/v1/session").json()
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
    headers = {
        "Cookie": cookies,
        "X-CSRF-Token": session["csrf"],
        "Origin": address,
        "Content-Type": "application/json",
    }

    def send(rows: list[dict[str, Any]]) -> None:
        body = json.dumps({"events": rows}).encode()
        with urllib.request.urlopen(
            urllib.request.Request(f"{address}/v1/decide-many", body, headers), timeout=60
        ) as answer:
            answer.read()

    return send


def run(address: str, rate: int, seconds: float) -> tuple[dict[str, float], dict[str, float], float]:
    """Frames with nothing sent, frames under load, and events a second that were answered."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("XIEZHI_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.goto(f"{address}/login")
        page.locator(".demo-roles button").last.click()
        page.locator("nav").first.wait_for()
        page.goto(f"{address}/now?min_score=0")
        page.locator(".feed-table").wait_for()
        page.evaluate(WATCH)
        page.wait_for_timeout(3000)
        still = measured(page, min(seconds, 10))
        feeder = Feeder(sender(address, context), rate, seconds + 5)
        feeder.start()
        page.wait_for_timeout(3000)
        loaded = measured(page, seconds)
        shown = page.locator(".feed-row").count() - 1
        feeder.join(seconds + 30)
        browser.close()
    if shown < 10:
        raise SystemExit("hardly a decision was shown: what was measured means nothing")
    return still, loaded, feeder.sent / feeder.wall


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=1000, help="events a second")
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.txt"
        with told.open("wb") as out:
            server = subprocess.Popen(
                [*COMMAND, "--store", f"{folder}/store"], stdout=out, stderr=subprocess.STDOUT
            )
        try:
            still, loaded, rate = run(address_of(server, told), given.rate, given.seconds)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    print(f"{rate:,.0f} decisions a second were answered of {given.rate:,} wanted")
    head = ("frames", "p50", "p99", "worst", ">100", "long tasks", "worst", ">100")
    print(f"{'ms':12} " + " ".join(f"{name:>10}" for name in head))
    for name, found in (("still", still), ("under load", loaded)):
        print(f"{name:12} " + " ".join(f"{value:10,.1f}" for value in found.values()))


if __name__ == "__main__":
    main()
