"""Converting plain data into dataclasses: all faults at once, each with line and cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.domain.actions import Action
from xiezhi.domain.errors import Problem, Problems
from xiezhi.domain.rules import Threshold
from xiezhi.knowledge.convert import convert, did_you_mean
from xiezhi.knowledge.yamlfile import Document, parse_yaml


@dataclass(frozen=True)
class Leaf:
    name: str
    size: float = 1.0
    colour: Literal["red", "green"] = "red"


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    height: int
    old: bool = False
    note: str | None = None
    span: tuple[str, float] = ("", 0.0)
    marks: dict[str, tuple[str, ...]] | None = None
    action: Action = Action.allow


def convert_text(text: str, kind: type = Tree, **given: Any) -> tuple[Any, list[Problem]]:
    problems = Problems()
    document = parse_yaml(text.encode(), "t.yaml", problems)
    assert document is not None
    return convert(document, kind, problems, given=given), problems.found


def test_every_supported_shape() -> None:
    tree, faults = convert_text(
        "leaves: [{name: a, size: 2}, {name: b, colour: green}]\nheight: 3\nold: true\nnote: ~\n"
        "span: [x, 4]\nmarks: {k: [a, b]}\naction: hold\n"
    )
    assert not faults
    leaves = (Leaf("a", 2.0), Leaf("b", 1.0, "green"))
    assert tree == Tree(leaves, 3, True, None, ("x", 4.0), {"k": ("a", "b")}, Action.hold)
    assert isinstance(tree.leaves[0].size, float)


def test_all_faults_at_once_with_lines_and_cures() -> None:
    text = (
        "leaves:\n  - {name: a, colour: gren}\n  - {nme: b}\n  - 7\n"
        "height: tall\nold: 1\nspan: [x]\naction: blok\n"
    )
    tree, faults = convert_text(text)
    assert tree is None
    assert [(fault.place, fault.message, fault.cure) for fault in faults] == [
        ("t.yaml:2", "`leaves[0].colour` cannot be `gren`", "did you mean `green`?"),
        ("t.yaml:3", "unknown key `nme`", "did you mean `name`?"),
        ("t.yaml:3", "`leaves[1]` has no `name`", "add the key `name`"),
        ("t.yaml:4", "`leaves[2]` must be a mapping, not `7`", "write `key: value` pairs"),
        ("t.yaml:5", "`height` must be a whole number, not `tall`", "write a whole number here"),
        ("t.yaml:6", "`old` must be true or false, not `1`", "write true or false here"),
        ("t.yaml:7", "`span` must have 2 parts, not 1", "mend the list"),
        ("t.yaml:8", "`action` cannot be `blok`", "did you mean `block`?"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: 12", "`name` must be text, not `12`"),
        ("name: x\nsize: true", "`size` must be a number, not `True`"),
        ("name: x\nsize: 1e999", "`size` is too large"),
        ("name:", "`name` must be text, not nothing"),
        ("name: [x]", "`name` must be text, not a list"),
        ("name: x\ncolour: 1", "`colour` cannot be `1`"),
        ("[1]", "the file must be a mapping, not a list"),
    ],
)
def test_faults_of_scalars(text: str, message: str) -> None:
    leaf, faults = convert_text(text, Leaf)
    assert leaf is None and [fault.message for fault in faults] == [message]
    assert faults[0].cure


def test_given_values_stand_in_for_keys() -> None:
    assert convert_text("size: 2", Leaf, name="from the file") == (Leaf("from the file", 2.0), [])


def test_a_part_of_a_document() -> None:
    document = Document("t.yaml", {"list": [{"score": 0.5, "action": "warn"}]})
    problems = Problems()
    assert convert(document, Threshold, problems, ("list", 0)) == Threshold(0.5, Action.warn)


def test_did_you_mean() -> None:
    assert did_you_mean("calll", ["call", "visit"]) == "did you mean `call`?"
    assert did_you_mean("zzz", ["call", "visit"]) == "use one of: call, visit"
    assert did_you_mean("zzz", []) == "there is none to choose from"
    assert did_you_mean("zzz", [f"name{i}" for i in range(40)]).startswith("use one of the 40 known names")


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Tree.__annotations__, "x"]), inner)
    ),
    max_leaves=10,
)


@given(plain)
def test_any_data_gives_a_value_or_a_fault(data: object) -> None:
    problems = Problems()
    value = convert(Document("t.yaml", data), Tree, problems)
    assert (value is None) == bool(problems.found)
