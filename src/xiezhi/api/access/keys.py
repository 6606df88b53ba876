"""Keys of programs: shown once, kept as a digest, never more than their maker may do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from xiezhi.api.access.directory import Directory
from xiezhi.api.access.errors import ForbiddenError, UnknownError
from xiezhi.api.access.tokens import digest, new_id, new_key
from xiezhi.domain.access import AccessTable
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.storage.tables import api_keys


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown; times are ms since 1970."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked: bool


class Keys:
    """Makes, lists and revokes keys."""

    def __init__(
        self, directory: Directory, table: AccessTable, clock: Callable[[], float] = time.time
    ) -> None:
        self._directory, self._table, self._clock = directory, table, clock

    def all(self) -> list[Key]:
        """Every key that was ever made, newest first."""
        self._directory.flush()
        newest_first = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        with self._directory.reading() as connection:
            return [_key(row) for row in connection.execute(newest_first)]

    def create(
        self,
        name: str,
        scopes: Sequence[str],
        maker: str,
        allowed: Collection[str],
        expires_at: int | None = None,
    ) -> tuple[Key, str]:
        """Make a key; its secret comes back this once.

        `maker` is an account's name (or `cli:` and a name), `allowed` what the maker may do. Raises `XiezhiError`
        for unknown scopes or a time that has passed, `ForbiddenError` for scopes that the maker lacks.
        """
        now = int(self._clock() * 1000)
        self._check(scopes, allowed)
        if expires_at is not None and expires_at <= now:
            raise XiezhiError("the key would have expired already", "give a time to come, in ms since 1970")
        secret, prefix = new_key()
        wanted = tuple(each for each in self._table.permissions if each in scopes)
        key = Key(new_id(), name, prefix, wanted, maker, now, expires_at, None, False)
        with self._directory.changing() as connection:
            connection.execute(
                insert(api_keys).values(
                    id=key.id,
                    name=name,
                    prefix=prefix,
                    digest=digest(secret),
                    scopes=json.dumps(wanted),
                    created_by=maker,
                    created_at=now,
                    expires_at=expires_at,
                )
            )
        return key, secret

    def revoke(self, id: str) -> Key:
        """Make a key useless from now on. Raises `UnknownError`."""
        with self._directory.changing() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == id)).one_or_none()
            if row is None:
                raise UnknownError(f"there is no key {id!r}", "see the list of keys for their ids")
            if row.revoked_at is None:
                now = int(self._clock() * 1000)
                connection.execute(update(api_keys).where(api_keys.c.id == id).values(revoked_at=now))
        return _key(row)

    def _check(self, scopes: Sequence[str], allowed: Collection[str]) -> None:
        if not scopes:
            raise XiezhiError("the key has no scopes", "name at least one permission that it is to have")
        for scope in scopes:
            if scope not in self._table.permissions:
                cure = did_you_mean(scope, self._table.permissions)
                raise XiezhiError(f"there is no permission {scope!r}", cure)
            if scope not in allowed:
                raise ForbiddenError(
                    f"a key can't have the scope `{scope}`, which its maker does not have",
                    "leave it out, or have the key made by somebody who has it",
                )


def _key(row: object) -> Key:
    given = {
        name: getattr(row, name) for name in Key.__dataclass_fields__ if name not in ("scopes", "revoked")
    }
    revoked = row.revoked_at is not None  # type: ignore[attr-defined]
    return Key(**given, scopes=tuple(json.loads(row.scopes)), revoked=revoked)  # type: ignore[attr-defined]
