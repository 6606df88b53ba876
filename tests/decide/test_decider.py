"""Decisions with everything that bears on them, in one batch and one by one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.decide.worlds import LISTS, VOCABULARY, EventFrame, event
from xiezhi.decide.book import RuleBook
from xiezhi.decide.decider import Decider, Decisions
from xiezhi.decide.signals import ModelSignals, SignalSource
from xiezhi.decide.traffic import part_of
from xiezhi.domain.actions import Action
from xiezhi.domain.rules import Policy, Rule, SignalGroup, Threshold
from xiezhi.domain.schema import EventSchema, Field

SCHEMA = EventSchema(
    "call", "calls", "", "",
    (
        Field("caller", "identifier", "", "", kind="phone", masking="middle"),
        Field("callee", "identifier", "", "", kind="phone", masking="hash"),
        Field("duration", "number", "", "", unit="s"),
        Field("text", "text", "", "", masking="hide"),
    ),
)  # fmt: skip
GROUPS = {name: SignalGroup(name, "", "", 4.0) for name in ("behaviour", "content", "list", "model")}
POLICY = Policy({"call": -3.0}, {"call": (Threshold(0.5, Action.warn), Threshold(0.8, Action.block))}, {})


def rule(name: str, when: str, weight: float, **more: object) -> Rule:
    text = {"zh": "通话 {duration}", "en": "talked for {duration}"}
    given = {"group": "behaviour", "fraud_type": "nuisance.wangiri", **text, **more}
    return Rule(f"call.{name}", "call", when, weight, **given)  # type: ignore[arg-type]


RULES = (
    rule("long", "duration > 100", 3.5),
    rule("word", 'contains(text, "账户")', 4.0, group="content", fraud_type="impersonation.police"),
    rule("trial", "duration > 50", 9.0, stage="shadow"),
    rule("part", "duration > 70", 2.0, stage="share", share=0.3, group="list"),
    rule(
        "denied",
        'caller in list("deny_numbers")',
        4.0,
        group="list",
        en="{caller} is on a list, {callee} is not",
    ),
)
EVENTS = [
    event(duration=20.0),
    event(duration=60.0),
    event(duration=200.0, text="安全账户"),
    event(duration=None, caller="110", text=None),
    *(event(duration=float(each), caller=f"1380013{each:04}") for each in range(65, 200, 3)),
]
MODEL = SignalSource("risk", 3, "model", "investment.romance", "模型", "the model", ())


def decider(rules: tuple[Rule, ...] = RULES) -> Decider:
    book = RuleBook(rules, {"call": VOCABULARY}, GROUPS, LISTS)
    book.apply(
        {"kind": "list.add", "list": "deny_numbers", "identifier": "phone", "value": "110", "until": 500}
    )
    return Decider(book, POLICY, GROUPS, {"call": SCHEMA})


def decide(
    found: Decider, events: list, first: int = 0, ts: int = 100, models: ModelSignals | None = None
) -> Decisions:
    offsets = np.arange(first, first + len(events), dtype=np.int64)
    return found.decide("call", EventFrame(events), offsets, np.full(len(events), ts, np.int64), models)


def model_signals(rows: list[int], weights: list[float]) -> ModelSignals:
    return ModelSignals(
        (MODEL,),
        np.array(rows, np.int32),
        np.zeros(len(rows), np.int32),
        np.array(weights),
        lambda row, which: {"x": 1.5},
    )


def test_a_batch_decides_as_its_events_would_alone():
    found = decider()
    together = decide(found, EVENTS)
    alone = [decide(found, [each], first=at) for at, each in enumerate(EVENTS)]
    assert together.score.tobytes() == b"".join(each.score.tobytes() for each in alone)
    assert together.action.tobytes() == b"".join(each.action.tobytes() for each in alone)
    assert [together.verdict(at) for at in range(len(EVENTS))] == [each.verdict(0) for each in alone]
    assert [together.explain_shadow(at) for at in range(len(EVENTS))] == [
        each.explain_shadow(0) for each in alone
    ]
    assert len({*together.score.tolist()}) > 3


def test_a_verdict_explains_itself():
    found = decide(decider(), EVENTS)
    verdict = found.verdict(2, "event-2")
    assert verdict.type == "impersonation.police"
    assert verdict.action == Action.block
    assert [(signal.id, signal.weight, signal.values) for signal in verdict.signals][:2] == [
        ("call.long", 3.5, {"duration": 200.0}),
        ("call.word", 4.0, {"text": "****", "duration": 200.0}),
    ]
    assert found.why(2, "zh")[:2] == ["通话 3 分 20 秒", "通话 3 分 20 秒"]
    assert found.why(0, "en") == []


def test_identifiers_are_shortened_in_explanations():
    found = decide(decider(), [event(caller="110", callee="13900139000", duration=None)])
    (signal,) = found.explain(0)
    assert signal.values["caller"] == "****"
    assert str(signal.values["callee"]).startswith("#")
    (words,) = found.why(0, "en")
    assert words.startswith("**** is on a list, #")
    assert "13900139000" not in words


def test_shadow_rules_are_reported_and_add_nothing():
    found = decide(decider(), EVENTS)
    assert found.score[1] == found.score[0]
    assert [signal.id for signal in found.explain_shadow(1)] == ["call.trial"]
    assert [signal.id for signal in found.explain(1)] == []


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.75, 0.99, 1.0])
def test_a_rule_on_a_share_acts_on_its_part_of_the_traffic_and_shadows_the_rest(share: float):
    rules = [each for each in RULES if each.id != "call.part"]
    rules.append(rule("part", "duration > 70", 2.0, stage="share", share=share, group="list"))
    found = decide(decider(tuple(rules)), EVENTS)
    parts = part_of(found.offsets)
    for row, each in enumerate(EVENTS):
        acted = "call.part" in [signal.id for signal in found.explain(row)]
        shadowed = "call.part" in [signal.id for signal in found.explain_shadow(row)]
        hit = each["duration"] is not None and each["duration"] > 70
        assert (acted, shadowed) == (hit and parts[row] < share, hit and parts[row] >= share)


def test_a_share_is_that_share_of_the_traffic():
    parts = part_of(np.arange(100_000))
    shares = (0.01, 0.1, 0.3, 0.5, 0.75, 0.99)
    assert [abs((parts < share).mean() - share) < 0.005 for share in shares] == [True] * len(shares)
    assert (parts >= 0).all() and (parts < 1).all()


def test_an_allow_list_lets_an_event_through_and_its_score_stands():
    found = decider()
    before = decide(found, EVENTS)
    found.book.apply(
        {
            "kind": "list.add",
            "list": "allow_numbers",
            "identifier": "phone",
            "value": "13800138000",
            "until": 200,
        }
    )
    after = decide(found, EVENTS)
    assert (before.action[2], after.action[2]) == (Action.block, Action.allow)
    assert after.score[2] == before.score[2]
    assert after.allowed.tolist() == [each["caller"] == "13800138000" for each in EVENTS]
    assert decide(found, EVENTS, ts=200).action[2] == Action.block


def test_models_speak_beside_the_rules():
    found = decider()
    decided = decide(found, EVENTS, models=model_signals([0, 2], [5.0, 1.0]))
    signal = decided.explain(0)[-1]
    assert (signal.id, signal.version, signal.weight, signal.values) == ("risk", 3, 5.0, {"x": 1.5})
    assert decided.type_of(0) == "investment.romance"
    assert (
        decided.score[0] == 1 / (1 + np.exp(-1.0)) or abs(decided.score[0] - 1 / (1 + np.exp(-1.0))) < 1e-15
    )
    assert [each.id for each in decided.explain(2)][:2] == ["call.long", "call.word"]
    assert decided.explain(2)[-1].id == "risk"


def test_a_changed_book_changes_the_next_batch():
    found = decider()
    assert decide(found, EVENTS).score[1] < 0.5
    found.book.apply({"kind": "rule.stage", "id": "call.trial", "stage": "live"})
    after = decide(found, EVENTS)
    assert after.score[1] > 0.5
    assert [signal.id for signal in after.explain(1)] == ["call.trial"]


def test_a_snoozed_rule_is_not_heard():
    found = decider()
    found.book.apply(
        {"kind": "snooze", "rule": "call.denied", "identifier": "phone", "value": "110", "until": 300}
    )
    assert decide(found, EVENTS, ts=299).explain(3) == []
    assert [signal.id for signal in decide(found, EVENTS, ts=300).explain(3)] == ["call.denied"]


def test_an_empty_batch_is_decided():
    assert len(decide(decider(), [])) == 0
