"""What is known about the names of apps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.convert import convert
from xiezhi.knowledge.yamlfile import read_yaml


@dataclass(frozen=True, slots=True)
class Builder:
    """A program that names apps itself; `regex` is searched in the whole package name."""

    id: str
    regex: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AppNames:
    """The whole file."""

    sources: tuple[str, ...]
    builders: tuple[Builder, ...]


def load_app_names(path: Path | None = None) -> AppNames:
    """Read the file, by default the shipped one. Raises `XiezhiError` naming each fault by file and line."""
    return _shipped() if path is None else _load(path, str(path))


@cache
def _shipped() -> AppNames:
    return _load(data_folder() / "apps.yaml", "xiezhi/knowledge/data/apps.yaml")


def _load(path: Path, name: str) -> AppNames:
    problems = Problems()
    document = read_yaml(path, problems, name)
    names = convert(document, AppNames, problems) if document is not None else None
    for i, builder in enumerate(names.builders if names is not None else ()):
        try:
            re.compile(builder.regex)
        except re.error as error:
            place = document.place(("builders", i, "regex")) if document is not None else name
            problems.add(
                place, f"`{builder.regex}` is not a regular expression: {error}", "mend the expression"
            )
    problems.raise_if_any("app names")
    assert names is not None  # nothing was converted only where there was a problem
    return names
