"""What may be done, and the roles that may do it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

ADMINISTRATOR = "administrator"
"""The role of the first account. It has every permission, so that no part of the house is out of reach."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be done: `thing.verb`, or a single word."""

    id: str
    zh: str
    en: str
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions: those of the role it `includes`, if any, and its own."""

    id: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    permissions: tuple[str, ...] = ()
    includes: str | None = None


@dataclass(frozen=True)
class AccessTable:
    """Permissions and roles, each by id, in the order of the file."""

    permissions: dict[str, Permission]
    roles: dict[str, Role]

    @cached_property
    def granted(self) -> dict[str, frozenset[str]]:
        """All permissions of each role, included ones too."""
        return {role: frozenset(self._of(role, ())) for role in self.roles}

    def _of(self, role: str, seen: tuple[str, ...]) -> set[str]:
        found = self.roles.get(role)
        if found is None or role in seen:  # the validator has told of both
            return set()
        inherited = self._of(found.includes, (*seen, role)) if found.includes else set()
        return inherited | set(found.permissions)
