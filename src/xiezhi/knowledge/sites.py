"""What is known about the names of web sites: cheap suffixes, and brands that are imitated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.convert import convert
from xiezhi.knowledge.yamlfile import At, Document, read_yaml

_SUFFIX = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_WORD = re.compile(r"[a-z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand, the words it is written with in names, and the domains that are its own.

    Among these `gov.*` is gov with any country's suffix of two letters.
    """

    zh: str
    en: str
    words: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The whole file; suffixes stand without a leading dot."""

    sources: tuple[str, ...]
    cheap_suffixes: tuple[str, ...]
    second_level: tuple[str, ...]
    shared_hosts: tuple[str, ...]
    brands: tuple[Brand, ...]


def load_site_names(path: Path | None = None) -> SiteNames:
    """Read the file, by default the shipped one. Raises `XiezhiError` naming each fault by file and line."""
    return _shipped() if path is None else _load(path, str(path))


@cache
def _shipped() -> SiteNames:
    return _load(data_folder() / "sites.yaml", "xiezhi/knowledge/data/sites.yaml")


def _load(path: Path, name: str) -> SiteNames:
    problems = Problems()
    document = read_yaml(path, problems, name)
    names = convert(document, SiteNames, problems) if document is not None else None
    if document is not None and names is not None:
        _check(names, document, problems)
    problems.raise_if_any("site names")
    assert names is not None  # nothing was converted only where there was a problem
    return names


def _check(names: SiteNames, document: Document, problems: Problems) -> None:
    for field in ("cheap_suffixes", "second_level", "shared_hosts"):
        for i, suffix in enumerate(getattr(names, field)):
            _check_form(_SUFFIX, suffix, document, (field, i), problems)
    for i, brand in enumerate(names.brands):
        for j, domain in enumerate(brand.domains):
            _check_form(_SUFFIX, domain.removesuffix(".*"), document, ("brands", i, "domains", j), problems)
        for j, word in enumerate(brand.words):
            _check_form(_WORD, word, document, ("brands", i, "words", j), problems)


def _check_form(form: re.Pattern[str], text: str, document: Document, at: At, problems: Problems) -> None:
    if not form.fullmatch(text):
        what = "word" if form is _WORD else "domain"
        cure = "use lower-case letters and digits" + ("" if form is _WORD else ", without a leading dot")
        problems.add(document.place(at), f"`{text}` is not a {what}", cure)
