from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.doors.worlds import World
from tests.api.keeping.conftest import decided

__all__ = ["decided"]


@pytest.fixture(scope="module")
def world(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house over a copy of a store in which a small city has been decided on."""
    folder = tmp_path_factory.mktemp("house") / "store"
    shutil.copytree(decided, folder)
    with World(folder) as world:
        yield world


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    """A house over an empty store."""
    with World(tmp_path / "store") as world:
        yield world
