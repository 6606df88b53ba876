"""What the classes of the shipped message model stand for in the schemes of others and in our own taxonomy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from xiezhi.domain.errors import Problems
from xiezhi.domain.fraud import Taxonomy
from xiezhi.knowledge.base import data_folder, load_knowledge
from xiezhi.knowledge.convert import convert, did_you_mean
from xiezhi.knowledge.yamlfile import read_yaml

SCHEME: Final = "sanliuling"
"""The scheme of the 360 reports in the taxonomy."""

UNSPECIFIED: Final = "sms_fraud"
"""Its class of fraudulent messages that are nothing more particular."""


@dataclass(frozen=True, slots=True)
class TextClass:
    """One class of the model: the `part` of the 360 reports' messages it falls under, the class there
    (`scheme_class`) and the `kind` of the taxonomy, both empty where there is none."""

    label: str
    part: Literal["advertising", "fraud", "illegal", "normal"]
    scheme_class: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    sources: tuple[str, ...]
    classes: tuple[TextClass, ...]


@cache
def text_classes() -> dict[str, TextClass]:
    """The shipped classes by label. Raises `XiezhiError` naming each fault by file and line."""
    return read_text_classes(data_folder() / "text_classes.yaml", load_knowledge().taxonomy)


def read_text_classes(path: Path, taxonomy: Taxonomy) -> dict[str, TextClass]:
    """The classes of a file by label, every name checked against the taxonomy."""
    problems = Problems()
    document = read_yaml(path, problems, path.name)
    found = convert(document, _File, problems) if document is not None else None
    for at, each in enumerate(found.classes if found is not None else ()):
        assert document is not None
        known = taxonomy.schemes[SCHEME].classes
        for name, names in ((each.scheme_class, known), (each.kind, taxonomy.kinds)):
            if name and name not in names:
                place = document.place(("classes", at))
                problems.add(place, f"`{name}` is not known", did_you_mean(name, names))
    problems.raise_if_any("text classes")
    assert found is not None  # nothing was converted only where there was a problem
    return {each.label: each for each in found.classes}
