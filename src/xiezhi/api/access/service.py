"""Everything about accounts, sessions, keys, limits and the audit log behind one name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from starlette.types import Scope

from xiezhi.api.access.accounts import Accounts
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.denial import Denial
from xiezhi.api.access.directory import Directory
from xiezhi.api.access.fast import FastCheck
from xiezhi.api.access.first_link import FirstLink
from xiezhi.api.access.gate import Gate
from xiezhi.api.access.keys import Keys
from xiezhi.api.access.layer import CALLER
from xiezhi.api.access.login import Login
from xiezhi.api.access.passwords import Passwords
from xiezhi.api.access.sessions import Sessions
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.access.trail import Trail
from xiezhi.knowledge.base import Knowledge


class Access:
    """The access service of one house; safe to call from several threads, except `identify` and `fast`, which
    belong to the server's event loop. `clock` gives the time of day and `ticks` a steady time, both in seconds."""

    def __init__(
        self,
        database: Engine,
        knowledge: Knowledge,
        settings: AccessSettings | None = None,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Permissions and roles are those of `knowledge`."""
        table = knowledge.access
        self.table, self.settings, self.clock = table, settings or AccessSettings(), clock
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="access")
        self.directory = Directory(database, table, self.settings, clock)
        self.trail = Trail(database, clock)
        self.accounts = Accounts(self.directory, table, self._hashing, clock)
        self.sessions = Sessions(self.directory, self.settings, clock)
        self.keys = Keys(self.directory, table, clock)
        self.first_link = FirstLink(self.directory, self.accounts, clock)
        self.login = Login(self.accounts, self.sessions, self._hashing, self.trail, ticks)
        self.gate = Gate(self.directory, self.settings, ticks, clock, self._flush_later)
        self.fast = FastCheck(self.gate)

    def identify(self, scope: Scope) -> Caller:
        """Who sends a request, by key or cookie. Raises `Refusal` (401, 403, 429). Costs microseconds."""
        found: Caller | Denial = scope.get(CALLER) or self.gate.check(scope)
        if isinstance(found, Denial):
            raise found.refusal()
        return found

    def still(self, caller: Caller, permission: str) -> bool:
        """Whether a caller may still do something: to be asked now and then while a long answer is sent, which
        must end with the session or key. Looking does not count as use."""
        return self.gate.still(caller, permission)

    def note(self, caller: Caller, what: str, target: str = "", detail: Mapping[str, Any] | str = "") -> None:
        """Write a row of the audit log: who did or read what. Secrets in `detail` are left out."""
        self.trail.note(caller, what, target, detail)

    def reveal(self, caller: Caller, asked: bool, target: str) -> bool:
        """Whether to show identifiers unmasked: if asked for, by somebody with `unmask`, which is then noted."""
        if not (asked and caller.may("unmask")):
            return False
        self.note(caller, "unmask", target)
        return True

    def link(self, base: str) -> str | None:
        """A new link for the first administrator below the server's address, or None when there is a user."""
        token = self.first_link.offer()
        return None if token is None else f"{base}/setup?token={token}"

    def close(self) -> None:
        """Write down what is still in memory."""
        self._worker.shutdown(wait=True)
        self.directory.flush()

    def _hashing(self) -> Passwords:
        return self._passwords

    @cached_property
    def _passwords(self) -> Passwords:
        # Made at the first log-in: its stand-in hash takes as long as one.
        return Passwords(self.settings)

    def _flush_later(self) -> None:
        self._worker.submit(self.directory.flush)
