"""The page about access says what the data and the code say."""

from __future__ import annotations

import re
from pathlib import Path

from xiezhi.api.access import environment
from xiezhi.api.access.settings import AccessSettings
from xiezhi.knowledge.base import load_knowledge

PAGE = (Path(__file__).parents[3] / "docs" / "access.md").read_text("utf-8")


def test_the_table_of_roles_is_that_of_the_data() -> None:
    table = load_knowledge().access
    header = " | ".join(f"{role.id} {role.zh}" for role in table.roles.values())
    lines = [f"| Permission | {header} |", "|---" * (len(table.roles) + 1) + "|"]
    for each in table.permissions.values():
        marks = " | ".join("●" if each.id in granted else "" for granted in table.granted.values())
        lines.append(f"| `{each.id}` {each.zh}: {each.note_en} | {marks} |")
    assert "\n".join(lines) in PAGE


def test_settings_are_told_with_their_defaults() -> None:
    source = Path(environment.__file__).read_text("utf-8")
    names = set(re.findall(r'"(XIEZHI_\w+)"', source))
    told = dict(re.findall(r"^\| `(XIEZHI_\w+)` \| `?([^`|]*)`? \|", PAGE, re.MULTILINE))
    assert names == told.keys() and len(names) == 9
    default = AccessSettings()
    for name, rate in (
        ("KEY", default.per_key),
        ("SESSION", default.per_session),
        ("ADDRESS", default.per_address),
        ("REFUSED", default.refused_per_address),
    ):
        assert told[f"XIEZHI_LIMIT_{name}"] == f"{rate.per_second:g}/{rate.burst:g}"
    assert told["XIEZHI_SESSION_IDLE"] == f"{default.idle_seconds / 60:g}m"
    assert told["XIEZHI_SESSION_LIFE"] == f"{default.life_seconds / 3600:g}h"
