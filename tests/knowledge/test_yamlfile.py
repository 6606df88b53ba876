"""Reading YAML: plain values, lines of every part, and faults with their place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.yamlfile import MAX_BYTES, Document, parse_yaml, plain_value, read_yaml


def parse(text: str | bytes) -> tuple[Document | None, list[str]]:
    problems = Problems()
    content = text if isinstance(text, bytes) else text.encode()
    document = parse_yaml(content, "x.yaml", problems)
    return document, [f"{problem.place} {problem.message}" for problem in problems.found]


def test_every_part_has_its_line() -> None:
    document, faults = parse("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert document is not None and not faults
    assert document.data == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert document.place(("a",)) == "x.yaml:1"
    assert document.place(("b", 0)) == "x.yaml:3"
    assert document.place(("b", 1, "d")) == "x.yaml:5"
    assert document.place(("b", 1, "missing", "deeper")) == "x.yaml:4"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("0110", "0110"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("-7", -7),
        ("0", 0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("4.", 4.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("8613800138000123456789", "8613800138000123456789"),
        ("+", "+"),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value and type(found) is type(value)


def test_a_key_stays_a_word_and_quotes_keep_text() -> None:
    document, faults = parse("on: '12'\n0110: \"true\"\n1: x\n")
    assert document is not None and not faults
    assert document.data == {"on": "12", "0110": "true", "1": "x"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3 repeats the key `a` of line 1"),
        ("a: [1\nb: 2\n", "x.yaml:2 is not YAML"),
        ("a: &x [1]\nb: *x\n", "is used again through an alias"),
        ("a: 1\nb: !thing 2\n", "x.yaml:2 has the tag !thing"),
        ("a: !!python/object/apply:os.system [echo]\n", "has the tag"),
        ("? [1, 2]\n: x\n", "x.yaml:1 is a key that is not a word"),
        ("", "x.yaml:1 is empty"),
        ("# only a comment\n", "x.yaml:1 is empty"),
        ("a: 1\n---\nb: 2\n", "is not YAML"),
        (b"a: 1\nb: \xff\n", "x.yaml:2 is not UTF-8"),
        ("a: \x07\n", "is not YAML"),
        ("[" * 5000, "x.yaml:1 is nested deeper than 32 levels"),
    ],
)
def test_faults_name_their_line(text: str | bytes, fault: str) -> None:
    _, faults = parse(text)
    assert any(fault in found for found in faults), faults


def test_files_are_bounded_and_may_be_missing(tmp_path: Path) -> None:
    problems = Problems()
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert read_yaml(large, problems) is None
    assert read_yaml(tmp_path / "none.yaml", problems) is None
    assert [str(large), str(tmp_path / "none.yaml")] == [problem.place for problem in problems.found]
    assert "larger than" in problems.found[0].message and "cannot be read" in problems.found[1].message


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="\u2028\u2029\ufeff"),
    max_size=12,
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e6, 1e6).filter(bool) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_what_was_written_is_read_back(tree: object) -> None:
    # Quoting every text makes the writer's idea of plain words irrelevant.
    class Quoted(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    Quoted.add_representer(
        str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    )
    document, faults = parse(yaml.dump({"root": tree}, Dumper=Quoted, allow_unicode=True))
    assert not faults
    assert document is not None and document.data == {"root": tree}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text("[]{}:-,&*!|>'\"#%@ \n\tab1", max_size=80).map(str.encode))
def test_any_bytes_give_data_or_a_fault(content: bytes) -> None:
    document, faults = parse(content)
    assert (document is not None) or faults
    assert all(fault.startswith("x.yaml") for fault in faults)
