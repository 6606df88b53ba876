"""Permissions and roles as data: what ships, what an overlay may change, what is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from xiezhi.domain.access import AccessTable
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.validate import problems

TEXTS = "zh: 甲, en: a, note_zh: 乙, note_en: b"


def faults(folder: Path, text: str) -> list[str]:
    (folder / "permissions.yaml").write_text(text, "utf-8")
    return [
        f"{Path(each.place).name} {each.message} -> {each.cure}" for each in problems(folder) if each.cure
    ]


@pytest.fixture(scope="module")
def shipped() -> AccessTable:
    return load_knowledge().access


def test_each_shipped_role_has_all_of_the_one_before(shipped: AccessTable) -> None:
    roles = ["viewer", "analyst", "operator", "administrator"]
    assert list(shipped.roles) == roles
    for lower, higher in pairwise(roles):
        assert shipped.granted[lower] < shipped.granted[higher]
    assert shipped.granted["administrator"] == set(shipped.permissions)


def test_a_viewer_changes_nothing_and_sees_numbers_masked(shipped: AccessTable) -> None:
    assert all(name.endswith(".read") for name in shipped.granted["viewer"])
    assert "audit.read" not in shipped.granted["operator"]


def test_an_overlay_adds_a_role(tmp_path: Path) -> None:
    text = f"roles:\n  - {{id: auditor, {TEXTS}, includes: viewer, permissions: [audit.read]}}\n"
    assert faults(tmp_path, text) == []
    granted = load_knowledge(tmp_path).access.granted
    assert granted["auditor"] == granted["viewer"] | {"audit.read"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f"roles:\n  - {{id: a, {TEXTS}, permissions: [rules.raed]}}",
            "permissions.yaml:2 unknown permission `rules.raed` -> did you mean `rules.read`",
        ),
        (
            f"roles:\n  - {{id: a, {TEXTS}, includes: veiwer}}",
            "permissions.yaml:2 unknown role `veiwer` -> did you mean `viewer`",
        ),
        (
            f"roles:\n  - {{id: a, {TEXTS}, includes: b}}\n  - {{id: b, {TEXTS}, includes: a}}",
            "permissions.yaml:3 role `b` includes itself",
        ),
        (f"roles:\n  - {{id: a, {TEXTS}, permissions: [unmask, unmask]}}", "repeats the permission `unmask`"),
        (
            f"roles:\n  - {{id: administrator, {TEXTS}, includes: viewer}}",
            "`administrator` has no permission `unmask`",
        ),
        (
            f"permissions:\n  - {{id: new.thing, {TEXTS}}}",
            "permissions.yaml:2 `administrator` has no permission `new.thing`",
        ),
        ("roles:\n  - {id: a, zh: 甲, en: '', note_zh: 乙, note_en: b}", "permissions.yaml:2 `en` is empty"),
        ("roles:\n  - {id: a, zh: 甲, en: a, note_zh: 乙}", "has no `note_en` -> add the key `note_en`"),
        (f"rolls:\n  - {{id: a, {TEXTS}}}", "unknown key `rolls` -> did you mean `roles`"),
    ],
)
def test_a_fault_is_named_with_line_and_cure(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in fault for fault in faults(tmp_path, text))
