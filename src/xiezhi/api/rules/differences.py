"""What changed between two versions of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from xiezhi.api.rules.shapes import Difference, FieldDifference, Piece
from xiezhi.domain.rules import Rule

_FIELDS = ("when", "weight", "group", "fraud_type", "zh", "en", "source")
_WORDS = re.compile(r"[\w.]+|\s+|[^\w\s]")


def difference(before: Rule, after: Rule) -> Difference:
    """Fields whose values differ, texts word by word."""
    found = []
    for name in _FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            pieces = list(_pieces(old, new)) if isinstance(old, str) else []
            found.append(FieldDifference(field=name, before=old, after=new, pieces=pieces))
    return Difference(id=after.id, before=before.version, after=after.version, fields=found)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(kind="same", text="".join(old[a:b]))
            continue
        if b > a:
            yield Piece(kind="removed", text="".join(old[a:b]))
        if d > c:
            yield Piece(kind="added", text="".join(new[c:d]))
