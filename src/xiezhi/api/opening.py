"""Opens a house: engine, desk, live picture, access and jobs, started in the right order and ended in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from xiezhi.api import ingest
from xiezhi.api.access.service import Access
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.city import Demo
from xiezhi.api.context import House
from xiezhi.api.desk import Desk
from xiezhi.api.jobs import Job, Jobs
from xiezhi.api.live import Live
from xiezhi.api.routes.jobs import shown
from xiezhi.api.settings import Settings
from xiezhi.engine.embedded import Engine, EngineOptions
from xiezhi.knowledge.base import Knowledge
from xiezhi.storage.store import Store


@dataclass(frozen=True, slots=True)
class City:
    """The demo city that is to play: its subscribers, city seconds in one of ours, and its seed."""

    people: int
    speed: float | None
    seed: int


@dataclass(frozen=True, slots=True)
class Opening:
    """How a house is opened. `notice` is told what a user should know."""

    access: AccessSettings = field(default_factory=AccessSettings)
    settings: Settings = field(default_factory=Settings)
    city: City | None = None
    notice: Callable[[str], None] = lambda text: None


@contextmanager
def open_house(store: Path, knowledge: Knowledge, opening: Opening | None = None) -> Iterator[House]:
    """A house over a store, working until the block ends. Raises `XiezhiError` when the store is in use or damaged."""
    opening = opening or Opening()
    with ExitStack() as ends:
        engine = Engine(Store(store), knowledge, EngineOptions(notice=opening.notice))
        live = Live(engine)
        # In a city it is the time of the city: events without one happen at its newest moment.
        desk = (
            Desk(engine, live.watch, engine.core.windows.newest_ms)
            if opening.city
            else Desk(engine, live.watch)
        )
        live.fault = lambda: desk.fault
        desk.start()
        ends.callback(desk.stop)
        ingest.clean(engine.store)
        access = Access(engine.database, knowledge, opening.access)
        ends.callback(access.close)
        jobs = Jobs(engine.database)
        ends.callback(jobs.close)
        jobs.listen(lambda job: _tell(live, job))
        house = House(
            desk, live, knowledge, engine.store, engine.database, access, jobs, settings=opening.settings
        )
        live.start()
        ends.callback(live.stop)
        if opening.city is not None:
            city = opening.city
            demo = Demo(desk, engine.database, city.people, city.speed, city.seed)
            house.demo = demo
            demo.start()
            ends.callback(demo.stop)
        yield house


def _tell(live: Live, job: Job) -> None:
    """Tell pages of a job, without its result, which may be large and is not for everybody."""
    live.tell("job", shown(job).model_copy(update={"result": None}).model_dump())
