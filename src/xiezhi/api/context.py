"""What the operations work with: one object, made when the server starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine as Database
from starlette.requests import Request

from xiezhi.api.settings import Settings

if TYPE_CHECKING:
    from xiezhi.api.access.service import Access
    from xiezhi.api.desk import Desk
    from xiezhi.api.live import Live
    from xiezhi.knowledge.base import Knowledge
    from xiezhi.storage.store import Store


@dataclass
class House:
    """All that stands behind the doors. `jobs` runs long work, `demo` is the simulated city (None without one)."""

    desk: Desk
    live: Live
    knowledge: Knowledge
    store: Store
    database: Database
    access: Access
    jobs: Any
    demo: Any | None = None
    settings: Settings = field(default_factory=Settings)


def house(request: Request) -> House:
    """The house that answers a request."""
    found: House = request.app.state.house
    return found
