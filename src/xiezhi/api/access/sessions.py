"""Log-ins of browsers: a random token in a cookie, of which only the digest is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select, update

from xiezhi.api.access.directory import DEMO, Directory
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.access.tokens import csrf_of, digest, new_token
from xiezhi.storage.tables import sessions, users

MOST_OF_A_USER = 20
"""Sessions that one account may have; the oldest ends when there would be more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; `token` is for the cookie and known nowhere else. `expires_at` is in ms since 1970."""

    token: str
    csrf: str
    user: str
    expires_at: int
    demo: bool


class Sessions:
    """Opens and ends sessions."""

    def __init__(
        self, directory: Directory, settings: AccessSettings, clock: Callable[[], float] = time.time
    ) -> None:
        self._directory, self._settings, self._clock = directory, settings, clock

    def open(self, user: str, address: str) -> Opened:
        """A session of an account."""
        return self._open(user, None, address)

    def open_demo(self, role: str, address: str) -> Opened:
        """A session of the demo, which has a role and no account."""
        return self._open(f"{DEMO}{role}", role, address)

    def end(self, token: bytes | str) -> None:
        """End the session of a token, if there is one."""
        with self._directory.changing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(token)))

    def _open(self, user: str, demo_role: str | None, address: str) -> Opened:
        token, now = new_token(), int(self._clock() * 1000)
        expires = now + int(self._settings.life_seconds * 1000)
        with self._directory.changing() as connection:
            idle = now - int(self._settings.idle_seconds * 1000) - 120_000  # last uses are written late
            connection.execute(
                delete(sessions).where(or_(sessions.c.expires_at <= now, sessions.c.seen_at < idle))
            )
            of_user = select(sessions.c.digest).where(sessions.c.user == user)
            kept = of_user.order_by(sessions.c.created_at.desc()).limit(MOST_OF_A_USER - 1)
            too_old = (sessions.c.user == user) & sessions.c.digest.not_in(kept)
            connection.execute(delete(sessions).where(too_old))
            connection.execute(
                insert(sessions).values(
                    digest=digest(token),
                    user=user,
                    demo_role=demo_role,
                    created_at=now,
                    seen_at=now,
                    expires_at=expires,
                    address=address,
                )
            )
            connection.execute(update(users).where(users.c.name == user).values(last_login_at=now))
        return Opened(token, csrf_of(token), user, expires, demo_role is not None)
