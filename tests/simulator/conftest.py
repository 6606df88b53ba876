from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xiezhi.simulator.schemas import CHANNELS
from xiezhi.simulator.write import simulate

EVENTS = 60_000


@dataclass(frozen=True)
class Written:
    folder: Path
    events: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    answer: dict[str, object]

    def both(self, channel: str) -> pa.Table:
        """Events with their truth under names that begin with `truth_`."""
        table = self.events[channel]
        for name in self.truth[channel].column_names:
            table = table.append_column(f"truth_{name}", self.truth[channel][name])
        return table


def read(folder: Path) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    events = {channel: pq.read_table(folder / f"{channel}.parquet") for channel in CHANNELS}
    truth = {channel: pq.read_table(folder / "truth" / f"{channel}.parquet") for channel in CHANNELS}
    return events, truth


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("city")
    answer = simulate(folder, EVENTS, 5)
    return Written(folder, *read(folder), answer)
