"""What several checks share."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.knowledge.shelves import Entry
from xiezhi.knowledge.yamlfile import Step

_WORD = re.compile(r"^[a-z][a-z0-9_]*$")
_ID = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*$")

IDENTIFIER_KINDS = frozenset(
    [
        "phone",
        "imsi",
        "imei",
        "cell",
        "device",
        "account",
        "card",
        "wallet",
        "domain",
        "url",
        "ip",
        "package",
        "certificate",
        "sample",
        "template",
        "person",
        "any",
    ]
)
"""The classes of identifiers; `any` is told apart by another field of the event."""


def known(
    entry: Entry[Any],
    steps: tuple[Step, ...],
    what: str,
    word: str,
    names: Collection[str],
    problems: Problems,
) -> bool:
    """Whether a word names something that exists; a fault is noted when it does not."""
    if word in names:
        return True
    problems.add(entry.place(*steps), f"unknown {what} `{word}`", did_you_mean(word, names))
    return False


def in_range(
    entry: Entry[Any],
    steps: tuple[Step, ...],
    what: str,
    value: float,
    low: float,
    high: float,
    problems: Problems,
) -> None:
    """Note a number outside low..high."""
    if not low <= value <= high:
        problems.add(entry.place(*steps), f"{what} {value:g} is out of range", f"choose {low:g} to {high:g}")


def proper_word(
    entry: Entry[Any], steps: tuple[Step, ...], word: str, problems: Problems, dotted: bool = False
) -> None:
    """Note a name that is not lower-case letters, digits and underscores."""
    if not (_ID if dotted else _WORD).match(word):
        cure = "use lower-case letters, digits and underscores" + (
            ", in parts joined by dots" if dotted else ""
        )
        problems.add(entry.place(*steps), f"`{word}` is not a proper name", cure)


def both_languages(entry: Entry[Any], problems: Problems, *names: str) -> None:
    """Note texts that were left empty."""
    for name in names:
        if not getattr(entry.value, name).strip():
            problems.add(entry.place(name), f"`{name}` is empty", "write it in this language too")
