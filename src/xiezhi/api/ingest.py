"""Files taken in through the door: streamed to disk, then read by a job and decided on in slices.

An upload is known by the digest of its bytes and of how it is to be read. The journal notes with every slice which
row comes next, so the same upload sent again goes on where it stopped, and takes nothing in twice.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from starlette.concurrency import run_in_threadpool

from xiezhi.api.context import House
from xiezhi.api.jobs import JobProgress
from xiezhi.api.problems import Refusal
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.schema import EventSchema
from xiezhi.sources.csv_file import CsvSource
from xiezhi.sources.merge import Merged, merge
from xiezhi.sources.reading import open_source
from xiezhi.sources.source import CHUNK_ROWS, Chunk, Source, SourceOptions
from xiezhi.storage.dead_letters import CsvReading, DeadLetter, keep, keep_reading
from xiezhi.storage.store import Store

SLICE = 4_096
"""Events that the engine decides on at once: requests wait no longer than that."""

CLOCK = "clock "
"""Before a source's name in the journal's positions: the newest time read of it."""

_PIECE = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
SUFFIXES = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How an upload is to be read."""

    format: str
    channel: EventSchema | None
    mapping: Mapping[str, str]
    name: str
    time_unit: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived. `rows` is about how many it has."""

    path: Path
    source: str
    rows: int


def incoming(store: Store) -> Path:
    """Where uploads lie until they are read."""
    return store.root / "incoming"


def clean(store: Store) -> None:
    """Delete what an earlier server left lying."""
    shutil.rmtree(incoming(store), ignore_errors=True)


async def receive(store: Store, body: AsyncIterator[bytes], reading: Reading, most: int) -> Upload:
    """Write a body to disk as it comes. Raises `Refusal` (413, 422); nothing is left of one that breaks off."""
    folder = incoming(store) / secrets.token_hex(8)
    path = folder / f"{_stem(reading.name)}{SUFFIXES[reading.format]}"
    try:
        with _writing(path):
            await run_in_threadpool(folder.mkdir, parents=True)
            size, digest, lines = await _write(path, body, most)
        if not size:
            raise Refusal(422, "the file is empty", "send its bytes as the body")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    how = repr((reading.format, reading.channel and reading.channel.name, sorted(reading.mapping.items())))
    digest.update(f"{how} {reading.time_unit}".encode())
    rows = await run_in_threadpool(_rows, path, lines)
    return Upload(path, f"upload:{digest.hexdigest()[:16]}/{path.name}", rows)


async def _write(path: Path, body: AsyncIterator[bytes], most: int) -> tuple[int, Any, int]:
    """(bytes, digest, line ends) of what came."""
    digest, size, lines, pending = hashlib.sha256(), 0, 0, bytearray()
    with open(path, "wb") as file:

        def put(piece: bytes) -> None:
            with _writing(path):
                file.write(piece)
            digest.update(piece)

        async for part in body:
            size += len(part)
            if size > most:
                raise Refusal(413, f"the file is larger than {most} bytes", "send it in several parts")
            lines += part.count(b"\n")
            pending += part
            if len(pending) >= _PIECE:
                await run_in_threadpool(put, bytes(pending))
                pending.clear()
        await run_in_threadpool(put, bytes(pending))
    return size, digest, lines


def work(house: House, upload: Upload, reading: Reading) -> Callable[[JobProgress], dict[str, Any]]:
    """What a job has to do to take an upload in."""

    def run(progress: JobProgress) -> dict[str, Any]:
        try:
            return _take(house, upload, reading, progress)
        except XiezhiError as error:
            # People know the file by its name, not by where it lay here.
            raise XiezhiError(
                error.message.replace(str(upload.path), upload.path.name), error.cure
            ) from error
        finally:
            shutil.rmtree(upload.path.parent, ignore_errors=True)

    return run


def _take(house: House, upload: Upload, reading: Reading, progress: JobProgress) -> dict[str, Any]:
    options = SourceOptions(time_unit=reading.time_unit)
    schemas = house.knowledge.schemas
    opened = open_source(upload.path, reading.channel, reading.mapping, options, schemas)
    source = _Named(opened, upload.source)
    where = house.desk.engine.journal.positions()
    before = where.get(upload.source, 0)
    clocks = {name.removeprefix(CLOCK): at for name, at in where.items() if name.startswith(CLOCK)}
    progress.expect(max(upload.rows, 1))
    events = rejected = 0
    for merged in merge([source], SLICE, where, clocks):
        if merged.bad and isinstance(opened, CsvSource):
            how = CsvReading(tuple(opened.columns), opened.delimiter, reading.mapping, reading.time_unit)
            keep_reading(house.database, upload.source, how)
        rejected += _keep_bad(house, merged, source)
        if merged.batch.size:
            clocks = {CLOCK + name: clock for name, clock in merged.clocks.items()}
            house.desk.ingest(merged.batch, {**merged.positions, **clocks})
            events += merged.batch.size
        progress.reach(min(before + events + rejected, max(upload.rows, 1)))
    return {
        "source": upload.source,
        "channel": source.channel.name,
        "events": events,
        "rejected": rejected,
        "taken_before": before,
    }


def _keep_bad(house: House, merged: Merged, source: Source) -> int:
    """Put bad rows to the dead letters before the slice after them is journalled."""
    letters = [
        DeadLetter(bad.file, bad.row, bad.line, source.channel.name, bad.reason, bad.raw)
        for bad in merged.bad
    ]
    keep(house.database, letters)
    return len(letters)


class _Named:
    """A source under another name than its path."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self.name = source, name

    @property
    def channel(self) -> EventSchema:
        """The channel that its rows are events of."""
        return self._source.channel

    def chunks(self, start_row: int = 0, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The rows, as the source has them."""
        for chunk in self._source.chunks(start_row, rows):
            yield replace(chunk, bad=[replace(bad, file=self.name) for bad in chunk.bad])


class _writing:  # noqa: N801 - it reads as a verb
    """Turns faults of the disk into an error that says what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            cure = "make room on the disk, or mend the store's rights, and send it again"
            raise XiezhiError(f"the file can't be kept ({error.strerror or error})", cure) from error


def _stem(name: str) -> str:
    """A file's name without its folders and ending, in characters that are safe anywhere."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _UNSAFE.sub("_", last.split(".", 1)[0])[:60].strip("_.-") or "upload"


def _rows(path: Path, lines: int) -> int:
    if path.suffix == ".parquet":
        try:
            return int(pq.read_metadata(path).num_rows)
        except (OSError, pa.ArrowException):
            return 0
    return lines
