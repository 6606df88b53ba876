"""Shared fixtures: a small simulated city, and where real data may lie."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from xiezhi.simulator.write import simulate

SOURCE = Path(__file__).resolve().parents[1] / "src"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty thousand events of a simulated city, with their truth."""
    folder = tmp_path_factory.mktemp("city")
    simulate(folder, 20_000, seed=11)
    return folder


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data sets, which is no part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets are not beside this checkout")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def memory_given_back() -> Iterator[None]:
    """Search for garbage when much has gathered: a closed server's parts hold each other, and its windows are large."""
    yield
    statm = Path("/proc/self/statm")
    if statm.exists() and int(statm.read_text().split()[1]) * 4096 > 1_500_000_000:
        gc.collect()


def pytest_configure(config: pytest.Config) -> None:
    """Throw away compiled code older than any source beside it: Numba looks only at the file a function is in, not at
    those of the functions compiled into it."""
    if hasattr(config, "workerinput"):
        return
    for folder in {path.parent for path in SOURCE.rglob("*.py")}:
        newest = max(path.stat().st_mtime for path in folder.glob("*.py"))
        for compiled in folder.glob("__pycache__/*.nb[ic]"):
            if compiled.stat().st_mtime < newest:
                compiled.unlink()
