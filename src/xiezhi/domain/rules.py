"""Rules, signal groups and the policy as plain data; `decide` gives them their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xiezhi.domain.actions import Action

Stage = Literal["draft", "shadow", "share", "live", "retired"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `weight` is in log-odds: what the rule adds to the score's logit when it hits.

    `share` (0..1) is the part of traffic it acts on in stage `share`, chosen by a hash of the event's
    offset. `zh` and `en` explain a hit; `{name}` in them is filled with the value of a variable.
    """

    id: str
    channel: str
    when: str
    weight: float
    group: str
    fraud_type: str
    zh: str
    en: str
    stage: Stage = "live"
    share: float = 1.0
    version: int = 1
    author: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SignalGroup:
    """Signals that speak of the same thing; together they add at most `cap` to the logit."""

    id: str
    zh: str
    en: str
    cap: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `score` (0..1) upwards, do `action`; the highest threshold reached wins."""

    score: float
    action: Action


@dataclass(frozen=True, slots=True)
class Policy:
    """How scores become actions.

    `prior` is each channel's logit before any signal. `thresholds` are per channel, `overrides` per
    (channel, fraud type or its group) and go before them.
    """

    prior: dict[str, float]
    thresholds: dict[str, tuple[Threshold, ...]]
    overrides: dict[tuple[str, str], tuple[Threshold, ...]]
