"""What is believed of one event, and why."""

from __future__ import annotations

import msgspec

from xiezhi.domain.actions import Action


class Signal(msgspec.Struct, frozen=True):
    """One thing a rule or a model found. `weight` is what it added to the logit before caps;
    `values` are the variables its condition read, as they were."""

    id: str
    version: int
    weight: float
    group: str
    fraud_type: str
    values: dict[str, float | bool | str | None]


class Verdict(msgspec.Struct, frozen=True):
    """What is believed of one event: `score` is the probability of fraud (0..1), `type` a fraud kind's id
    or None where nothing was found."""

    offset: int
    channel: str
    id: str | None
    score: float
    type: str | None
    action: Action
    signals: list[Signal]
