"""Labels: what people found out about events."""

from __future__ import annotations

import time

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert

from xiezhi.api.events.shapes import Label
from xiezhi.storage.database import durably, reading
from xiezhi.storage.tables import labels


def put(database: Engine, offset: int, fraud: bool, type: str | None, note: str | None, by: str) -> Label:
    """Say what an event was; a later label takes the place of an earlier one."""
    label = Label(offset=offset, fraud=fraud, type=type, note=note, by=by, at=time.time_ns() // 1_000_000)
    values = label.model_dump()
    statement = insert(labels).values(**values)
    with durably(database) as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["offset"], set_=values))
    return label


def get(database: Engine, offset: int) -> Label | None:
    """The label of an event."""
    with reading(database) as connection:
        row = connection.execute(select(labels).where(labels.c.offset == offset)).first()
    return None if row is None else Label(**row._mapping)


def take_away(database: Engine, offset: int) -> bool:
    """Take a label back; False where there is none."""
    with durably(database) as connection:
        return connection.execute(delete(labels).where(labels.c.offset == offset)).rowcount > 0
