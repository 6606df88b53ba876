"""Rules told to be quiet about one identifier for a while, so that a known false alarm stays away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xiezhi.decide.compiled import Hits
from xiezhi.decide.frame import Frame
from xiezhi.decide.kernels import Bools, Int32
from xiezhi.decide.language import Vocabulary
from xiezhi.domain.batch import Int64
from xiezhi.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Snooze:
    """One rule quiet about one identifier before `until` (ms)."""

    rule: str
    identifier: str
    value: str
    until: int
    by: str
    at: int


class Snoozes:
    """All snoozes, by rule, kind of identifier and key."""

    def __init__(self) -> None:
        self._by_rule: dict[str, dict[tuple[str, int], Snooze]] = {}

    def __iter__(self) -> Iterator[Snooze]:
        return (snooze for found in self._by_rule.values() for snooze in found.values())

    def add(self, key: int, snooze: Snooze) -> None:
        """Note a snooze; a later one for the same rule and identifier takes its place."""
        self._by_rule.setdefault(snooze.rule, {})[snooze.identifier, key] = snooze

    def forget_before(self, ts: int) -> None:
        """Drop those that ended at or before `ts` (ms)."""
        for rule, found in list(self._by_rule.items()):
            self._by_rule[rule] = {place: snooze for place, snooze in found.items() if snooze.until > ts}
            if not self._by_rule[rule]:
                del self._by_rule[rule]

    def drop(
        self, hits: Hits, rules: Sequence[Rule], frame: Frame, ts: Int64, vocabulary: Vocabulary
    ) -> Hits:
        """The hits without those that are snoozed for an identifier of their event."""
        if not self._by_rule:
            return hits
        keep = np.ones(len(hits), np.bool_)
        for index, rule in enumerate(rules):
            if rule.id in self._by_rule:
                at = np.flatnonzero(hits.rules == index)
                if len(at):
                    keep[at] = ~self._quiet(rule.id, hits.rows[at], frame, ts, vocabulary)
        return hits.where(keep)

    def _quiet(self, rule: str, rows: Int32, frame: Frame, ts: Int64, vocabulary: Vocabulary) -> Bools:
        quiet = np.zeros(len(rows), np.bool_)
        for (kind, key), snooze in self._by_rule[rule].items():
            for field in vocabulary.fields_of_kinds([kind]):
                quiet |= (frame.keys(field)[rows] == np.uint64(key)) & (ts[rows] < snooze.until)
        return quiet
