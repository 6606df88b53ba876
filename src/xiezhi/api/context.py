"""What the operations work with: one object, made when the server starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from sqlalchemy import Engine as Database
from starlette.requests import Request

from xiezhi.api.settings import Settings
from xiezhi.domain.schema import identifier_fields
from xiezhi.history.reading import History

if TYPE_CHECKING:
    from xiezhi.api.access.service import Access
    from xiezhi.api.desk import Desk
    from xiezhi.api.events.explain import Explainer
    from xiezhi.api.live import Live
    from xiezhi.api.metrics import Metrics
    from xiezhi.api.picture import Picture
    from xiezhi.api.stream import Streams
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

    @cached_property
    def explainer(self) -> Explainer:
        """Explains verdicts."""
        from xiezhi.api.events.explain import Explainer  # which knows the house

        return Explainer(self)

    @cached_property
    def picture(self) -> Picture:
        """Draws the present."""
        from xiezhi.api.picture import Picture

        return Picture(self)

    @cached_property
    def streams(self) -> Streams:
        """The pages that follow it."""
        from xiezhi.api.stream import Streams

        return Streams(self)

    @cached_property
    def metrics(self) -> Metrics:
        """What Prometheus reads."""
        from xiezhi.api.metrics import Metrics

        return Metrics(self)

    @cached_property
    def history(self) -> History:
        """Decided events, with those that the engine has not written to disk yet."""
        writer = self.desk.engine.history
        return History(self.store.history, identifier_fields(self.knowledge.schemas), writer.snapshot)


def house(request: Request) -> House:
    """The house that answers a request."""
    found: House = request.app.state.house
    return found


TheHouse = Annotated[House, Depends(house)]
"""The house as a parameter of an operation."""
