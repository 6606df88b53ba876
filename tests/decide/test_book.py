"""The life of rules, lists and snoozes through control records."""

from __future__ import annotations

import numpy as np
import pytest

from tests.decide.worlds import LISTS, VOCABULARY, EventFrame, event
from xiezhi.decide.book import RuleBook
from xiezhi.decide.traffic import part_of
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Rule

RULE = {
    "id": "call.long", "channel": "call", "when": "duration > 100", "weight": 2.0, "group": "behaviour",
    "fraud_type": "nuisance.wangiri", "zh": "通话 {duration}", "en": "talked for {duration}",
}  # fmt: skip


def book(*rules: Rule) -> RuleBook:
    return RuleBook(rules, {"call": VOCABULARY}, ["behaviour"], LISTS, ["nuisance.wangiri"])


def save(**changes: object) -> dict[str, object]:
    return {"kind": "rule.save", "rule": {**RULE, **changes}, "by": "li", "at": 5}


def stage(name: str, **more: object) -> dict[str, object]:
    return {"kind": "rule.stage", "id": "call.long", "stage": name, "by": "li", "at": 6, **more}


def acting(found: RuleBook) -> list[tuple[int, float, float]]:
    compiled = found.compiled("call")
    versions = [rule.version for rule in compiled.rules.rules]
    return list(zip(versions, compiled.low.tolist(), compiled.high.tolist(), strict=True))


def test_a_rule_goes_from_draft_to_live():
    found = book()
    found.apply(save())
    assert acting(found) == []
    found.apply(stage("shadow"))
    assert acting(found) == [(1, 0.0, 0.0)]
    found.apply(stage("share", share=0.25))
    assert acting(found) == [(1, 0.0, 0.25)]
    found.apply(stage("live"))
    assert acting(found) == [(1, 0.0, 1.0)]
    found.apply(stage("retired"))
    assert acting(found) == []
    assert [change.what for change in found.life("call.long").history] == [
        "saved", "draft -> shadow", "shadow -> share", "share -> live", "live -> retired",
    ]  # fmt: skip
    assert found.version == 5


def test_a_new_version_takes_over_by_and_by():
    found = book(Rule(**RULE))
    found.apply(save(when="duration > 200"))
    assert acting(found) == [(1, 0.0, 1.0)]
    found.apply(stage("shadow"))
    assert acting(found) == [(1, 0.0, 1.0), (2, 0.0, 0.0)]
    found.apply(stage("share", share=0.1))
    assert acting(found) == [(1, 0.1, 1.0), (2, 0.0, 0.1)]
    found.apply(stage("live"))
    assert acting(found) == [(2, 0.0, 1.0)]


def test_a_rollback_brings_the_older_version_back():
    found = book(Rule(**RULE))
    found.apply(save(when="duration > 200", stage="live"))
    assert acting(found) == [(2, 0.0, 1.0)]
    found.apply({"kind": "rule.rollback", "id": "call.long", "version": 1, "by": "li", "at": 9})
    assert acting(found) == [(1, 0.0, 1.0)]
    assert found.life("call.long").version(2).stage == "retired"
    found.apply(save(when="duration > 300"))
    assert found.life("call.long").newest.version == 3


