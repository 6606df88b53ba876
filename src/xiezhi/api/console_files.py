"""The console's built files: an application of one page, whose other files carry their digest in their names."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).with_name("console")
"""Where the build of `web/` puts its files."""

INDEX = "index.html"
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The component library sets styles on elements; it can run no code through them.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

_UNBUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>獬豸 Xiezhi</title>
<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem">
<h1>獬豸 Xiezhi</h1>
<p lang="zh-CN">服务器正在运行，但控制台尚未构建。在源码目录运行：</p>
<p lang="en">The server is running, but its console has not been built yet. In the source folder run:</p>
<pre>cd web &amp;&amp; npm ci &amp;&amp; npm run build</pre>
<p><span lang="zh-CN">然后重新加载本页。接口说明见</span>
<span lang="en">and load this page again. The API is described in</span> <code>/v1/openapi.json</code>.</p>
</body></html>
""".encode()


@dataclass(frozen=True, slots=True)
class _Found:
    """A file ready to be sent: its bytes by encoding (`""` as it is)."""

    bodies: dict[str, bytes]
    media_type: str
    tag: str
    caching: str


class ConsoleFiles:
    """ASGI application: files below `folder`; any other address gets the one page, which knows where it is.

    Files are read once and kept; `index.html` is looked at again when it has changed, as after a build.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._stamp: float = -1.0
        self._files: dict[str, _Found] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            return
        if scope["method"] not in ("GET", "HEAD"):
            from xiezhi.api.problems import problem

            refused = problem(
                405, "pages are only read", "the API is below /v1/", headers={"allow": "GET, HEAD"}
            )
            await refused(scope, receive, send)
            return
        self._renew()
        path = scope["path"].lstrip("/") or INDEX
        found = self._files.get(path)
        if found is None and path.startswith("assets/"):
            missing = Response("there is no such file", 404, {**SECURE, "cache-control": _ASK})
            await missing(scope, receive, send)
            return
        if found is None:
            found = self._files.get(INDEX)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = _unbuilt() if found is None else _answer(found, headers)
        if scope["method"] == "HEAD":
            answer.body = b""
        await answer(scope, receive, send)

    def _renew(self) -> None:
        try:
            stamp = (self._folder / INDEX).stat().st_mtime
        except OSError:
            stamp = -1.0
        if stamp != self._stamp:
            self._files = _read(self._folder) if stamp >= 0 else {}
            self._stamp = stamp


def _read(folder: Path) -> dict[str, _Found]:
    """All files that may be served, by their path below the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.suffix in (".br", ".gz", ".map") or name.startswith("."):
            continue
        plain = path.read_bytes()
        bodies = {"": plain}
        for encoding, suffix in _ENCODINGS:
            packed = path.with_name(path.name + suffix)
            if packed.is_file():
                bodies[encoding] = packed.read_bytes()
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        tag = hashlib.sha256(plain).hexdigest()[:24]
        found[name] = _Found(bodies, kind, tag, _FOREVER if name.startswith("assets/") else _ASK)
    return found


def _answer(found: _Found, headers: dict[str, str]) -> Response:
    accepted = {
        part.split(";", 1)[0].strip()
        for part in headers.get("accept-encoding", "").split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    encoding = next((name for name, _ in _ENCODINGS if name in accepted and name in found.bodies), "")
    tag = f'"{found.tag}{"-" + encoding if encoding else ""}"'
    told = {**SECURE, "cache-control": found.caching, "etag": tag, "vary": "accept-encoding"}
    known = {each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers=told)
    if encoding:
        told["content-encoding"] = encoding
    return Response(found.bodies[encoding], headers=told, media_type=found.media_type)


def _unbuilt() -> Response:
    return Response(_UNBUILT, headers={**SECURE, "cache-control": "no-store"}, media_type="text/html")
