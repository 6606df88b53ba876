"""Hours, amounts, domains and packages."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.detect.apps.packages import Packages, is_random
from xiezhi.detect.hours import LocalHour
from xiezhi.detect.sites.brands import readings, shipped_brands
from xiezhi.detect.sites.domains import domain_facts
from xiezhi.detect.transfers.amounts import LIMITS, Amounts
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.apps import load_app_names
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.sites import load_site_names


@given(st.integers(0, 4_000_000_000_000))
def test_hour_is_that_of_shanghai(ms: int) -> None:
    ms += 800_000_000_000  # from 1995 on, when China no longer had summer time
    table = pa.record_batch({"ts": pa.array([ms, None], pa.int64())})
    hour, nothing = LocalHour().run("call", table)["ts.hour"].tolist()  # type: ignore[union-attr]
    assert hour == datetime.fromtimestamp(ms // 1000, ZoneInfo("Asia/Shanghai")).hour
    assert math.isnan(nothing)


def amounts(amount: list[float | None], balance: list[float | None]) -> dict[str, list[Any]]:
    table = pa.record_batch(
        {"amount": pa.array(amount, pa.float64()), "balance": pa.array(balance, pa.float64())}
    )
    return {name: column.tolist() for name, column in Amounts().run("transfer", table).items()}  # type: ignore[union-attr]


def test_round_amounts() -> None:
    values = [100.0, 100.01, 50_000.0, 0.0, -100.0, None, math.inf, 99.999999]
    expected = [True, False, True, False, False, False, False, True]  # the last is 100.00 in fen
    assert amounts(values, [None] * 8)["amount.round"] == expected


@pytest.mark.parametrize("limit", LIMITS)
def test_below_limits(limit: int) -> None:
    values = [limit * 0.9, limit - 0.01, limit * 0.95, float(limit), limit * 0.9 - 0.01, None]
    assert amounts(values, [None] * 6)["amount.below_limit"] == [True, True, True, False, False, False]


def test_drained_share() -> None:
    shares = amounts([50.0, 100.0, 300.0, 10.0, None, 5.0], [100.0, 100.0, 100.0, 0.0, 10.0, None])
    assert shares["balance.drained"][:3] == [0.5, 1.0, 1.0]
    assert all(map(math.isnan, shares["balance.drained"][3:]))


@pytest.mark.parametrize(
    "domain",
    [
        "icbc-vip.top",
        "icbc95588.com",
        "www.icbc.top",
        "95588.xyz",
        "ta0bao.com",
        "taobaoo.com",
        "tabao.com",
        "toabao.com",
        "alipay.com.pay.top",
        "xn--pple-43d.com",
        "12381-gov.top",
        "weixin-login.cn",
        "jd618.vip",
        "mytaobao-shop.cc",
        "a1ipay.net",
    ],
)
def test_brand_imitation(domain: str) -> None:
    assert domain_facts(domain).brand_imitation


@pytest.mark.parametrize(
    "domain",
    [
        "www.icbc.com.cn",
        "icbc.com.cn",
        "mobile.taobao.com",
        "www.12381.gov.cn",
        "gov.cn",
        "pineapple.com",
        "jdk.org",
        "qqq.com",
        "a.b",
        "www.apple.com.akadns.net",
        "cloud.com",
        "governance.org",
        "www.gov.ie",
        "localhost",
        "example.cn",
        "123.com",
    ],
)
def test_no_brand_imitation(domain: str) -> None:
    assert not domain_facts(domain).brand_imitation


@pytest.mark.parametrize("brand", load_site_names().brands, ids=lambda brand: brand.en)
def test_a_brand_does_not_imitate_itself(brand) -> None:  # type: ignore[no-untyped-def]
    for domain in brand.domains:
        own = domain.replace("*", "ie")
        assert shipped_brands().imitated(f"www.{own}", ("www", *own.split(".")[:-1])) is None
    for word in brand.words:
        assert domain_facts(f"{word}-service.top").brand_imitation


def test_domain_numbers() -> None:
    facts = domain_facts("m8899.com.cn")
    assert (facts.length, facts.digit_share, facts.cheap_suffix) == (12.0, 0.8, False)
    assert domain_facts("shop.top").cheap_suffix and domain_facts("a.us.kg").cheap_suffix
    assert not domain_facts("top.com").cheap_suffix
    for address in ("203.0.113.9", "2001:db8::1"):
        facts = domain_facts(address)
        assert facts.length == len(address) and math.isnan(facts.digit_share) and not facts.cheap_suffix


@given(st.from_regex(r"[a-z0-9_-]{1,20}(\.[a-z0-9-]{1,12}){0,4}", fullmatch=True))
def test_any_domain(domain: str) -> None:
    facts = domain_facts(domain)
    assert facts.length == len(domain)
    assert math.isnan(facts.digit_share) or 0 <= facts.digit_share <= 1


def test_readings_undo_lookalikes() -> None:
    assert "taobao" in readings("ta0bao")
    assert "icbc" in readings("xn--ibc-4cd") | readings("icbc")
    assert "xn--zzzzzz999999999" in readings("xn--zzzzzz999999999")


def test_few_imitations_among_popular_sites(shared_data: Path) -> None:
    for name, most in (("majestic_million", 0.001), ("cisco_top20k", 0.003)):
        path = shared_data / "misp-warninglists" / f"{name}.json"
        domains = json.loads(path.read_text("utf-8"))["list"]
        assert sum(domain_facts(domain).brand_imitation for domain in domains) <= most * len(domains)


@pytest.mark.parametrize(
    "package",
    ["uni.UNI12AB34C", "io.dcloud.H5ABCDEF0", "com.a1b2c3d4e5", "com.qwrtpsdfgh", "uni.xzcity.UNI0A1B2C3"],
)
def test_random_packages(package: str) -> None:
    assert is_random(package)


@pytest.mark.parametrize(
    "package",
    [
        "com.tencent.mm",
        "com.icbc",
        "com.eg.android.AlipayGphone",
        "com.xzcity.notes12",
        "cn.gov.tax.its",
        "com.a1b2",
    ],
)
def test_chosen_packages(package: str) -> None:
    assert not is_random(package)


def test_sideloaded() -> None:
    table = pa.record_batch(
        {"source": ["store", "browser", "chat", "sideload", None], "package": ["a.b"] * 5}
    )
    flags = Packages().run("install", table)["source.sideloaded"]
    assert flags.tolist() == [False, True, True, True, False]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "load", "old", "new", "fault"),
    [
        ("sites.yaml", load_site_names, "[gov]", "[Gov]", "`Gov` is not a word"),
        ("sites.yaml", load_site_names, "[top,", "[.top,", "`.top` is not a domain"),
        ("apps.yaml", load_app_names, r"'^plus\.", r"'^(plus\.", "is not a regular expression"),
    ],
)
def test_faults_name_file_and_line(
    tmp_path: Path, name: str, load: Any, old: str, new: str, fault: str
) -> None:
    text = (data_folder() / name).read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(XiezhiError) as caught:
        load(path)
    assert f"{path}:{line}" in str(caught.value) and fault in str(caught.value)
