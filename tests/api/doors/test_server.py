"""The server as a process: it starts, says how to get in, decides for a key, and ends with everything written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx

from tests.api.doors.worlds import SCAM

SERVE = (sys.executable, "-m", "xiezhi.cli.main", "serve", "--port", "0", "--store")


def test_a_real_server_lets_the_first_administrator_in_and_ends_with_a_checkpoint(tmp_path: Path) -> None:
    process = subprocess.Popen([*SERVE, str(tmp_path)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        lines = [process.stderr.readline(), process.stderr.readline()]
        address = re.search(r"http://127\.0\.0\.1:\d+", lines[0])
        token = re.search(r"token=(\S+)", lines[1])
        assert address and token, lines
        with httpx.Client(base_url=address.group(), timeout=20) as client:
            assert client.post("/v1/decide", json=SCAM).status_code == 401
            asked = {"token": token.group(1), "name": "first", "password": "seven kites over the river"}
            session = client.post("/v1/setup", json=asked)
            assert session.status_code == 201
            csrf = {"x-csrf-token": session.json()["csrf"]}
            made = client.post(
                "/v1/keys", json={"name": "till", "scopes": ["decide.run"], "expires_at": None}, headers=csrf
            )
            key = {"authorization": f"Bearer {made.json()['secret']}"}
        with httpx.Client(base_url=address.group(), timeout=20, headers=key) as client:
            decided = client.post("/v1/decide", json=SCAM)
            assert decided.status_code == 200 and decided.json()["offset"] == 0
            assert client.get("/v1/events").status_code == 403
            page = client.get("/rules/anything")
            assert page.status_code == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    finally:
        process.terminate()
        process.wait(20)
    assert list((tmp_path / "checkpoints").glob("*.npz"))
    assert list((tmp_path / "history").glob("*/message.parquet"))
    assert list((tmp_path / "history").glob("*/identifiers.postings"))


def test_the_document_names_no_outside_address(tmp_path: Path) -> None:
    process = subprocess.Popen([*SERVE, str(tmp_path)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert address
        document = httpx.get(address.group() + "/v1/openapi.json", timeout=20)
        assert document.status_code == 200 and "http://" not in json.dumps(document.json()).replace(
            "http://icbc", ""
        )
        assert (
            httpx.get(address.group() + "/docs", timeout=20).headers["content-type"].startswith("text/html")
        )
    finally:
        process.terminate()
        process.wait(20)
