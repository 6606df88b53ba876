from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl
import pytest

from tests.simulator.conftest import Written
from xiezhi.knowledge.base import load_knowledge
from xiezhi.simulator.gangs import kinds
from xiezhi.simulator.schemas import CHANNELS

USES = {
    "brushing.task_rebate": {"message", "account", "visit", "install", "transfer", "complaint"},
    "gambling.fake_platform": {"message", "visit", "install", "transfer"},
    "impersonation.customer_service": {"call", "message", "visit", "install", "transfer", "complaint"},
    "impersonation.leader": {"account", "message", "transfer"},
    "impersonation.police": {"call", "message", "visit", "install", "transfer", "complaint"},
    "investment.fake_platform": {"call", "message", "account", "visit", "install", "transfer"},
    "investment.romance": {"account", "message", "visit", "install", "transfer"},
    "loan.fake_platform": {"message", "call", "visit", "install", "transfer"},
    "nuisance.wangiri": {"call"},
    "settlement.running_points": {"message", "account", "install", "transfer"},
    "shopping.fake_goods": {"message", "visit", "transfer"},
    "technical.fake_base_station": {"message", "sighting", "visit", "transfer"},
    "technical.sim_box": {"call", "sighting", "message", "transfer"},
}


def frame(city: Written, channel: str) -> pl.DataFrame:
    found = pl.from_arrow(city.both(channel))
    assert isinstance(found, pl.DataFrame)
    return found


def of_kind(city: Written, channel: str, kind: str) -> pl.DataFrame:
    return frame(city, channel).filter(pl.col("truth_fraud_type") == kind)


def test_every_kind_is_in_the_taxonomy_and_has_its_channels_listed_here() -> None:
    assert set(kinds()) == set(USES)
    assert set(kinds()) <= set(load_knowledge().taxonomy.kinds)


@pytest.mark.parametrize("kind", sorted(USES))
def test_a_kind_acts_on_all_its_channels(city: Written, kind: str) -> None:
    used = {channel for channel in CHANNELS if len(of_kind(city, channel, kind))}
    assert used >= USES[kind]


def test_truth_is_whole_for_gangs_and_empty_for_honest_people(city: Written) -> None:
    stages = set(load_knowledge().taxonomy.stages)
    for channel in CHANNELS:
        table = frame(city, channel)
        guilty, honest = (
            table.filter(pl.col("truth_gang").is_not_null()),
            table.filter(pl.col("truth_gang").is_null()),
        )
        assert not honest["truth_fraud"].any()
        assert honest.select(
            "truth_fraud_type", "truth_campaign", "truth_stage", "truth_role", "truth_victim"
        ).null_count().min_horizontal().item() == len(honest)
        assert set(guilty["truth_stage"]) <= stages
        assert guilty["truth_role"].null_count() == 0
        assert (guilty["truth_campaign"].str.starts_with(guilty["truth_gang"] + "-")).all()
        assert guilty.filter(pl.col("truth_role") == "victim")["truth_victim"].null_count() == 0
        assert set(guilty.filter(~pl.col("truth_fraud"))["truth_stage"]) <= {"prepare"}


def test_mules_never_pass_on_more_than_they_received_before(city: Written) -> None:
    held: dict[str, int] = defaultdict(int)
    money = frame(city, "transfer").filter(pl.col("truth_fraud"))
    passed = 0
    for payer, payee, amount, role in money.select("payer", "payee", "amount", "truth_role").iter_rows():
        fen = round(amount * 100)
        if role.startswith("mule"):
            held[payer] -= fen
            assert held[payer] >= 0, payer
            passed += 1
        held[payee] += fen
    assert passed > 100


def test_balances_cover_amounts(city: Written) -> None:
    money = frame(city, "transfer")
    assert (money["balance"] >= money["amount"] - 1e-6).all()
    assert (money["amount"] > 0).all()
    assert (money["payer"] != money["payee"]).all()


def test_money_of_a_gang_leaves_through_its_last_layer(city: Written) -> None:
    money = frame(city, "transfer").filter(pl.col("truth_fraud"))
    into = set(money.filter(pl.col("truth_stage") == "pay")["payee"])
    first = set(money.filter(pl.col("truth_role") == "mule_1")["payer"])
    assert len(first & into) / len(first) > 0.95
    assert {"cash", "crypto", "qr"} <= set(money.filter(pl.col("truth_stage") == "settle")["method"])


