"""Plain data into the frozen dataclasses of `xiezhi.domain`, with every fault named by file and line.

msgspec would convert too, but stops at the first fault and leaves the key of a mapping out of its error
path; here a user sees all faults of a file at once, each with its line.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import types
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from xiezhi.domain.errors import Problems
from xiezhi.knowledge.yamlfile import At, Document

T = TypeVar("T")


class Fault:
    """Stands for a value that could not be converted; its problem has been noted."""


FAULT = Fault()


def convert(
    document: Document,
    kind: type[T],
    problems: Problems,
    at: At = (),
    given: Mapping[str, Any] | None = None,
) -> T | None:
    """The part of a document at `at` as a value of `kind`, or None after noting what is wrong with it.

    `kind` is a dataclass whose fields are text, numbers, flags, enums (by member name), `Literal`s,
    optional values, tuples, mappings with text keys and other such dataclasses. `given` supplies fields
    that the surrounding file fixes, such as a rule's channel. Unknown and missing keys are faults.
    """
    data = document.data
    for step in at:
        data = data[step]
    found = _Conversion(document, problems).dataclass(data, kind, at, given or {})
    return None if isinstance(found, Fault) else found


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A cure for an unknown word: the nearest known one, or the list when it is short."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if len(names) <= 12:
        return "use one of: " + ", ".join(names) if names else "there is none to choose from"
    return f"use one of the {len(names)} known names, such as {', '.join(names[:5])}"


@cache
def _fields(kind: type) -> dict[str, tuple[Any, bool]]:
    """Type and whether it is required, by field name."""
    hints = get_type_hints(kind)
    missing = dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
    }


class _Conversion:
    """One walk through a document."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.document = document
        self.problems = problems

    def dataclass(self, data: Any, kind: type, at: At, given: Mapping[str, Any]) -> Any:
        """An instance of a dataclass."""
        if not isinstance(data, dict):
            return self._fault(
                at, f"{_say(at)} must be a mapping, not {_shape(data)}", "write `key: value` pairs"
            )
        known = _fields(kind)
        values: dict[str, Any] = dict(given)
        sound = True
        for key, value in data.items():
            if key not in known:
                self._fault((*at, key), f"unknown key `{key}`", did_you_mean(key, known))
                sound = False
                continue
            values[key] = self.value(value, known[key][0], (*at, key))
            sound = sound and not isinstance(values[key], Fault)
        for name, (_, required) in known.items():
            if required and name not in values:
                self._fault(at, f"{_say(at)} has no `{name}`", f"add the key `{name}`")
                sound = False
        return kind(**values) if sound else FAULT

    def value(self, data: Any, kind: Any, at: At) -> Any:
        """A value of any supported type."""
        origin = get_origin(kind)
        if origin is Literal:
            return self._literal(data, get_args(kind), at)
        if origin in (Union, types.UnionType):
            return self._optional(data, kind, at)
        if origin is tuple:
            return self._tuple(data, get_args(kind), at)
        if origin is dict:
            return self._dict(data, get_args(kind)[1], at)
        if dataclasses.is_dataclass(kind):
            return self.dataclass(data, kind, at, {})  # type: ignore[arg-type]
        if issubclass(kind, Enum):
            return self._enum(data, kind, at)
        return self._scalar(data, kind, at)

    def _optional(self, data: Any, kind: Any, at: At) -> Any:
        (inner,) = (part for part in get_args(kind) if part is not types.NoneType)
        return None if data is None else self.value(data, inner, at)

    def _literal(self, data: Any, allowed: tuple[Any, ...], at: At) -> Any:
        if data in allowed and not isinstance(data, bool):
            return data
        return self._fault(at, f"{_say(at)} cannot be `{data}`", did_you_mean(str(data), map(str, allowed)))

    def _enum(self, data: Any, kind: type[Enum], at: At) -> Any:
        if isinstance(data, str) and data in kind.__members__:
            return kind[data]
        return self._fault(at, f"{_say(at)} cannot be `{data}`", did_you_mean(str(data), kind.__members__))

    def _tuple(self, data: Any, kinds: tuple[Any, ...], at: At) -> Any:
        if not isinstance(data, list):
            return self._fault(at, f"{_say(at)} must be a list, not {_shape(data)}", "write it as `[a, b]`")
        if kinds[-1] is not ... and len(data) != len(kinds):
            return self._fault(
                at, f"{_say(at)} must have {len(kinds)} parts, not {len(data)}", "mend the list"
            )
        wanted = kinds[:1] * len(data) if kinds[-1] is ... else kinds
        found = tuple(
            self.value(item, kind, (*at, i)) for i, (item, kind) in enumerate(zip(data, wanted, strict=True))
        )
        return FAULT if any(isinstance(item, Fault) for item in found) else found

    def _dict(self, data: Any, kind: Any, at: At) -> Any:
        if not isinstance(data, dict):
            return self._fault(
                at, f"{_say(at)} must be a mapping, not {_shape(data)}", "write `key: value` pairs"
            )
        found = {key: self.value(item, kind, (*at, key)) for key, item in data.items()}
        return FAULT if any(isinstance(item, Fault) for item in found.values()) else found

    def _scalar(self, data: Any, kind: type, at: At) -> Any:
        if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
            return (
                float(data)
                if math.isfinite(data)
                else self._fault(at, f"{_say(at)} is too large", "lower it")
            )
        if isinstance(data, kind) and (kind is bool or not isinstance(data, bool)):
            return data
        if kind is str and isinstance(data, int | float | bool):
            return self._fault(
                at, f"{_say(at)} must be text, not {_shape(data)}", f'put it in quotes: "{data}"'
            )
        name = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[kind]
        return self._fault(at, f"{_say(at)} must be {name}, not {_shape(data)}", f"write {name} here")

    def _fault(self, at: At, message: str, cure: str) -> Fault:
        self.problems.add(self.document.place(at), message, cure)
        return FAULT


def _say(at: At) -> str:
    """A place in words a reader knows from the file: `fields[3].type`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
    return f"`{text.lstrip('.')}`" if text else "the file"


def _shape(data: Any) -> str:
    """What kind of thing was found."""
    if data is None:
        return "nothing"
    if isinstance(data, dict):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    return f"`{data}`"
