"""Lets a request in or not: its key or cookie, its origin, its rate. A few microseconds, no waiting."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.types import Scope

from xiezhi.api.access import denial
from xiezhi.api.access.addresses import address_of, group_of
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.denial import Denial, too_many
from xiezhi.api.access.directory import Directory, Known
from xiezhi.api.access.limits import Buckets
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.access.tokens import csrf_of
from xiezhi.domain.errors import XiezhiError

COOKIE = "xiezhi_session"
LOOK_EVERY = 1.0
"""Seconds between two looks at whether another process has changed keys or users."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE = f"{COOKIE}=".encode()


class Gate:
    """The one place where it is decided who somebody is. `ticks` is a steady clock (s), `clock` the time of day."""

    def __init__(
        self,
        directory: Directory,
        settings: AccessSettings,
        ticks: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
        flush: Callable[[], None] = lambda: None,
    ) -> None:
        self._directory, self._settings = directory, settings
        self._ticks, self._clock, self._flush = ticks, clock, flush
        self._per_key, self._per_session = Buckets(settings.per_key), Buckets(settings.per_session)
        self._per_address = Buckets(settings.per_address)
        self._refused = Buckets(settings.refused_per_address)
        self._look_at = 0.0

    def check(self, scope: Scope, shared: bool = False) -> Caller | Denial:
        """Who sends a request. `shared` gives the same `Caller` for each request of one key at one address."""
        now = self._ticks()
        if now >= self._look_at:
            self._look(now)
        key = cookie = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                key = value
            elif name == b"cookie":
                cookie = value if cookie is None else cookie + b"; " + value
        address = address_of(scope, self._settings.proxies)
        place = group_of(address)
        if wait := self._per_address.wait(place, now):
            return too_many("from your address", wait)
        found = self._by_key(key, now) if key is not None else self._by_cookie(cookie, scope, now)
        if isinstance(found, Known):
            return found.caller(address) if shared else found.fresh(address)
        if found.status == 401 and (wait := self._refused.wait(place, now)):
            return too_many("without a valid log-in from your address", wait)
        return found

    def door(self, scope: Scope) -> str | Denial:
        """For the operations before a log-in: the caller's address, unless a foreign page or a flood sends it."""
        if foreign(scope, self._settings.origins):
            return denial.FOREIGN
        address = address_of(scope, self._settings.proxies)
        wait = self._per_address.wait(group_of(address), self._ticks())
        return too_many("from your address", wait) if wait else address

    def _by_key(self, header: bytes, now: float) -> Known | Denial:
        if header[:7].lower() != b"bearer ":
            return denial.BAD_KEY
        known = self._directory.keys.get(sha256(header[7:].strip()).digest())
        if known is None:
            return denial.BAD_KEY
        time_of_day = self._clock()
        if time_of_day >= known.expires:
            return denial.OLD_KEY
        if wait := self._per_key.wait(known.id, now):
            return too_many("with this key", wait)
        known.seen = time_of_day
        return known

    def _by_cookie(self, header: bytes | None, scope: Scope, now: float) -> Known | Denial:
        token = token_in(header)
        if not token:
            return denial.NOT_LOGGED_IN
        known = self._directory.sessions.get(sha256(token).digest())
        time_of_day = self._clock()
        if known is None or not self.alive(known, time_of_day):
            return denial.ENDED
        if scope["method"] not in SAFE:
            if foreign(scope, self._settings.origins):
                return denial.FOREIGN
            if not hmac.compare_digest(_header(scope, b"x-csrf-token"), csrf_of(token).encode()):
                return denial.FORGED
        if wait := self._per_session.wait(known.id, now):
            return too_many("in this session", wait)
        known.seen = time_of_day
        return known

    def still(self, caller: Caller, permission: str) -> bool:
        """Whether the session or key of a caller is valid now and has a permission."""
        now = self._ticks()
        if now >= self._look_at:
            self._look(now)
        known = self._directory.known(caller)
        if known is None or permission not in known.permissions:
            return False
        time_of_day = self._clock()
        return time_of_day < known.expires if caller.key else self.alive(known, time_of_day)

    def alive(self, session: Known, time_of_day: float) -> bool:
        """Whether a session has neither reached its end nor been left alone for too long."""
        return time_of_day < session.expires and time_of_day - session.seen < self._settings.idle_seconds

    def _look(self, now: float) -> None:
        self._look_at = now + LOOK_EVERY
        try:
            self._directory.look()
        except XiezhiError:
            return  # what is known stays known while the tables can't be read
        if self._directory.flush_if_due():
            self._flush()


def token_in(header: bytes | None) -> bytes:
    """The session's token in a Cookie header; empty if there is none."""
    if header is None:
        return b""
    for part in header.split(b";"):
        stripped = part.strip()
        if stripped.startswith(_COOKIE):
            return stripped[len(_COOKIE) :]
    return b""


def foreign(scope: Scope, allowed: frozenset[str]) -> bool:
    """Whether a browser says that a page of another site sends this."""
    if _header(scope, b"sec-fetch-site") == b"cross-site":
        return True
    origin = _header(scope, b"origin").decode("latin-1")
    if not origin or origin in allowed:
        return False
    host = _header(scope, b"host").decode("latin-1")
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True


def _header(scope: Scope, name: bytes) -> bytes:
    for each, value in scope["headers"]:
        if each == name:
            return bytes(value)
    return b""
