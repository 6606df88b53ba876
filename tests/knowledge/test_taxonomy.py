"""The shipped fraud taxonomy: complete, reachable from every scheme, true to its sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xiezhi.domain.fraud import Taxonomy
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.documentation import fraud_types_page

REPOSITORY = Path(__file__).parents[2]
F3 = REPOSITORY.parent / "shared" / "data" / "mitre-f3" / "f3-stix-v1.1.json"

CCL2023 = [
    "刷单返利类",
    "冒充电商物流客服类",
    "虚假网络投资理财类",
    "贷款、代办信用卡类",
    "虚假征信类",
    "虚假购物、服务类",
    "冒充公检法及政府机关类",
    "冒充领导、熟人类",
    "网络游戏产品虚假交易类",
    "网络婚恋、交友类",
    "冒充军警购物类诈骗",
    "网黑案件",
]


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_knowledge().taxonomy


def test_size(taxonomy: Taxonomy) -> None:
    assert len(taxonomy.groups) >= 11
    assert len(taxonomy.kinds) >= 134
    assert {kind.group for kind in taxonomy.kinds.values()} == set(taxonomy.groups)


def test_sizes_of_the_schemes(taxonomy: Taxonomy) -> None:
    sizes = {name: len(scheme.classes) for name, scheme in taxonomy.schemes.items()}
    assert sizes["ccl2023"] == 12
    assert sizes["tencent2019"] == sizes["police10"] == 10
    assert sizes["hotline12381"] == 9
    assert [zh for zh, _ in taxonomy.schemes["ccl2023"].classes.values()] == CCL2023


def test_every_class_of_every_scheme_is_reached(taxonomy: Taxonomy) -> None:
    unreached = [
        (scheme.id, name)
        for scheme in taxonomy.schemes.values()
        for name in scheme.classes
        if (scheme.id, name) not in taxonomy.from_scheme
    ]
    assert unreached == []


def test_every_kind_is_explained_and_maps_to_a_technique(taxonomy: Taxonomy) -> None:
    assert [kind.id for kind in taxonomy.kinds.values() if not kind.maps.get("f3")] == []
    explanations = [kind.note_zh for kind in taxonomy.kinds.values()] + [
        kind.note_en for kind in taxonomy.kinds.values()
    ]
    assert len(set(explanations)) == len(explanations)
    assert all(len(text) >= 10 for text in explanations)
    assert not any("\n" in text for text in explanations)


def test_stages_are_in_the_order_of_a_fraud(taxonomy: Taxonomy) -> None:
    order = {stage: place for place, stage in enumerate(taxonomy.stages)}
    backwards = {
        kind.id: kind.stages
        for kind in taxonomy.kinds.values()
        if len(set(kind.stages)) != len(kind.stages) or order[kind.stages[0]] > order[kind.stages[-1]]
    }
    assert backwards == {}


def test_kinds_that_the_house_relies_on(taxonomy: Taxonomy) -> None:
    maps = {name: kind.maps for name, kind in taxonomy.kinds.items()}
    assert maps["investment.romance"]["hotline12381"] == ("pig_butchering", "investment")
    assert maps["impersonation.military"]["ccl2023"][0] == "military"
    assert maps["technical.fake_base_station"]["sanliuling"] == ("sms_fake_station", "sms_bank")
    assert "settlement.running_points" in maps and "nuisance.wangiri" in maps


def test_techniques_are_those_of_mitre(taxonomy: Taxonomy) -> None:
    if not F3.exists():
        pytest.skip("the MITRE F3 bundle is not beside the repository")
    published = {
        entry["external_references"][0]["external_id"]: " ".join(entry["name"].split())
        for entry in json.loads(F3.read_text(encoding="utf-8"))["objects"]
        if entry["type"] == "attack-pattern"
    }
    ours = {name: en for name, (_, en) in taxonomy.schemes["f3"].classes.items()}
    assert ours == {name: published.get(name) for name in ours}


def test_the_page_is_up_to_date(taxonomy: Taxonomy) -> None:
    written = (REPOSITORY / "docs" / "fraud-types.md").read_text(encoding="utf-8")
    assert written == fraud_types_page(taxonomy), (
        "run `xiezhi knowledge types --markdown > docs/fraud-types.md`"
    )
