"""Before the doors open: nobody but this machine may reach a server that nobody can log in to."""

from __future__ import annotations

from sqlalchemy import func, select

from xiezhi.api.access.addresses import is_loopback
from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.database import open_database, reading
from xiezhi.storage.store import Store
from xiezhi.storage.tables import users


def check_address(host: str, store: Store, demo: bool = False) -> None:
    """Raises `XiezhiError` for an address beyond loopback while the store has no user, or for the demo at all."""
    if is_loopback(host):
        return
    if demo:
        raise XiezhiError(
            f"{host} is not a loopback address, and the demo lets in whoever comes",
            "listen on 127.0.0.1; for others to see it, use `xiezhi serve` with users",
        )
    database = open_database(store.make().operations)
    try:
        with reading(database) as connection:
            somebody = connection.execute(select(func.count()).select_from(users)).scalar_one()
    finally:
        database.dispose()
    if not somebody:
        raise XiezhiError(
            f"{host} is not a loopback address, and there is no user yet who could log in",
            f"make one with `xiezhi users add NAME --role administrator --store {store.root}`, "
            "or start once on 127.0.0.1 and open the link that is shown",
        )
