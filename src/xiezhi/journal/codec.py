"""Micro-batches as bytes: one self-describing Arrow stream a channel, and the order of the events."""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import MicroBatch, Part

_COMPRESS_FROM = 4096
"""Events from which compression pays; the small batches of HTTP are written as they are."""


class _Body(msgspec.Struct, array_like=True):
    lanes: bytes
    """For each event, in order, the number of the part that it is in."""
    parts: list[tuple[str, bytes]]
    """Channel and Arrow stream."""


def encode(batch: MicroBatch) -> bytes:
    """A micro-batch as bytes."""
    lanes = np.empty(batch.size, np.uint8)
    parts = []
    options = pa.ipc.IpcWriteOptions(compression="lz4" if batch.size >= _COMPRESS_FROM else None)
    for number, part in enumerate(batch.parts):
        lanes[part.order] = number
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, part.table.schema, options=options) as stream:
            stream.write_batch(part.table)
        parts.append((part.channel, sink.getvalue().to_pybytes()))
    return msgspec.msgpack.encode(_Body(lanes.tobytes(), parts))


def decode(data: bytes) -> MicroBatch:
    """The micro-batch that `encode` made bytes of."""
    body = msgspec.msgpack.decode(data, type=_Body)
    lanes = np.frombuffer(body.lanes, np.uint8)
    parts = []
    for number, (channel, stream) in enumerate(body.parts):
        table = pa.ipc.open_stream(stream).read_next_batch()
        parts.append(Part(channel, table, np.flatnonzero(lanes == number)))
    return MicroBatch(tuple(parts))
