"""The audit log: who did what and who read what. Rows are only ever added."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, insert, select

from xiezhi.api.access.caller import Caller
from xiezhi.api.access.tokens import without_keys
from xiezhi.storage.database import reading, told
from xiezhi.storage.tables import audit

LONGEST = 2000
SECRET = frozenset({"password", "old", "new", "secret", "token", "csrf", "cookie", "authorization", "digest"})
"""Names of values that are left out of details, however deep."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `at` is in ms since 1970, `number` rises without end."""

    number: int
    at: int
    who: str
    role: str
    via: str
    key: str | None
    address: str
    what: str
    target: str
    detail: dict[str, Any]


class Trail:
    """Writes and reads the log."""

    def __init__(self, database: Engine, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def note(self, caller: Caller, what: str, target: str = "", detail: Mapping[str, Any] | str = "") -> None:
        """Add a row."""
        values = {
            "at": int(self._clock() * 1000),
            "who": caller.name,
            "role": caller.role,
            "via": caller.via,
            "key": caller.key,
            "address": caller.address,
            "what": what,
            "target": without_keys(target)[:LONGEST],
            "detail": _written(detail),
        }
        with told("the audit log"), self._database.begin() as connection:
            connection.execute(insert(audit).values(values))
        caller.notes += 1

    def page(
        self,
        who: str | None = None,
        what: str | None = None,
        since: int | None = None,
        until: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Row]:
        """Rows, newest first: of a name, of an operation or all that begin with it, in a span of time."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if who is not None:
            wanted = wanted.where(audit.c.who == who)
        if what is not None:
            wanted = wanted.where(audit.c.what.startswith(what, autoescape=True))
        if since is not None:
            wanted = wanted.where(audit.c.at >= since)
        if until is not None:
            wanted = wanted.where(audit.c.at < until)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        with reading(self._database) as connection:
            return [
                Row(**{**row._asdict(), "detail": json.loads(row.detail or "{}")})
                for row in connection.execute(wanted)
            ]


def _written(detail: Mapping[str, Any] | str) -> str:
    if not detail:
        return ""
    whole = {"note": detail} if isinstance(detail, str) else _bare(detail)
    text = without_keys(json.dumps(whole, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else json.dumps({"note": text[:LONGEST] + "…"}, ensure_ascii=False)


def _bare(value: Any) -> Any:
    """A value without anything that is called like a secret."""
    if isinstance(value, Mapping):
        return {key: _bare(each) for key, each in value.items() if str(key).lower() not in SECRET}
    if isinstance(value, list | tuple):
        return [_bare(each) for each in value]
    return value
