"""Signals into a probability: capped groups of log-odds over the channel's prior, as in naive Bayes.

Good's "weight of evidence" (1950): independent signals add in log-odds. Signals of one group are not
independent, hence the cap on what a group can add or take away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiezhi.decide.kernels import Int32, kernel
from xiezhi.decide.signals import Signals, SignalSource
from xiezhi.domain.batch import Float64
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import SignalGroup

Int16 = npt.NDArray[np.int16]

NO_TYPE = -1
"""Index of the fraud type where nothing was found."""


@dataclass(frozen=True)
class Scorer:
    """Scores the rows of one channel. `types` are the fraud types of its sources; `group_of`
    (int32[sources]) and `type_of` (int16[sources]) are indices into `caps` and `types`."""

    prior: float
    types: tuple[str, ...]
    group_of: Int32
    type_of: Int16
    caps: Float64

    @classmethod
    def of(
        cls,
        prior: float,
        sources: Sequence[SignalSource],
        types: tuple[str, ...],
        groups: Mapping[str, SignalGroup],
    ) -> Scorer:
        """Raises `XiezhiError` for a source of a group that does not exist."""
        index = {name: place for place, name in enumerate(groups)}
        for source in sources:
            if source.group not in index:
                cure = f"the groups are {', '.join(groups)}"
                raise XiezhiError(f"{source.id}: there is no signal group `{source.group}`", cure)
        type_index = {name: place for place, name in enumerate(types)}
        return cls(
            prior=prior,
            types=types,
            group_of=np.array([index[source.group] for source in sources], np.int32),
            type_of=np.array([type_index.get(source.fraud_type, NO_TYPE) for source in sources], np.int16),
            caps=np.array([group.cap for group in groups.values()], np.float64),
        )

    def score(self, rows: int, signals: Signals) -> tuple[Float64, Int16]:
        """Probability of fraud (float64[rows]) and index of the fraud type (int16[rows], -1 for none).

        A row's weights are added in the order of its signals and of the groups, so its score is the same
        to the bit in every batch. The type is that of the heaviest signal; the earlier source wins a tie.
        Signals that speak against fraud name no type.
        """
        scores = np.empty(rows, np.float64)
        types = np.empty(rows, np.int16)
        sums = np.zeros(len(self.caps), np.float64)
        _score(
            signals.rows, signals.sources, signals.weights, self.group_of, self.type_of, self.caps,
            self.prior, sums, scores, types,
        )  # fmt: skip
        return scores, types


@kernel
def _sigmoid(logit: float) -> float:
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    power = math.exp(logit)
    return power / (1.0 + power)


@kernel
def _score(
    rows: Int32,
    sources: Int32,
    weights: Float64,
    group_of: Int32,
    type_of: Int16,
    caps: Float64,
    prior: float,
    sums: Float64,
    scores: Float64,
    types: Int16,
) -> None:
    nothing = _sigmoid(prior)
    at = 0
    for row in range(scores.shape[0]):
        types[row] = NO_TYPE
        if at >= rows.shape[0] or rows[at] != row:
            scores[row] = nothing
            continue
        heaviest = 0.0
        while at < rows.shape[0] and rows[at] == row:
            source = sources[at]
            sums[group_of[source]] += weights[at]
            if weights[at] > heaviest and type_of[source] >= 0:
                heaviest = weights[at]
                types[row] = type_of[source]
            at += 1
        logit = prior
        for group in range(caps.shape[0]):
            logit += min(max(sums[group], -caps[group]), caps[group])
            sums[group] = 0.0
        scores[row] = _sigmoid(logit)
