"""The fraud taxonomy: groups, kinds and the schemes of others that they map to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class FraudGroup:
    """A family of fraud kinds."""

    id: str
    zh: str
    en: str
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class FraudKind:
    """One kind of fraud. `id` is `group.kind`; `stages` are the typical stages in their order;
    `maps` gives, per scheme id, the classes of that scheme the kind falls under (many to many)."""

    id: str
    group: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    stages: tuple[str, ...]
    maps: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scheme:
    """Somebody else's classification: `classes` maps class id to its (zh, en) names."""

    id: str
    zh: str
    en: str
    source: str
    classes: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Taxonomy:
    """Groups, kinds, stages and outside schemes, each by id."""

    groups: dict[str, FraudGroup]
    kinds: dict[str, FraudKind]
    stages: dict[str, tuple[str, str]]
    schemes: dict[str, Scheme]

    @cached_property
    def from_scheme(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Kind ids for each (scheme id, class id)."""
        found: dict[tuple[str, str], list[str]] = {}
        for kind in self.kinds.values():
            for scheme, classes in kind.maps.items():
                for name in classes:
                    found.setdefault((scheme, name), []).append(kind.id)
        return {key: tuple(ids) for key, ids in found.items()}
