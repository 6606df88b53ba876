"""The one error that users see: what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in data or settings: `place` is `file:line` or another name a reader can go to."""

    place: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n  -> {self.cure}" if self.cure else text


class XiezhiError(Exception):
    """A fault that the user can mend. The command line exits with 2 on it, the API answers 4xx."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(f"{message}\n  -> {cure}" if cure else message)
        self.message = message
        self.cure = cure


@dataclass(slots=True)
class Problems:
    """Collects faults so that a user sees all of them at once, not the first only."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: str, message: str, cure: str = "") -> None:
        """Note one fault."""
        self.found.append(Problem(place, message, cure))

    def raise_if_any(self, what: str) -> None:
        """Raise `XiezhiError` naming every fault found, or return when there is none."""
        if self.found:
            listing = "\n".join(str(problem) for problem in self.found)
            raise XiezhiError(f"{what}: {len(self.found)} problem(s)\n{listing}")
