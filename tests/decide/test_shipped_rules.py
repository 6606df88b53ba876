"""The rules that ship with the house: they compile, and do on plain examples what their authors meant."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.decide.shipped import AGREED, knowledge, new_book
from xiezhi.decide.decider import Decider
from xiezhi.decide.frame import TableFrame
from xiezhi.detect.registry import variables_for
from xiezhi.domain.actions import Action
from xiezhi.domain.columns import Codes

CHANNELS = ("call", "message", "visit", "install", "transfer", "account", "sighting", "complaint")


@pytest.fixture(scope="module")
def decider() -> Decider:
    known = knowledge()
    return Decider(new_book(), known.policy, known.groups, known.schemas)


def decide(decider: Decider, channel: str, **given: object):
    """The decision on one event; what is not given is missing. Dots are written as two underscores."""
    schema, vocabulary = knowledge().schemas[channel], decider.book.vocabularies[channel]
    values = {name.replace("__", "."): value for name, value in given.items()}
    assert values.keys() <= vocabulary.variables.keys()
    table = pa.record_batch(
        [pa.array([values.get(field.name)], field.arrow_type) for field in schema.fields],
        names=[field.name for field in schema.fields],
    )
    computed = {}
    for name, variable in vocabulary.variables.items():
        if name not in schema.by_name:
            value = values.get(name)
            match variable.type:
                case "number":
                    computed[name] = np.array([np.nan if value is None else value], np.float64)
                case "flag":
                    computed[name] = np.array([bool(value)])
                case "text":
                    computed[name] = Codes(np.array([-1 if value is None else 0], np.int32), (str(value),))
    return decider.decide(channel, TableFrame(table, computed), np.array([7]), np.array([1_700_000_000_000]))


def test_every_channel_has_rules_and_no_rule_has_a_warning(decider: Decider):
    assert {rule.channel for rule in knowledge().rules} == {*CHANNELS}
    assert decider.book.warnings() == []
    assert len(knowledge().rules) >= 60


def test_detectors_add_what_was_agreed():
    for channel, names in AGREED.items():
        for name, variable in variables_for(channel).items():
            assert variable.type == names.get(name, variable.type), name


def test_every_rule_says_why_it_exists_and_explains_itself_in_both_languages():
    for rule in knowledge().rules:
        assert rule.id.startswith(f"{rule.channel}."), rule.id
        assert rule.source and rule.zh and rule.en, rule.id
        assert any("\u4e00" <= char <= "\u9fff" for char in rule.zh), rule.id


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_event_of_which_nothing_is_known_is_let_through(decider: Decider, channel: str):
    found = decide(decider, channel)
    assert found.action.tolist() == [Action.allow]


def test_a_call_between_friends_is_let_through(decider: Decider):
    found = decide(
        decider,
        "call",
        caller="13800138000",
        callee="13900139000",
        duration=300.0,
        answered=True,
        caller__form="mobile",
        callee__form="mobile",
        caller__calls__10m=1,
        caller__calls__1h=1,
        caller__calls__24h=3,
        caller__callees__1h=1,
        caller__callees__24h=2,
        ts__hour=20,
    )
    assert found.score[0] < 0.001
    assert [signal.id for signal in found.explain(0)] == ["call.known_to_each_other"]


def test_a_sim_box_is_restricted(decider: Decider):
    found = decide(
        decider,
        "call",
        caller="17000000000",
        callee="13900139000",
        duration=8.0,
        answered=True,
        caller__form="mvno",
        pair__is_new=True,
        caller__calls__10m=25,
        caller__calls__1h=90,
        caller__callees__1h=90,
        caller__calls__24h=400,
        caller__callees__24h=399,
        caller__fresh_share__24h=0.99,
        caller__short_share__1h=0.8,
        caller__cells__24h=1,
        imei__simcards__24h=16,
        imei__calls__1h=300,
        caller__age=90_000,
        ts__hour=10,
    )
    assert found.type_of(0) == "technical.sim_box"
    assert found.action[0] in (Action.restrict, Action.refer)
    assert found.why(0, "zh")[0] == "同一设备一天内使用 16 张卡"


def test_a_victim_paying_on_the_telephone_is_delayed(decider: Decider):
    found = decide(
        decider,
        "transfer",
        payer="6222000011112222",
        payee="6222999988887777",
        amount=50_000.0,
        pair__is_new=True,
        payer__payments__24h=1,
        payer__largest__24h=50_000,
        payer__smallest__24h=50_000,
        payer__paid__24h=50_000,
        payer__payees__24h=1,
        payee__payers__1h=1,
        payee__payers__24h=1,
        balance__drained=0.98,
        amount__round=True,
        payer_phone__after_strange_call__1h=True,
        payer_phone__after_strange_call__24h=True,
        ts__hour=15,
    )
    assert found.type_of(0) == "impersonation.police"
    assert found.action[0] in (Action.delay, Action.hold)
    assert "CNY 50,000 to a new payee within an hour after a long call from a stranger" in found.why(0, "en")


def test_rent_is_let_through(decider: Decider):
    found = decide(
        decider,
        "transfer",
        payer="6222000011112222",
        payee="6222999988887777",
        amount=4_500.0,
        payer__payments__24h=1,
        payer__largest__24h=4_500,
        payer__smallest__24h=4_500,
        payer__paid__24h=4_500,
        payer__payees__24h=1,
        payee__payers__1h=1,
        payee__payers__24h=1,
        payee__age=2_000_000,
        ts__hour=15,
    )
    assert found.action.tolist() == [Action.allow]


def test_a_mule_account_passing_money_on_is_held(decider: Decider):
    found = decide(
        decider,
        "transfer",
        payer="6222000011112222",
        payee="6222999988887777",
        amount=19_800.0,
        pair__is_new=True,
        payer__payers__1h=7,
        payer__receipt_gap=120,
        payer__pass_through__24h=0.97,
        payer__received__24h=80_000,
        payer__received__1h=80_000,
        payer__payees__24h=9,
        payer__payments__24h=9,
        payee__payers__1h=2,
        balance__drained=0.6,
        payer__largest__24h=20_000,
        payer__smallest__24h=9_000,
        ts__hour=11,
    )
    assert found.type_of(0) == "settlement.mule_account"
    assert found.action[0] >= Action.verify


def test_a_warning_against_fraud_is_not_taken_for_one(decider: Decider):
    found = decide(
        decider,
        "message",
        sender="96110",
        receiver="13900139000",
        text="反诈中心提醒：公检法没有安全账户，谨防诈骗",
        sender__form="service",
        text__fraud_probability=0.3,
        text__patterns__impersonation=1,
        text__length=22,
    )
    assert found.action.tolist() == [Action.allow]


def test_a_fake_base_station_is_referred_to_people(decider: Decider):
    found = decide(
        decider,
        "sighting",
        cell="460-0-65534-1",
        area=65534,
        mcc=460,
        mnc=0,
        radio="gsm",
        power=-45.0,
        neighbours=0,
        cell__sightings__1h=80,
        cell__age=600,
    )
    assert found.action.tolist() == [Action.refer]
    assert found.type_of(0) == "technical.fake_base_station"
