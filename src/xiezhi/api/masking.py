"""Identifiers as people without the permission to unmask may see and name them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from xiezhi.api.problems import Refusal
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.domain.schema import EventSchema, Masking

HANDLE = "~"
"""What a handle begins with; no identifier does."""

_secret = secrets.token_bytes(32)


class Masks:
    """How identifiers are masked: each kind as the fields of that kind are, the strictest of them. Kinds that no
    field has show their ends only."""

    def __init__(self, schemas: Mapping[str, EventSchema]) -> None:
        order: tuple[Masking, ...] = ("none", "middle", "tail", "hash", "hide")
        self._of: dict[str, Masking] = {}
        for schema in schemas.values():
            for field in schema.fields:
                if field.kind:
                    self._of[field.kind] = max(
                        self._of.get(field.kind, "none"), field.masking, key=order.index
                    )

    def open(self, kind: str) -> bool:
        """Whether everybody may see identifiers of a kind in full."""
        return self._of.get(kind) == "none"

    def shown(self, kind: str, value: str) -> str:
        """An identifier as everybody may see it."""
        return IDENTIFIERS[kind].mask(value, self._of.get(kind, "middle"))


_known: dict[int, tuple[Mapping[str, EventSchema], Masks]] = {}


def masked(kind: str, value: str, schemas: Mapping[str, EventSchema]) -> str:
    """An identifier as everybody may see it, under the schemas of the house."""
    found = _known.get(id(schemas))
    if found is None:
        _known.clear()
        found = _known[id(schemas)] = schemas, Masks(schemas)
    return found[1].shown(kind, value)


def handle(kind: str, value: str) -> str:
    """What names an identifier to who may not see it, until the server ends. Nobody can work the value out."""
    text = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return HANDLE + hashlib.blake2b(text, digest_size=10, key=_secret).hexdigest()


def cleaned(kind: str, value: str) -> str:
    """An identifier as events have it. Raises `Refusal` (422) for an unknown kind or a value that is none."""
    if kind not in IDENTIFIERS or kind == "any":
        known = ", ".join(name for name in IDENTIFIERS if name != "any")
        raise Refusal(422, f"there is no kind of identifier `{kind}`", f"the kinds are {known}")
    found = IDENTIFIERS[kind].clean(value)
    if found is None:
        raise Refusal(422, f"the value is no {kind}", f"write the {kind} in full, as events have it")
    return found
