"""One YAML file as plain data, with the line of every part of it so that a fault can name its place.

Only the plain part of YAML is read: mappings, sequences and scalars, as in YAML 1.2's core schema. So a
key such as `on` stays a word, `0110` stays a text and `12:30` is no number. Tags, anchors and merge keys
are faults: a reader should see a value where it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from xiezhi.domain.errors import Problems

Step: TypeAlias = str | int
At: TypeAlias = tuple[Step, ...]
"""Where something stands in a document: `("fields", 3, "type")` is `fields[3].type`."""

MAX_BYTES = 2_000_000
MAX_DEPTH = 32

_NULL = re.compile(r"^(~|null|Null|NULL)?$")
_FLAG = re.compile(r"^(true|True|TRUE|false|False|FALSE)$")
_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]*)$")
_NUMBER = re.compile(r"^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_DIGITS = 18  # a longer run of digits is an identifier that somebody forgot to quote, not a quantity


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content. `name` is what faults call the file; `lines` gives the 1-based line of each part."""

    name: str
    data: Any
    lines: dict[At, int] = field(default_factory=dict)

    def place(self, at: At = ()) -> str:
        """`file:line` of a part, or of the nearest part around it that has a line."""
        while at and at not in self.lines:
            at = at[:-1]
        return f"{self.name}:{self.lines.get(at, 1)}"


def read_yaml(path: Path, problems: Problems, name: str | None = None) -> Document | None:
    """Read a file; faults go to `problems`, and None comes back when there is nothing to go on with."""
    shown = name or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add(
            shown, f"cannot be read: {error.strerror}", "check that the file exists and its permissions"
        )
        return None
    if len(content) > MAX_BYTES:
        problems.add(shown, f"is larger than {MAX_BYTES:,} bytes", "split it into several files")
        return None
    return parse_yaml(content, shown, problems)


def parse_yaml(content: bytes, name: str, problems: Problems) -> Document | None:
    """Parse YAML in UTF-8; see `read_yaml`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.add(f"{name}:{line}", "is not UTF-8", "save the file as UTF-8")
        return None
    try:
        _check_depth(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except _TooDeepError as error:
        message = f"is nested deeper than {MAX_DEPTH} levels"
        problems.add(f"{name}:{error.args[0]}", message, "check the brackets and indentation")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        cure = "check the indentation, brackets and quotes on this line and the one before"
        problems.add(f"{name}:{line}", f"is not YAML: {error.problem or error.context}", cure)
        return None
    except yaml.YAMLError as error:
        problems.add(name, f"is not YAML: {error}", "remove what is not plain text")
        return None
    if root is None:
        problems.add(f"{name}:1", "is empty", "write its content, or remove the file")
        return None
    reading = _Reading(name, problems)
    return Document(name, reading.value(root, ()), reading.lines)


def _check_depth(text: str) -> None:
    """Refuse deep nesting before nodes are composed, which is recursive."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _TooDeepError(event.start_mark.line + 1 if event.start_mark else 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _TooDeepError(Exception):
    """Raised with the line on which nesting passes `MAX_DEPTH`."""


class _Reading:
    """Turns composed nodes into data, noting lines and faults on the way."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name = name
        self.problems = problems
        self.lines: dict[At, int] = {}
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, at: At) -> Any:
        self.lines.setdefault(at, node.start_mark.line + 1)
        if not node.tag.startswith("tag:yaml.org,2002:") or "python/" in node.tag:
            self._fault(node, f"has the tag {node.tag}", "remove the tag")
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else plain_value(node.value)
        if id(node) in self._seen:
            self._fault(node, "is used again through an alias", "write the value out where it is used")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, place)) for place, child in enumerate(node.value)]
        return self._mapping(node, at)

    def _mapping(self, node: yaml.Node, at: At) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "is a key that is not a word", "use a plain word as the key")
                continue
            key = str(key_node.value)
            if key in found:
                first = self.lines[(*at, key)]
                self._fault(key_node, f"repeats the key `{key}` of line {first}", "keep one of the two")
                continue
            self.lines[(*at, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*at, key))
        return found

    def _fault(self, node: yaml.Node, message: str, cure: str) -> None:
        self.problems.add(f"{self.name}:{node.start_mark.line + 1}", message, cure)


def plain_value(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar."""
    if _NULL.match(text):
        return None
    if _FLAG.match(text):
        return text.lower() == "true"
    if _INTEGER.match(text):
        return int(text) if len(text) <= _DIGITS else text
    if _NUMBER.match(text):
        return float(text)
    return text
