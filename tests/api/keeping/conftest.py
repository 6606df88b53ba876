from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.keeping.worlds import World
from tests.engine.harness import pieces, whole
from xiezhi.engine.embedded import Engine
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.store import Store


@pytest.fixture(scope="session")
def decided(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a small city has been decided on."""
    folder = tmp_path_factory.mktemp("decided") / "store"
    engine = Engine(Store(folder), load_knowledge())
    batch = whole(city)
    for place, piece in enumerate(pieces(batch, [batch.size * part // 8 for part in range(1, 8)])):
        engine.ingest(piece)
        if place == 6:
            engine.checkpoint()
    engine.abandon()
    return folder


@pytest.fixture(scope="module")
def world(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house over a copy of it."""
    folder = tmp_path_factory.mktemp("house") / "store"
    shutil.copytree(decided, folder)
    world = World(folder)
    yield world
    world.close()
