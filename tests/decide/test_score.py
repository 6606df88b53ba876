"""Scores against a plain sum, and that they do not depend on the batch."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.decide.policy import ChannelPolicy
from xiezhi.decide.score import Scorer
from xiezhi.decide.signals import Signals, SignalSource
from xiezhi.domain.actions import Action
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Policy, SignalGroup, Threshold

GROUPS = {"a": SignalGroup("a", "", "", 3.0), "b": SignalGroup("b", "", "", 1.0)}
SOURCES = (
    SignalSource("r0", 1, "a", "loan.fake_platform"),
    SignalSource("r1", 1, "b", "gambling.fake_platform"),
    SignalSource("r2", 1, "a", "loan.fake_platform"),
    SignalSource("r3", 1, "b", ""),
)
TYPES = ("loan.fake_platform", "gambling.fake_platform")
SCORER = Scorer.of(-5.0, SOURCES, TYPES, GROUPS)

hits = st.lists(
    st.tuples(st.integers(0, 39), st.integers(0, 3), st.floats(-4, 4)),
    max_size=80,
    unique_by=lambda hit: hit[:2],
).map(sorted)


def signals(found: list[tuple[int, int, float]]) -> Signals:
    rows, sources, weights = zip(*found, strict=True) if found else ((), (), ())
    return Signals(np.array(rows, np.int32), np.array(sources, np.int32), np.array(weights, np.float64))


@settings(deadline=None)
@given(hits, st.integers(0, 40))
def test_a_score_is_the_capped_sum_of_its_signals_in_every_batch(found, cut):
    scores, types = SCORER.score(40, signals(found))
    for row in range(40):
        own = [(source, weight) for at, source, weight in found if at == row]
        logit = -5.0
        for name, group in GROUPS.items():
            total = sum(weight for source, weight in own if SOURCES[source].group == name)
            logit += min(max(total, -group.cap), group.cap)
        assert scores[row] == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-12)
        named = [(weight, -source) for source, weight in own if weight > 0 and SOURCES[source].fraud_type]
        expected = TYPES.index(SOURCES[-max(named)[1]].fraud_type) if named else -1
        assert types[row] == expected

    before = signals([hit for hit in found if hit[0] < cut])
    after = signals([(row - cut, *rest) for row, *rest in found if row >= cut])
    parts = [SCORER.score(cut, before), SCORER.score(40 - cut, after)]
    assert np.concatenate([part[0] for part in parts]).tobytes() == scores.tobytes()
    assert np.concatenate([part[1] for part in parts]).tobytes() == types.tobytes()


def test_an_earlier_source_wins_a_tie():
    _, types = SCORER.score(1, signals([(0, 0, 1.0), (0, 1, 1.0)]))
    assert types.tolist() == [0]


def test_signals_that_speak_against_fraud_name_no_type():
    scores, types = SCORER.score(1, signals([(0, 0, -2.0)]))
    assert types.tolist() == [-1]
    assert scores[0] == 1 / (1 + math.exp(7.0)) or math.isclose(scores[0], 1 / (1 + math.exp(7.0)))


def test_large_logits_neither_overflow_nor_lose_their_sign():
    groups = {"a": SignalGroup("a", "", "", 1e6)}
    scorer = Scorer.of(0.0, SOURCES[:1], TYPES, groups)
    scores, _ = scorer.score(2, signals([(0, 0, 1e5), (1, 0, -1e5)]))
    assert scores.tolist() == [1.0, 0.0]


def test_an_unknown_group_is_refused():
    with pytest.raises(XiezhiError, match="no signal group `c`"):
        Scorer.of(0.0, [SignalSource("r", 1, "c", "")], (), GROUPS)


def test_merged_signals_are_in_order_of_row_then_source():
    merged = signals([(0, 1, 1.0), (2, 0, 2.0)]).merged(signals([(0, 3, 3.0), (1, 3, 4.0)]))
    assert list(zip(merged.rows, merged.sources, merged.weights, strict=True)) == [
        (0, 1, 1),
        (0, 3, 3),
        (1, 3, 4),
        (2, 0, 2),
    ]
    assert list(merged.of_row(0)) == [0, 1]
    assert list(merged.of_row(3)) == []


POLICY = Policy(
    prior={"call": -5.0},
    thresholds={"call": (Threshold(0.9, Action.block), Threshold(0.5, Action.warn))},
    overrides={
        ("call", "loan"): (Threshold(0.2, Action.label),),
        ("call", "loan.fake_platform"): (Threshold(0.3, Action.verify), Threshold(0.8, Action.hold)),
        ("transfer", "gambling"): (Threshold(0.0, Action.hold),),
    },
)


def test_the_exact_type_goes_before_its_group_and_this_before_the_channel():
    types = ("loan.fake_platform", "loan.upfront_fee", "gambling.fake_platform")
    policy = ChannelPolicy(POLICY, "call", types)
    scores = np.array([0.95, 0.95, 0.95, 0.95, 0.29, 0.3, 0.2, 0.5, 0.49])
    asked = np.array([0, 1, 2, -1, 0, 0, 1, 2, -1], np.int16)
    wanted = ["hold", "label", "block", "block", "allow", "verify", "label", "warn", "allow"]
    assert [Action(each).name for each in policy.actions(scores, asked)] == wanted


def test_a_channel_without_policy_is_refused():
    with pytest.raises(XiezhiError, match="says nothing about visit events"):
        ChannelPolicy(POLICY, "visit", ())
