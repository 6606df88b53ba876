"""People's accounts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from xiezhi.api.access.directory import Directory
from xiezhi.api.access.errors import ConflictError, UnknownError
from xiezhi.api.access.passwords import Passwords, check_strength
from xiezhi.domain.access import ADMINISTRATOR, AccessTable
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.storage.tables import api_keys, sessions, users

NAME = r"^[a-z0-9][a-z0-9._-]{1,63}$"


@dataclass(frozen=True, slots=True)
class User:
    """An account; times are ms since 1970."""

    name: str
    display: str
    role: str
    created_at: int
    last_login_at: int | None
    disabled: bool


class Accounts:
    """Makes, changes and removes accounts. Whoever loses a password, a role or the account is logged out."""

    def __init__(
        self,
        directory: Directory,
        table: AccessTable,
        passwords: Callable[[], Passwords],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._directory, self._table, self._passwords, self._clock = directory, table, passwords, clock

    def all(self) -> list[User]:
        """Every account, by name."""
        with self._directory.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def find(self, name: str) -> User:
        """One account. Raises `UnknownError`."""
        with self._directory.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
        if row is None:
            raise UnknownError(f"there is no user {name!r}", "see the list of users for the names there are")
        return _user(row)

    def password_of(self, name: str) -> tuple[str, bool] | None:
        """The stored password of an account, and whether it may log in."""
        with self._directory.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
        return None if row is None else (row.password, not row.disabled)

    def exist(self) -> bool:
        """Whether there is any account at all."""
        with self._directory.reading() as connection:
            return bool(connection.execute(select(func.count()).select_from(users)).scalar_one())

    def add(self, name: str, display: str, role: str, password: str, first: bool = False) -> User:
        """Make an account; `first` refuses when there is one already.

        Raises `XiezhiError` for a bad name, role or password and `ConflictError` for a name that is taken.
        """
        check_name(name)
        self._check_role(role)
        check_strength(password, name)
        user = User(name, display or name, role, int(self._clock() * 1000), None, False)
        hashed = self._passwords().hash(password)
        with self._directory.changing() as connection:
            if first and connection.execute(select(func.count()).select_from(users)).scalar_one():
                raise ConflictError("there is an account already", "log in with it")
            if connection.execute(select(users.c.name).where(users.c.name == name)).first():
                raise ConflictError(f"there is a user {name!r} already", "choose another name")
            connection.execute(insert(users).values(**_row(user), password=hashed))
        return user

    def change(
        self,
        name: str,
        display: str | None = None,
        role: str | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> User:
        """Change what is given. Raises as `add` does, and `ConflictError` if no administrator would be left."""
        before = self.find(name)
        if role is not None:
            self._check_role(role)
        values: dict[str, object] = {}
        if password is not None:
            check_strength(password, name)
            values["password"] = self._passwords().hash(password)
        for key, value in (("display", display), ("role", role), ("disabled", disabled)):
            if value is not None and value != getattr(before, key):
                values[key] = value
        if not values:
            return before
        with self._directory.changing() as connection:
            if values.keys() & {"role", "disabled"}:
                _keep_an_administrator(connection, name, bool(disabled), role or before.role)
            connection.execute(update(users).where(users.c.name == name).values(values))
            if values.keys() - {"display"}:
                connection.execute(delete(sessions).where(sessions.c.user == name))
        return self.find(name)

    def remove(self, name: str) -> None:
        """Remove an account and revoke the keys it made."""
        self.find(name)
        with self._directory.changing() as connection:
            _keep_an_administrator(connection, name, True, "")
            connection.execute(delete(users).where(users.c.name == name))
            connection.execute(delete(sessions).where(sessions.c.user == name))
            mine = (api_keys.c.created_by == name) & api_keys.c.revoked_at.is_(None)
            connection.execute(update(api_keys).where(mine).values(revoked_at=int(self._clock() * 1000)))

    def rehashed(self, name: str, before: str, password: str) -> None:
        """Store the password again under the parameters of today, unless it has been changed meanwhile."""
        hashed = self._passwords().hash(password)
        with self._directory.changing() as connection:
            same = (users.c.name == name) & (users.c.password == before)
            connection.execute(update(users).where(same).values(password=hashed))

    def _check_role(self, role: str) -> None:
        if role not in self._table.roles:
            raise XiezhiError(f"there is no role {role!r}", did_you_mean(role, self._table.roles))


def check_name(name: str) -> None:
    """Raises `XiezhiError` for a name that an account can't have."""
    if not re.fullmatch(NAME, name):
        raise XiezhiError(
            f"{name[:64]!r} is not a proper user name",
            "use 2 to 64 lower-case letters, digits, dots, hyphens or underscores; the display name is free",
        )


def _keep_an_administrator(connection: Connection, name: str, disabled: bool, role: str) -> None:
    if role == ADMINISTRATOR and not disabled:
        return
    administrators = (users.c.role == ADMINISTRATOR) & users.c.disabled.is_(False)
    others = select(func.count()).select_from(users).where(administrators & (users.c.name != name))
    was_one = select(users.c.name).where(administrators & (users.c.name == name))
    if connection.execute(was_one).first() and not connection.execute(others).scalar_one():
        raise ConflictError(
            f"{name!r} is the last administrator", "make somebody else an administrator first"
        )


def _user(row: object) -> User:
    return User(*(getattr(row, key) for key in User.__dataclass_fields__))


def _row(user: User) -> dict[str, object]:
    return {key: getattr(user, key) for key in User.__dataclass_fields__}
