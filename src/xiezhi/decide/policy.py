"""From score and fraud type to action, by the thresholds of the policy file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from xiezhi.decide.score import NO_TYPE, Int16
from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Float64
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Policy, Threshold

Int8 = npt.NDArray[np.int8]


class _Ladder:
    """Thresholds in ascending order; the highest one reached decides, below the first it is `allow`."""

    def __init__(self, thresholds: Sequence[Threshold]) -> None:
        ordered = sorted(thresholds, key=lambda threshold: threshold.score)
        self._scores = np.array([threshold.score for threshold in ordered], np.float64)
        self._actions = np.array([Action.allow, *(threshold.action for threshold in ordered)], np.int8)

    def climb(self, scores: Float64) -> Int8:
        return np.asarray(self._actions[np.searchsorted(self._scores, scores, side="right")])


class ChannelPolicy:
    """The policy of one channel for the fraud types `types`, by whose indices it is asked.

    Thresholds for the exact type go before those for the type's group, and these before the channel's.
    Raises `XiezhiError` when the policy does not know the channel.
    """

    def __init__(self, policy: Policy, channel: str, types: Sequence[str]) -> None:
        if channel not in policy.prior or channel not in policy.thresholds:
            raise XiezhiError(
                f"the policy says nothing about {channel} events", "give the channel in policy.yaml"
            )
        self.prior = policy.prior[channel]
        self._usual = _Ladder(policy.thresholds[channel])
        self._special: dict[int, _Ladder] = {}
        for index, name in enumerate(types):
            group = name.partition(".")[0]
            thresholds = policy.overrides.get((channel, name), policy.overrides.get((channel, group)))
            if thresholds is not None:
                self._special[index] = _Ladder(thresholds)

    def actions(self, scores: Float64, types: Int16) -> Int8:
        """The action for each row (int8[n], values of `Action`)."""
        actions = self._usual.climb(scores)
        if self._special:
            for index in np.unique(types[types != NO_TYPE]).tolist():
                if index in self._special:
                    chosen = types == index
                    actions[chosen] = self._special[index].climb(scores[chosen])
        return actions
