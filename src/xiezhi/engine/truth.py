"""What is known of events when rules are tried on them: files of truth, or offsets that people have labelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xiezhi.decide.decider import Decisions
from xiezhi.domain.batch import Int64
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.frame import ChannelFrame

Bools = npt.NDArray[np.bool_]


class Truth(Protocol):
    """Tells frauds from honest events."""

    def of(self, decisions: Decisions) -> tuple[Bools, Bools]:
        """(known, fraud), bool[n] each: of which events the truth is known, and which of them are fraud."""
        ...


class FolderTruth:
    """The truth that `simulate` writes: one Parquet file a channel, with the columns `id` and `fraud`."""

    def __init__(self, folder: Path, channels: Iterable[str]) -> None:
        """Raises `XiezhiError` where a channel has no file."""
        self._frauds = {channel: _frauds(folder, channel) for channel in channels}

    def of(self, decisions: Decisions) -> tuple[Bools, Bools]:
        """See `Truth.of`; every event is known."""
        frame = decisions.frame
        assert isinstance(frame, ChannelFrame)
        frauds = self._frauds[decisions.channel]
        ids = frame.table.column("id").to_pylist()
        fraud = np.array([each in frauds for each in ids], np.bool_)
        return np.ones(len(fraud), np.bool_), fraud


@dataclass(frozen=True)
class OffsetTruth:
    """Offsets (int64, ascending) of frauds and of honest events; `honest` None says that from offset `since` on
    all other events are honest."""

    frauds: Int64
    honest: Int64 | None = None
    since: int = 0

    def of(self, decisions: Decisions) -> tuple[Bools, Bools]:
        """See `Truth.of`."""
        offsets = decisions.offsets
        fraud = _among(offsets, self.frauds)
        if self.honest is None:
            return fraud | (offsets >= self.since), fraud
        return fraud | _among(offsets, self.honest), fraud


def _among(offsets: Int64, known: Int64) -> Bools:
    if not len(known):
        return np.zeros(len(offsets), np.bool_)
    places = np.minimum(np.searchsorted(known, offsets), len(known) - 1)
    found: Bools = known[places] == offsets
    return found


def _frauds(folder: Path, channel: str) -> frozenset[str]:
    """Ids of the channel's events that are fraud."""
    path = folder / f"{channel}.parquet"
    if not path.is_file():
        raise XiezhiError(
            f"{path}: there is no truth about {channel} events", "give the folder that `simulate` wrote"
        )
    table = pq.read_table(path, columns=["id", "fraud"])
    return frozenset(table.filter(pc.fill_null(table["fraud"], False))["id"].to_pylist())
