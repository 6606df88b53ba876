"""Shared fixtures: a small simulated city, and where real data may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from xiezhi.simulator.write import simulate

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
