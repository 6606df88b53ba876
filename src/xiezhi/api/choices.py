"""What people chose for the demo city, kept so that it is the same city after a restart."""

from __future__ import annotations

import msgspec
from sqlalchemy import Engine, insert, select

from xiezhi.storage.database import reading, told
from xiezhi.storage.tables import facts

_FACT = "demo choices"


class Choices(msgspec.Struct, frozen=True):
    """The speed in city seconds in one of ours, and the kinds of gangs that stay away."""

    speed: float
    off: tuple[str, ...] = ()


def kept_choices(database: Engine) -> Choices | None:
    """What was chosen last; None when nothing was, or when it can't be read. Raises `XiezhiError`."""
    with reading(database) as connection:
        value = connection.execute(select(facts.c.value).where(facts.c.name == _FACT)).scalar()
    try:
        return msgspec.json.decode(value, type=Choices) if value else None
    except msgspec.MsgspecError:
        return None  # written by another version; a demo need not fail for it


def keep_choices(database: Engine, choices: Choices) -> None:
    """Keep what was chosen. Raises `XiezhiError` on a full disk."""
    value = msgspec.json.encode(choices).decode()
    with told("demo choices"), database.begin() as connection:
        connection.execute(insert(facts).prefix_with("or replace").values(name=_FACT, value=value))
