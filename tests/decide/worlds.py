"""A small made-up channel for tests, with frames over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xiezhi.decide.language import Vocabulary
from xiezhi.domain.columns import Codes, Column, Variable
from xiezhi.domain.hashing import hash_text
from xiezhi.knowledge.base import ListDefinition

NUMBERS = ("caller.calls.1h", "caller.callees.1h", "duration", "ts")
FLAGS = ("answered", "pair.is_new")
TEXTS = ("caller", "callee", "text", "gateway")

VOCABULARY = Vocabulary(
    channel="call",
    variables={
        **{name: Variable(name, "number", name, name, "s" if name == "duration" else "") for name in NUMBERS},
        **{name: Variable(name, "flag", name, name) for name in FLAGS},
        **{name: Variable(name, "text", name, name) for name in TEXTS},
    },
    identifiers={"caller": "phone", "callee": "phone"},
    codes={"gateway": ("domestic", "international")},
    lists={"deny_numbers": ("phone",), "allow_numbers": ("phone",), "deny_accounts": ("account", "card")},
)
LISTS = {
    "deny_numbers": ListDefinition("deny_numbers", "", "", "deny", ("phone",)),
    "allow_numbers": ListDefinition("allow_numbers", "", "", "allow", ("phone",)),
    "deny_accounts": ListDefinition("deny_accounts", "", "", "deny", ("account", "card")),
}

Event = Mapping[str, float | bool | str | None]


class EventFrame:
    """A frame over events given as mappings."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self.asked: list[str] = []

    @property
    def rows(self) -> int:
        return len(self._events)

    def column(self, name: str) -> Column:
        self.asked.append(name)
        values = [event[name] for event in self._events]
        if name in NUMBERS:
            return np.array([np.nan if each is None else each for each in values], np.float64)
        if name in FLAGS:
            return np.array([bool(each) for each in values], np.bool_)
        known = tuple(dict.fromkeys(each for each in values if each is not None))
        return Codes(
            np.array([-1 if each is None else known.index(each) for each in values], np.int32), known
        )

    def keys(self, name: str) -> np.ndarray:
        self.asked.append(name)
        return np.array([0 if e[name] is None else hash_text(e[name]) for e in self._events], np.uint64)


def event(**given: object) -> dict[str, object]:
    """An event with usual values but for those given; dots in names are written as two underscores."""
    usual: dict[str, object] = {
        "caller.calls.1h": 3.0,
        "caller.callees.1h": 2.0,
        "duration": 60.0,
        "ts": 0.0,
        "answered": True,
        "pair.is_new": False,
        "caller": "13800138000",
        "callee": "13900139000",
        "text": "你好",
        "gateway": "domestic",
    }
    return usual | {name.replace("__", "."): value for name, value in given.items()}
