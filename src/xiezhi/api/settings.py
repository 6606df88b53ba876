"""What an installation may choose about the doors' sizes."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds of what callers may send, in bytes and rows."""

    event_bytes: int = 64 * KIB
    """One event sent to `/v1/decide`."""
    body_bytes: int = MIB
    """Any other body, unless its path has a bound of its own."""
    many_bytes: int = 8 * MIB
    """The events sent to `/v1/decide-many`."""
    many_rows: int = 1_000
    ingest_bytes: int = 2 * GIB
    """A file sent to `/v1/ingest`."""
    depth: int = 32
    """Objects and lists inside each other in a JSON body."""
