"""Control records as they stand in the journal, read into something typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from xiezhi.decide.language.source import did_you_mean
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Stage

T = TypeVar("T", bound="Record")


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all control records say: who did it, and when (ms)."""

    kind: str
    by: str = ""
    at: int = 0


class SavedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as it is saved; its version is given by the book."""

    id: str
    channel: str
    when: str
    weight: float
    group: str
    fraud_type: str
    zh: str
    en: str
    stage: Stage = "draft"
    share: float = 1.0
    version: int = 0
    author: str = ""
    source: str = ""


class SaveRule(Record, frozen=True, kw_only=True):
    """`rule.save`: a new rule, or a new version of one."""

    rule: SavedRule


class StageRule(Record, frozen=True, kw_only=True):
    """`rule.stage`: another stage for the newest version, or for the one given."""

    id: str
    stage: Stage
    share: float = 1.0
    version: int | None = None


class RollBackRule(Record, frozen=True, kw_only=True):
    """`rule.rollback`: back to an older version."""

    id: str
    version: int


class AddToList(Record, frozen=True, kw_only=True):
    """`list.add`: an identifier onto a list; `identifier` is its kind, `until` (ms) its end."""

    list: str
    identifier: str
    value: str
    until: int | None = None
    reason: str = ""


class RemoveFromList(Record, frozen=True, kw_only=True):
    """`list.remove`: an identifier off a list."""

    list: str
    identifier: str
    value: str


class AddSnooze(Record, frozen=True, kw_only=True):
    """`snooze`: a rule quiet about an identifier until a time (ms)."""

    rule: str
    identifier: str
    value: str
    until: int


KINDS: dict[str, type[Record]] = {
    "rule.save": SaveRule,
    "rule.stage": StageRule,
    "rule.rollback": RollBackRule,
    "list.add": AddToList,
    "list.remove": RemoveFromList,
    "snooze": AddSnooze,
}


def read_record(record: Mapping[str, Any]) -> Record:
    """A control record from plain data. Raises `XiezhiError` saying what is wrong with it."""
    kind = record.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = f"the kinds are {', '.join(KINDS)}"
        raise XiezhiError(
            f"there is no control record of kind `{kind}`", did_you_mean(str(kind), KINDS, known)
        )
    try:
        return msgspec.convert(dict(record), KINDS[kind])
    except msgspec.ValidationError as error:
        raise XiezhiError(f"{kind}: {error}", "mend the record; nothing was changed") from None
