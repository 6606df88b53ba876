"""What is wrong with the knowledge, as a list to show rather than an error to stop on."""

from __future__ import annotations

from pathlib import Path

from xiezhi.domain.errors import Problem, Problems
from xiezhi.knowledge.base import read_knowledge


def problems(overlay: Path | None = None) -> list[Problem]:
    """Every fault of the shipped knowledge with an overlay laid over it, in the order of the files."""
    found = Problems()
    read_knowledge(overlay, found)
    return found.found
