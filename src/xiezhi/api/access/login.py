"""From name and password to a session, made slow for those who guess."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from xiezhi.api.access import denial
from xiezhi.api.access.accounts import Accounts
from xiezhi.api.access.addresses import group_of
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.denial import Denial, too_often
from xiezhi.api.access.passwords import LONGEST, BusyError, Passwords
from xiezhi.api.access.sessions import Opened, Sessions
from xiezhi.api.access.slowdown import Slowdown
from xiezhi.api.access.trail import Trail
from xiezhi.domain.errors import XiezhiError

FAILURES_OF_AN_ACCOUNT, FAILURES_OF_AN_ADDRESS = 5, 20
MOST_TRUSTED = 10_000

_log = logging.getLogger(__name__)


class Login:
    """Checks passwords.

    An unknown name, a wrong password and a disabled account get the same answer after the same work. After some
    failures an account, and an address, must wait longer each time; somebody who has logged in to an account from
    an address before is spared the account's wait there, so that nobody can lock the owner out.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        passwords: Callable[[], Passwords],
        trail: Trail,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._sessions, self._trail, self._ticks = accounts, sessions, trail, ticks
        self._passwords = passwords
        self._by_account = Slowdown(FAILURES_OF_AN_ACCOUNT)
        self._by_address = Slowdown(FAILURES_OF_AN_ADDRESS)
        self._trusted: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def log_in(self, name: str, password: str, address: str) -> Opened | Denial:
        """A session of an account, or why there is none."""
        name = name.strip().casefold()
        refused = self.proven(name, password, address, "log_in")
        if refused is not None:
            return refused
        opened = self._sessions.open(name, address)
        with self._lock:
            self._trusted[name, group_of(address)] = None
            if len(self._trusted) > MOST_TRUSTED:
                self._trusted.popitem(last=False)
        role = self._accounts.find(name).role
        self._trail.note(Caller(name, role, frozenset(), "session", address), "log_in")
        return opened

    def proven(self, name: str, password: str, address: str, what: str) -> Denial | None:
        """None if it is the account's password, else why not; failures count and are noted as `what`."""
        place, now = group_of(address), self._ticks()
        stored = self._accounts.password_of(name)
        if wait := self._by_address.begin(place, now):
            return too_often(wait)
        spared = (name, place) in self._trusted
        wait = 0.0 if spared else self._by_account.begin(name, now, exists=stored is not None)
        if wait:
            self._by_address.taken_back(place)
            return too_often(wait)
        try:
            right = self._passwords().check(password[: LONGEST + 1], stored[0] if stored else None)
        except BusyError:
            self._by_address.taken_back(place)
            self._by_account.taken_back(name)
            return denial.BUSY
        if not right or stored is None or not stored[1]:
            # A name that is no account's may be a password in the wrong box: it is not written down.
            who = name if stored else "unknown"
            self._trail.note(Caller(who, "", frozenset(), "session", address), f"{what}.failed")
            return denial.WRONG
        self._by_account.succeeded(name)
        self._by_address.taken_back(place)
        self._renew(name, stored[0], password)
        return None

    def wrong_token(self, address: str) -> Denial | None:
        """Count an attempt with a link; a refusal if there were too many."""
        wait = self._by_address.begin(group_of(address), self._ticks())
        return too_often(wait) if wait else None

    def _renew(self, name: str, stored: str, password: str) -> None:
        if self._passwords().outdated(stored):
            try:
                self._accounts.rehashed(name, stored, password)
            except (BusyError, XiezhiError):
                _log.warning(
                    "the password of an account could not be hashed anew; it will be at its next log-in"
                )
