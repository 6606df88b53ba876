"""A city on disk: one Parquet file a channel, the truth in a folder beside them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator import rhythm
from xiezhi.simulator.city import City
from xiezhi.simulator.schemas import CHANNELS, TRUTH, schema_of

Progress = Callable[[int, int], None]
"""Called with (events written, events in all)."""

_ROW_GROUP = 262_144
_LEAST = 100


def size(events: int) -> tuple[int, int]:
    """(days, subscribers) of a city in which about that many events happen."""
    days = 1 if events < 50_000 else 2 if events < 500_000 else 3
    return days, max(300, round(events / days / 9.5))


class _Sheet:
    """One Parquet file that grows by row groups."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Numbers, ids and free text hardly repeat: a dictionary of them would only be built and thrown away.
        plain = {"id", "ts", "text", "url", "duration", "amount", "balance", "lat", "lon", "power"}
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in schema.names if name not in plain],
        )
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(
            pa.Table.from_batches(self._waiting, self._schema), row_group_size=_ROW_GROUP
        )
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()


def simulate(
    directory: Path | str, events: int, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Write exactly `events` events of a city into `directory`, and say how long it took.

    Makes `<channel>.parquet` (canonical columns in time order), `truth/<channel>.parquet` (row by row the
    same events) and `city.json`. Raises `XiezhiError` where the folder cannot be written or `events` is tiny.
    """
    if events < _LEAST:
        raise XiezhiError(f"{events} events do not make a city", f"ask for at least {_LEAST}")
    began = time.perf_counter()
    folder = Path(directory)
    days, subscribers = size(events)
    city = City(seed, subscribers)
    counts, frauds = _write(folder, city, days, events, progress)
    seconds = time.perf_counter() - began
    about = {
        "seed": seed,
        "events": events,
        "days": days,
        "start": rhythm.MONDAY,
        "channels": dict(counts),
        "fraud": dict(sorted(frauds.items())),
        **city.describe(),
    }
    (folder / "city.json").write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return {
        "events": events,
        "seconds": round(seconds, 3),
        "events_per_second": round(events / max(seconds, 1e-9), 1),
        "dead": 0,
        "verdicts": 0,
        "actions": {},
    }


def _write(
    folder: Path, city: City, days: int, events: int, progress: Progress | None
) -> tuple[Counter[str], Counter[str]]:
    """Stream the city into its files. Returns events by channel and fraudulent events by kind."""
    try:
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        sheets = {channel: _Sheet(folder / f"{channel}.parquet", schema_of(channel)) for channel in CHANNELS}
        truths = {channel: _Sheet(folder / "truth" / f"{channel}.parquet", TRUTH) for channel in CHANNELS}
    except OSError as error:
        raise XiezhiError(
            f"cannot write to {folder}: {error.strerror}", "choose a folder you may write to"
        ) from error
    counts, frauds, done = Counter(dict.fromkeys(CHANNELS, 0)), Counter[str](), 0
    for slice_ in city.hours(days=days, events=events):
        for part in slice_.events:
            sheets[part.channel].add(part.table)
            truth = slice_.truth[part.channel]
            truths[part.channel].add(truth)
            counts[part.channel] += len(part)
            frauds.update(truth["fraud_type"].drop_null().to_pylist())
        done += slice_.events.size
        if progress:
            progress(done, events)
    for sheet in (*sheets.values(), *truths.values()):
        sheet.close()
    return counts, frauds