def test_a_rollback_from_a_share_leaves_the_live_version_alone():
    found = book(Rule(**RULE))
    for record in (save(when="duration > 200"), stage("shadow"), stage("share", share=0.1)):
        found.apply(record)
    found.apply({"kind": "rule.rollback", "id": "call.long", "version": 1, "by": "li", "at": 9})
    assert acting(found) == [(1, 0.0, 1.0)]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (save(when="duratoin > 3"), "duratoin > 3\n  ^^^^^^^^"),
        (save(group="behavoir"), "did you mean `behaviour`?"),
        (save(fraud_type="nuisance.wangir"), "did you mean `nuisance.wangiri`?"),
        (save(channel="cal"), "did you mean `call`?"),
        (save(weight="heavy"), r"rule.weight"),
        (save(weight=float("nan")), "must be a number"),
        (save(share=1.5, stage="share"), "not within 0 and 1"),
        (save(zh="{durtion}"), "did you mean `duration`?"),
        (save(en="{duration"), "a brace that belongs to no name"),
        (save(colour="red"), "colour"),
        (stage("live"), "cannot go from draft to live"),
        (stage("sideways"), "sideways"),
        (stage("shadow", version=7), "there is no version 7"),
        ({"kind": "rule.stage", "id": "call.lnog", "stage": "shadow"}, "did you mean `call.long`?"),
        ({"kind": "rule.rollback", "id": "call.long", "version": 1}, "no version after 1"),
        ({"kind": "rule.delete"}, "no control record of kind `rule.delete`"),
        (
            {"kind": "list.add", "list": "deny_number", "identifier": "phone", "value": "1"},
            "no list `deny_number`",
        ),
        (
            {"kind": "list.add", "list": "deny_numbers", "identifier": "card", "value": "1"},
            "takes no identifiers of kind",
        ),
        (
            {"kind": "list.remove", "list": "deny_numbers", "identifier": "phone", "value": "1"},
            "is not on the list",
        ),
        (
            {"kind": "snooze", "rule": "call.long", "identifier": "card", "value": "1", "until": 3},
            "no call event has",
        ),
        (
            {"kind": "snooze", "rule": "call.lon", "identifier": "phone", "value": "1", "until": 3},
            "there is no rule",
        ),
    ],
)
def test_a_record_that_cannot_be_applied_says_so_and_changes_nothing(record, message):
    found = book()
    found.apply(save())
    before = found.life("call.long")
    with pytest.raises(XiezhiError) as caught:
        found.apply(record)
    assert message in str(caught.value)
    assert found.life("call.long") is before
    assert found.version == 1
    assert len(found.lives) == 1


def test_shipped_rules_are_all_checked_at_once():
    bad = [Rule(**{**RULE, "id": name, "when": "duratoin > 1"}) for name in ("call.a", "call.b")]
    with pytest.raises(XiezhiError) as caught:
        book(*bad)
    assert str(caught.value).count("did you mean `duration`?") == 2


def test_a_list_entry_holds_until_its_end():
    found = book(Rule(**{**RULE, "when": 'caller in list("deny_numbers")'}))
    frame = EventFrame([event(caller="110"), event(caller="119"), event(caller=None)])

    def hit(ts: int) -> list[int]:
        hits = found.compiled("call").rules.evaluate(frame, np.full(3, ts), found.lists)
        return hits.rows.tolist()

    entry = {"list": "deny_numbers", "identifier": "phone", "by": "li", "at": 1}
    assert hit(0) == []
    found.apply({"kind": "list.add", "value": "110", "until": 100, "reason": "reported", **entry})
    found.apply({"kind": "list.add", "value": "119", **entry})
    assert (hit(99), hit(100)) == ([0, 1], [1])
    found.apply({"kind": "list.remove", "value": "119", **entry})
    assert hit(99) == [0]
    assert [(kind, each.value, each.reason) for kind, each in found.lists.entries("deny_numbers")] == [
        ("phone", "110", "reported")
    ]


def test_a_snooze_quiets_one_rule_about_one_identifier_for_a_while():
    found = book(Rule(**RULE), Rule(**{**RULE, "id": "call.other"}))
    found.apply({"kind": "snooze", "rule": "call.long", "identifier": "phone", "value": "110", "until": 50})
    frame = EventFrame(
        [event(caller="110", duration=200.0), event(callee="110", duration=200.0), event(duration=200.0)]
    )

    def left(ts: int) -> list[tuple[int, int]]:
        rules = found.compiled("call").rules
        hits = found.snoozes.drop(rules.evaluate(frame), rules.rules, frame, np.full(3, ts), VOCABULARY)
        return list(zip(hits.rows.tolist(), hits.rules.tolist(), strict=True))

    assert left(49) == [(0, 1), (1, 1), (2, 0), (2, 1)]
    assert len(left(50)) == 6
    found.snoozes.forget_before(50)
    assert list(found.snoozes) == []


def test_parts_of_the_traffic_are_stable_and_even():
    parts = part_of(np.arange(100_000, dtype=np.int64))
    assert parts.min() >= 0.0
    assert parts.max() < 1.0
    assert abs((parts < 0.1).mean() - 0.1) < 0.005
    assert part_of(np.array([12_345])).tolist() == [parts[12_345]]
    assert part_of(np.array([0, 1], np.int64)).tolist() == [0.8833108082136426, 0.5665615751722809]
