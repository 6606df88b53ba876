"""The link by which the first administrator is made: printed once, good once, for a day at most."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from xiezhi.api.access.accounts import Accounts
from xiezhi.api.access.directory import Directory
from xiezhi.api.access.tokens import digest, new_token
from xiezhi.storage.tables import facts

FACT = "access.first_link"
GOOD_FOR_SECONDS = 24 * 3600


class FirstLink:
    """Offers a link while there is no account. A new offer ends the one before."""

    def __init__(
        self, directory: Directory, accounts: Accounts, clock: Callable[[], float] = time.time
    ) -> None:
        self._directory, self._accounts, self._clock = directory, accounts, clock

    def offer(self) -> str | None:
        """A new token for the link, or None if there is an account already."""
        if self._accounts.exist():
            return None
        token = new_token()
        fact = json.dumps({"digest": digest(token), "until": self._clock() + GOOD_FOR_SECONDS})
        with self._directory.changing() as connection:
            put = insert(facts).values(name=FACT, value=fact)
            connection.execute(put.on_conflict_do_update(index_elements=[facts.c.name], set_={"value": fact}))
        return token

    def valid(self, token: str) -> bool:
        """Whether it is the token of the newest link, unused and not too old."""
        with self._directory.reading() as connection:
            return _stored(connection, digest(token), self._clock())

    def used(self) -> None:
        """End the link."""
        with self._directory.changing() as connection:
            connection.execute(delete(facts).where(facts.c.name == FACT))


def _stored(connection: Connection, wanted: str, now: float) -> bool:
    value = connection.execute(select(facts.c.value).where(facts.c.name == FACT)).scalar_one_or_none()
    if value is None:
        return False
    fact = json.loads(value)
    return hmac.compare_digest(fact["digest"], wanted) and now < fact["until"]
