"""The console's files, as a browser asks for them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from xiezhi.api.console_files import ConsoleFiles

PAGE = b"<!doctype html><script src=/assets/app-1a2b.js></script>"
SCRIPT = b"console.log('xiezhi')" * 40


@pytest.fixture
def console(tmp_path: Path) -> TestClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "assets/app-1a2b.js").write_bytes(SCRIPT)
    (tmp_path / "assets/app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path.parent / "secret").write_text("secret")
    return TestClient(ConsoleFiles(tmp_path))


def test_every_unknown_address_gets_the_one_page_under_a_strict_policy(console: TestClient) -> None:
    for path in ("/", "/rules/call.burst", "/nothing.js", "/../secret", "/%2e%2e/secret", "/%00"):
        answer = console.get(path)
        assert answer.status_code == 200 and answer.content == PAGE
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy and "http" not in policy and "script-src 'self';" in policy
        assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_digest_are_kept_for_ever_and_sent_packed(console: TestClient) -> None:
    packed = console.get("/assets/app-1a2b.js", headers={"accept-encoding": "gzip"})
    plain = console.get("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
    assert packed.content == plain.content == SCRIPT
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert "immutable" in packed.headers["cache-control"] and packed.headers["vary"] == "accept-encoding"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert console.get("/assets/app-9.js").status_code == 404


def test_what_the_browser_has_is_not_sent_again_until_a_new_build(
    console: TestClient, tmp_path: Path
) -> None:
    tag = console.get("/").headers["etag"]
    again = console.get("/", headers={"if-none-match": tag})
    assert again.status_code == 304 and not again.content
    (tmp_path / "index.html").write_bytes(PAGE + b"<p>new")
    import os

    os.utime(tmp_path / "index.html", (1, 1))
    assert console.get("/", headers={"if-none-match": tag}).status_code == 200


def test_before_a_build_a_page_says_how_to_make_one(tmp_path: Path) -> None:
    client = TestClient(ConsoleFiles(tmp_path))
    answer = client.get("/rules")
    assert answer.status_code == 200 and "npm run build" in answer.text and "尚未构建" in answer.text
    assert client.post("/").status_code == 405 and client.post("/").headers["allow"] == "GET, HEAD"
    assert client.head("/").content == b""
