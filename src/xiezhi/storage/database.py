"""The operational tables' database: SQLite by default."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.tables import metadata


def open_database(path: Path) -> Engine:
    """A database at `path` with all tables made. Raises `XiezhiError` where it can't be opened or made."""
    _keep_private(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with told(path):
        metadata.create_all(engine)
    return engine


def _keep_private(path: Path) -> None:
    """A new database holds passwords' hashes and rejected rows: nobody else on the machine is to read it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return  # it is there already, or can't be made, which opening it tells better


def _prepare(connection: Any, _: object) -> None:
    # The driver's own transactions start too late for us: reads before the first write would stand outside.
    connection.isolation_level = None
    connection.execute("pragma journal_mode=wal")
    # What these tables hold is made again from the journal, which alone is synced at every commit.
    connection.execute("pragma synchronous=normal")


def _begin(connection: Connection) -> None:
    # Who means to write takes the lock at once; who only reads need not wait for a writer.
    options = connection.get_execution_options()
    durable = options.get("durable", False)
    if durable != connection.info.get("durable", False):
        connection.exec_driver_sql(f"pragma synchronous={'full' if durable else 'normal'}")
        connection.info["durable"] = durable
    connection.exec_driver_sql("begin" if options.get("only_reads", False) else "begin immediate")


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """A connection for reading, which waits for no writer and makes none wait."""
    with told("operations.db"), database.connect() as connection:
        yield connection.execution_options(only_reads=True)


@contextmanager
def durably(database: Engine) -> Iterator[Connection]:
    """A transaction that is on the disk when it ends: for what no journal could make again."""
    with told("operations.db"), database.connect() as connection:
        lasting = connection.execution_options(durable=True)
        with lasting.begin():
            yield lasting


@contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Turns a database fault into an error that says what to do."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig)
        if "full" in text:
            raise XiezhiError(
                f"{path}: the disk is full", "make room and start again; nothing is lost"
            ) from error
        if "readonly" in text or "unable to open" in text:
            cure = "check the folder's owner, its rights and the mount"
            raise XiezhiError(f"{path}: can't be written ({text})", cure) from error
        raise XiezhiError(
            f"{path}: {text}", "see that the disk is sound; the tables can be made again"
        ) from error