def test_victims_are_approached_before_they_pay_and_complain_after(city: Written) -> None:
    first: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for channel in CHANNELS:
        rows = frame(city, channel).filter(pl.col("truth_victim").is_not_null())
        for campaign, victim, stage, ts in rows.select(
            "truth_campaign", "truth_victim", "truth_stage", "ts"
        ).iter_rows():
            seen = first[campaign, victim]
            seen[stage] = min(ts, seen.get(stage, ts))
    pays = [seen for seen in first.values() if "pay" in seen and "attract" in seen]
    assert len(pays) > 30
    assert all(seen["attract"] < seen["pay"] for seen in pays)
    after = [seen for seen in first.values() if "vanish" in seen and "pay" in seen]
    assert len(after) > 10
    assert all(seen["pay"] < seen["vanish"] for seen in after)


def test_most_leads_do_not_become_victims(city: Written) -> None:
    leads, paid = set(), set()
    for channel in CHANNELS:
        rows = frame(city, channel).filter(pl.col("truth_victim").is_not_null())
        leads |= set(rows.filter(pl.col("truth_stage") == "attract")["truth_victim"])
        paid |= set(rows.filter(pl.col("truth_stage") == "pay")["truth_victim"])
    assert len(leads & paid) < 0.35 * len(leads)


def test_sim_boxes_share_devices_and_stand_still(city: Written) -> None:
    calls = of_kind(city, "call", "technical.sim_box").filter(pl.col("truth_role") == "caller")
    assert calls["imei"].n_unique() <= calls["caller"].n_unique() / 3
    assert calls.group_by("truth_gang").agg(pl.col("cell").n_unique())["cell"].max() == 1
    honest = frame(city, "call").filter(pl.col("truth_gang").is_null() & pl.col("imei").is_not_null())
    assert honest.group_by("imei").agg(pl.col("caller").n_unique())["caller"].max() == 1


def test_fake_base_stations_move_and_speak_for_banks(city: Written) -> None:
    seen = of_kind(city, "sighting", "technical.fake_base_station")
    spread = seen.group_by("cell").agg(pl.col("lat").max() - pl.col("lat").min())["lat"].max()
    assert isinstance(spread, float)
    assert spread * 111 > 1.0  # kilometres
    assert set(seen["radio"]) == {"gsm"}
    sent = of_kind(city, "message", "technical.fake_base_station").filter(pl.col("truth_role") == "station")
    assert sent["sender"].str.starts_with("955").all()
    known = frame(city, "call")["cell"].unique()
    assert not set(seen["cell"]) & set(known)


def test_wangiri_rings_once_and_is_called_back(city: Written) -> None:
    calls = of_kind(city, "call", "nuisance.wangiri")
    rung = calls.filter(pl.col("truth_role") == "caller")
    assert rung["ring"].max() <= 3  # type: ignore[operator]
    assert not rung["answered"].any()
    assert set(calls.filter(pl.col("truth_role") == "victim")["callee"]) <= set(rung["caller"])


def test_naive_rules_look_bad(city: Written) -> None:
    """Many different callees in a day or nearly all money passed on: mostly honest trades do it."""
    busy = (
        frame(city, "call").group_by("caller").agg(pl.col("callee").n_unique(), pl.col("truth_fraud").max())
    )
    caught = busy.filter(pl.col("callee") >= 15)
    assert len(caught) > 10
    assert caught["truth_fraud"].mean() < 0.6  # type: ignore[operator]
    drained = frame(city, "transfer").filter(pl.col("amount") > 0.85 * pl.col("balance"))
    assert 0.05 < np.asarray(drained["truth_fraud"]).mean() < 0.9


def test_no_slot_is_left_in_any_text(city: Written) -> None:
    for channel in ("message", "complaint"):
        texts = city.events[channel]["text"].to_pylist()
        assert not [text for text in texts if "{" in text or "}" in text]
    assert len(set(city.events["message"]["text"].to_pylist())) > 0.4 * city.events["message"].num_rows
