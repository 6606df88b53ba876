"""Bytes from files, compressed or not, and from standard input, in blocks."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from xiezhi.domain.errors import XiezhiError

BLOCK = 1 << 22
"""Bytes read at a time."""

STDIN = "-"
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}


def split_name(path: Path) -> tuple[str, str, str | None]:
    """A file's stem, its format's extension in lower case, and how it is compressed: `a.csv.gz` is (a,
    .csv, gzip)."""
    compression = _COMPRESSIONS.get(path.suffix.lower())
    inner = Path(path.stem) if compression else Path(path.name)
    return inner.stem, inner.suffix.lower(), compression


class ByteInput:
    """One file's bytes, from the beginning each time `blocks` is called. Standard input can be read to its
    end only once; `peek` does not use it up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._head: list[bytes] = []
        self._used = False

    def peek(self) -> bytes:
        """The first block, decompressed; empty for an empty file."""
        if self.name != STDIN:
            return next(self.blocks(), b"")
        if not self._head:
            self._head = [self._read(sys.stdin.buffer, BLOCK)]
        return self._head[0]

    def blocks(self) -> Iterator[bytes]:
        """All bytes in order. Raises `XiezhiError` when the file cannot be read (on)."""
        if self.name == STDIN:
            yield from self._standard_input()
            return
        with self._open() as stream:
            while block := self._read(stream, BLOCK):
                yield block

    def _standard_input(self) -> Iterator[bytes]:
        if self._used:
            raise XiezhiError(
                "standard input was read already", "write it to a file to read it more than once"
            )
        first = self.peek()
        self._used = True
        if first:
            yield first
        while block := self._read(sys.stdin.buffer, BLOCK):
            yield block

    def _open(self) -> Any:
        compression = split_name(Path(self.name))[2]
        try:
            return (
                pa.input_stream(self.name, compression=compression) if compression else open(self.name, "rb")
            )
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self.name, error) from None

    def _read(self, stream: Any, size: int) -> bytes:
        try:
            return bytes(stream.read(size))
        except (OSError, EOFError, pa.ArrowException) as error:
            raise unreadable(self.name, error) from None


def unreadable(name: str, error: Exception) -> XiezhiError:
    """The error for a file that cannot be read at all, or not to its end."""
    reason = getattr(error, "strerror", None) or str(error).strip().split("\n")[0] or type(error).__name__
    return XiezhiError(
        f"{name}: cannot be read: {reason}", "check that the file exists, is whole, and its permissions"
    )


def in_utf8(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks of text in another encoding as UTF-8. Bytes that are none in that encoding stay as they are,
    so that whoever checks UTF-8 finds them."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
