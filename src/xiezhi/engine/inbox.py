"""Requests to a running engine from other processes, such as a command that puts a number on a list."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Engine, insert, select, update

from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.tables import requests


@dataclass(frozen=True, slots=True)
class Request:
    """A control record that waits."""

    number: int
    record: Mapping[str, Any]


def ask(database: Engine, record: Mapping[str, Any], patience: float = 10.0) -> None:
    """Hand a control record to the engine that holds the store, and wait for its answer.

    Raises `XiezhiError` when it refuses, or does not answer within `patience` seconds.
    """
    with database.begin() as connection:
        row = connection.execute(
            insert(requests).values(record=msgspec.json.encode(record).decode(), state="waiting")
        )
        number = row.inserted_primary_key[0]  # type: ignore[index]
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with database.connect() as connection:
            state, answer = connection.execute(
                select(requests.c.state, requests.c.answer).where(requests.c.number == number)
            ).one()
        if state == "done":
            return
        if state == "refused":
            raise XiezhiError(answer)
        time.sleep(0.05)
    raise XiezhiError(
        "the engine did not answer", "it may be busy with a replay; the request stays in its inbox"
    )


def waiting(database: Engine) -> list[Request]:
    """Requests that no one has answered, oldest first."""
    with database.connect() as connection:
        rows = connection.execute(
            select(requests.c.number, requests.c.record)
            .where(requests.c.state == "waiting")
            .order_by(requests.c.number)
        ).all()
    return [Request(number, msgspec.json.decode(record)) for number, record in rows]


def done(database: Engine, number: int) -> None:
    """Say that a request was carried out."""
    _answer(database, number, "done", "")


def refused(database: Engine, number: int, why: str) -> None:
    """Say that a request can't be carried out."""
    _answer(database, number, "refused", why)


def _answer(database: Engine, number: int, state: str, answer: str) -> None:
    with database.begin() as connection:
        connection.execute(
            update(requests).where(requests.c.number == number).values(state=state, answer=answer)
        )
