"""Whatever the program needs to run may be given on with an Apache-2.0 project."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXCEPTIONS: dict[str, str] = {}
"""Distribution -> why its licence is accepted although the words below speak against it."""

_FREE = re.compile(
    r"apache|\bmit\b|\bbsd\b|\b0bsd\b|\bisc\b|python software foundation|\bpsf\b|zlib|\bcc0\b|"
    r"unlicense|mozilla public|\bmpl-2",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\bA?GPL|\bLGPL|GNU (affero |lesser |library )?general public|business source|\bBUSL|\bBSL-1\.1|\bSSPL|"
    r"server side public|elastic license|proprietary|commercial|all rights reserved\s*$",
    re.IGNORECASE,
)


def stated_licence(found: Message | metadata.PackageMetadata) -> list[str]:
    """What a distribution says of its licence, as a list of alternatives.

    The expression goes before the classifiers, and these before the free text, of which the first lines are taken:
    some put the whole licence there, with those of bundled parts.
    """
    expression = found.get("License-Expression")
    if expression:
        return re.split(r"\s+OR\s+", expression.strip("() "))
    classifiers = [
        each.split("::")[-1].strip()
        for each in found.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    named = [each for each in classifiers if each != "OSI Approved"]
    if named:
        return named
    return ["\n".join((found.get("License") or "").strip().splitlines()[:3])]


def is_free(alternative: str) -> bool:
    """Whether a licence is known to be free of duties that an Apache-2.0 project cannot pass on."""
    return bool(_FREE.search(alternative)) and not _BOUND.search(alternative)


def reachable(
    requirements: Iterable[str], extras: frozenset[str] = frozenset()
) -> dict[str, metadata.Distribution]:
    """Installed distributions that some requirements lead to, by normal name, on this platform."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [(Requirement(each), extras) for each in requirements]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, wanted = waiting.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in (wanted or {""})):
            continue
        name, inner = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, inner) in done:
            continue
        done.add((name, inner))
        distribution = metadata.distribution(name)
        found[name] = distribution
        waiting += [(Requirement(each), inner | {""}) for each in distribution.requires or []]
    return found


def runtime() -> dict[str, metadata.Distribution]:
    """Everything that is installed because `xiezhi` needs it to run."""
    project = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    return reachable(project["dependencies"])


def test_every_runtime_part_is_free():
    parts = runtime()
    bound = {
        name: stated_licence(part.metadata)
        for name, part in parts.items()
        if name not in EXCEPTIONS and not any(map(is_free, stated_licence(part.metadata)))
    }
    assert {"numpy", "pyarrow", "catboost", "duckdb", "scipy"} <= parts.keys()
    assert not bound


def test_exceptions_have_a_reason_and_are_needed():
    parts = runtime()
    for name, reason in EXCEPTIONS.items():
        assert len(reason) > 20 and name in parts
        assert not any(map(is_free, stated_licence(parts[name].metadata))), f"{name} needs no exception"


@pytest.mark.parametrize(
    "text",
    [
        "GPL-3.0-or-later",
        "GNU Affero General Public License v3",
        "LGPL-2.1-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "BUSL-1.1",
        "Business Source License 1.1",
        "Other/Proprietary License",
        "MIT AND GPL-2.0-only",
        "",
    ],
)
def test_what_binds_is_refused(text: str):
    assert not is_free(text)


@pytest.mark.parametrize(
    "text", ["MIT", "Apache-2.0 WITH LLVM-exception", "BSD License", "PSF-2.0", "ISC License (ISCL)"]
)
def test_what_is_free_is_taken(text: str):
    assert is_free(text)


def test_the_expression_goes_first_and_one_free_alternative_is_enough():
    found = Message()
    found["License-Expression"] = "GPL-2.0-only OR MIT"
    found["Classifier"] = "License :: Other/Proprietary License"
    assert any(map(is_free, stated_licence(found)))
    del found["License-Expression"]
    assert not any(map(is_free, stated_licence(found)))
