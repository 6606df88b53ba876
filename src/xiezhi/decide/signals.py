"""What a rule or a model said about rows, and what it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xiezhi.decide.compiled import Hits
from xiezhi.decide.kernels import Bools, Int32
from xiezhi.decide.wording import Value
from xiezhi.domain.batch import Float64
from xiezhi.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class SignalSource:
    """A rule's version or a model. `names` are the variables it reads or names, `zh` and `en` its words.

    `fraud_type` is empty for a model that tells fraud from none, but not which.
    """

    id: str
    version: int
    group: str
    fraud_type: str
    zh: str = ""
    en: str = ""
    names: tuple[str, ...] = ()

    @classmethod
    def of_rule(cls, rule: Rule, names: tuple[str, ...]) -> SignalSource:
        """The source that a rule is."""
        return cls(rule.id, rule.version, rule.group, rule.fraud_type, rule.zh, rule.en, names)


@dataclass(frozen=True, slots=True)
class Signals:
    """Signals in order of row, then source: `rows`, `sources` (int32[h]) and their `weights` (float64[h])."""

    rows: Int32
    sources: Int32
    weights: Float64

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of_hits(cls, hits: Hits, weights: Float64) -> Signals:
        """The signals of rules' hits; `weights` are those of the rules."""
        return cls(hits.rows, hits.rules, weights[hits.rules])

    def of_row(self, row: int) -> range:
        """Where the signals of one row are."""
        low = self.rows.searchsorted(row)
        return range(int(low), int(self.rows.searchsorted(row + 1)))

    def where(self, wanted: Bools) -> Signals:
        """Some of the signals (bool[h])."""
        return Signals(self.rows[wanted], self.sources[wanted], self.weights[wanted])

    def merged(self, other: Signals) -> Signals:
        """These and others, in order."""
        if not len(other):
            return self
        rows = np.concatenate([self.rows, other.rows])
        sources = np.concatenate([self.sources, other.sources])
        order = np.lexsort((sources, rows))
        return Signals(rows[order], sources[order], np.concatenate([self.weights, other.weights])[order])


@dataclass(frozen=True)
class ModelSignals:
    """What models add to a batch: `which` (int32[h]) is an index into `sources`, `weights` (float64[h]) go
    to the logit. `reasons`, given a row and an index into `sources`, tells what the signal rests on."""

    sources: tuple[SignalSource, ...]
    rows: Int32
    which: Int32
    weights: Float64
    reasons: Callable[[int, int], dict[str, Value]] | None = None
