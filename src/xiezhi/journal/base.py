"""What a journal is: the durable, ordered log that everything else can be made from again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from xiezhi.domain.batch import MicroBatch

Positions = Mapping[str, int]
"""For each source, the next row to read: kept with the events, so that a source is never read twice."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One append: the events of a micro-batch, or one control record (a change of rules or lists).

    Events take the offsets `first` to `first + size - 1`, a control record takes one.
    """

    first: int
    size: int
    events: MicroBatch | None = None
    control: Mapping[str, Any] | None = None
    positions: Positions | None = None

    @property
    def end(self) -> int:
        """The offset after this entry."""
        return self.first + self.size


class Journal(Protocol):
    """A durable log. SQLite is the first implementation, Kafka is meant to be another.

    Whatever `append` or `append_control` returned for survives a crash of the machine.
    """

    def append(self, events: MicroBatch, positions: Positions | None = None) -> Entry:
        """Write a micro-batch; returns when it is durable."""
        ...

    def append_control(self, record: Mapping[str, Any]) -> Entry:
        """Write a control record; returns when it is durable."""
        ...

    def read(self, offset: int = 0) -> Iterator[Entry]:
        """Entries from the one that holds `offset` on, in order, up to the end as it is now."""
        ...

    def controls(self, until: int) -> Iterator[Entry]:
        """Control records with offsets below `until`, in order."""
        ...

    def end(self) -> int:
        """The offset that the next event will get."""
        ...

    def positions(self) -> dict[str, int]:
        """The newest position of every source."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...
