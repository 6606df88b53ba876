"""Who is known, in memory: every valid key and session by the digest of its token.

The tables stay the truth. A counter beside them rises with every change; whoever changes something reads
everything again at once, and other processes do when they look at the counter, once a second.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from xiezhi.api.access.caller import Caller
from xiezhi.api.access.settings import AccessSettings
from xiezhi.domain.access import ADMINISTRATOR, AccessTable
from xiezhi.storage.database import durably, reading
from xiezhi.storage.tables import api_keys, facts, sessions, users

VERSION = "access.version"
WRITE_USE_EVERY = 60.0
"""Seconds between two notes of one key's or session's last use."""

DEMO, CLI = "demo:", "cli:"
"""Beginnings of names that are no accounts: a demo log-in's role, and who made a key at the terminal."""


@dataclass(slots=True)
class Known:
    """Somebody who would be let in. Times are seconds since 1970; `seen` is the last use."""

    id: str
    name: str
    role: str
    permissions: frozenset[str]
    expires: float
    seen: float
    prefix: str | None = None
    demo: bool = False
    written: float = 0.0
    callers: dict[str, Caller] = field(default_factory=dict)

    def caller(self, address: str) -> Caller:
        """The caller at an address; the same object each time, for the fast path."""
        found = self.callers.get(address)
        if found is None:
            if len(self.callers) >= 64:
                self.callers.clear()
            found = self.callers[address] = self.fresh(address)
        return found

    def fresh(self, address: str) -> Caller:
        """The caller at an address, for one request."""
        ends = None if math.isinf(self.expires) else int(self.expires * 1000)
        found = Caller(self.name, self.role, self.permissions, "session", address, expires_at=ends)
        if self.prefix:
            found.via, found.key = "key", self.prefix
        else:
            found.session, found.demo = self.id, self.demo
        return found


class Directory:
    """Keys and sessions by the SHA-256 (bytes) of their tokens; replaced as a whole when something changed."""

    def __init__(
        self,
        database: Engine,
        table: AccessTable,
        settings: AccessSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keys: dict[bytes, Known] = {}
        self.sessions: dict[bytes, Known] = {}
        self.display: dict[str, str] = {}
        self._database, self._table, self._settings, self._clock = database, table, settings, clock
        self._lock = threading.RLock()
        self._version = -1
        self._flushed = clock()
        self.load()

    def look(self) -> None:
        """Take over what other processes have changed."""
        with reading(self._database) as connection:
            version = _version(connection)
        if version != self._version:
            self.load()

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection for reading the tables of access."""
        return reading(self._database)

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction on the tables of access, after which everything is read again."""
        with durably(self._database) as connection:
            yield connection
            first = insert(facts).values(name=VERSION, value="1")
            following = {"value": str(_version(connection) + 1)}
            connection.execute(first.on_conflict_do_update(index_elements=[facts.c.name], set_=following))
        self.load()

    def load(self) -> None:
        """Read all keys and sessions that are valid now."""
        with self._lock:
            with reading(self._database) as connection:
                version = _version(connection)
                everybody = connection.execute(select(users)).all()
                people = {row.name: row.role for row in everybody if not row.disabled}
                keys = self._keys(connection, people)
                found = self._sessions(connection, people)
            _keep_use(self.keys, keys)
            _keep_use(self.sessions, found)
            self.keys, self.sessions, self._version = keys, found, version
            self.display = {row.name: row.display for row in everybody}

    def known(self, caller: Caller) -> Known | None:
        """The key or session by which a caller came in, if it is still there."""
        if caller.session is not None:
            return self.sessions.get(bytes.fromhex(caller.session))
        return next((known for known in self.keys.values() if known.prefix == caller.key), None)

    def session_of(self, token: str) -> Known | None:
        """The session of a token."""
        return self.sessions.get(hashlib.sha256(token.encode()).digest())

    def flush_if_due(self) -> bool:
        """Whether `flush` is due."""
        return self._clock() - self._flushed >= WRITE_USE_EVERY

    def flush(self) -> None:
        """Note when keys and sessions were last used."""
        self._flushed = self._clock()
        for table, column, key, book in (
            (api_keys, "last_used_at", "id", self.keys),
            (sessions, "seen_at", "digest", self.sessions),
        ):
            used = [(known, known.seen) for known in book.values() if known.seen > known.written]
            if not used:
                continue
            rows = [{"id_": known.id, "at_": int(seen * 1000)} for known, seen in used]
            change = update(table).where(table.c[key] == bindparam("id_")).values({column: bindparam("at_")})
            with self._database.begin() as connection:
                connection.execute(change, rows)
            for known, seen in used:
                known.written = seen

    def _keys(self, connection: Connection, people: dict[str, str]) -> dict[bytes, Known]:
        found = {}
        for row in connection.execute(select(api_keys).where(api_keys.c.revoked_at.is_(None))):
            role = self._role_of(row.created_by, people)
            if role is None:
                continue  # its maker is disabled or gone
            may = self._table.granted.get(role, frozenset()) & frozenset(json.loads(row.scopes))
            expires = math.inf if row.expires_at is None else row.expires_at / 1000
            seen = (row.last_used_at or 0) / 1000
            found[bytes.fromhex(row.digest)] = Known(
                row.id, row.created_by, role, may, expires, seen, row.prefix, written=seen
            )
        return found

    def _sessions(self, connection: Connection, people: dict[str, str]) -> dict[bytes, Known]:
        found = {}
        for row in connection.execute(select(sessions)):
            demo = row.demo_role is not None
            role = self._role_of(row.user, people)
            if role is None:
                continue
            may = self._table.granted.get(role, frozenset())
            seen, expires = row.seen_at / 1000, row.expires_at / 1000
            found[bytes.fromhex(row.digest)] = Known(
                row.digest, row.user, role, may, expires, seen, demo=demo, written=seen
            )
        return found

    def _role_of(self, name: str, people: dict[str, str]) -> str | None:
        """The role behind a name; None for a disabled account, or a demo log-in where there is no demo."""
        if name.startswith(CLI):
            return ADMINISTRATOR
        if name.startswith(DEMO):
            return name.removeprefix(DEMO) if self._settings.demo else None
        return people.get(name)


def _version(connection: Connection) -> int:
    value = connection.execute(select(facts.c.value).where(facts.c.name == VERSION)).scalar_one_or_none()
    return int(value or 0)


def _keep_use(before: dict[bytes, Known], after: dict[bytes, Known]) -> None:
    """Uses that were not written yet are not forgotten."""
    for digest, known in after.items():
        old = before.get(digest)
        if old is not None:
            known.seen, known.written = max(known.seen, old.seen), old.written
