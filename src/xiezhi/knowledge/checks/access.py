"""Permissions and roles: names that exist, no circle of roles, nothing out of everybody's reach."""

from __future__ import annotations

from xiezhi.domain.access import ADMINISTRATOR, AccessTable, Role
from xiezhi.domain.errors import Problems
from xiezhi.knowledge.checks.common import both_languages, known, proper_word
from xiezhi.knowledge.shelves import Entry, Shelves

_TEXTS = ("zh", "en", "note_zh", "note_en")


def check_access(shelves: Shelves, problems: Problems) -> None:
    """Check permissions and roles."""
    for permission in shelves.permissions.values():
        proper_word(permission, ("id",), permission.value.id, problems, dotted=True)
        both_languages(permission, problems, *_TEXTS)
    for role in shelves.roles.values():
        _check_role(role, shelves, problems)
    _check_administrator(shelves, problems)


def _check_role(entry: Entry[Role], shelves: Shelves, problems: Problems) -> None:
    role = entry.value
    proper_word(entry, ("id",), role.id, problems)
    both_languages(entry, problems, *_TEXTS)
    for index, name in enumerate(role.permissions):
        at = ("permissions", index)
        known(entry, at, "permission", name, shelves.permissions, problems)
        if name in role.permissions[:index]:
            problems.add(entry.place(*at), f"repeats the permission `{name}`", "keep one of the two")
    if role.includes is None:
        return
    if known(entry, ("includes",), "role", role.includes, shelves.roles, problems) and _circles(
        role, shelves
    ):
        cure = "let no role include one that includes it"
        problems.add(entry.place("includes"), f"role `{role.id}` includes itself", cure)


def _circles(role: Role, shelves: Shelves) -> bool:
    seen: set[str] = set()
    following = role.includes
    while following is not None and following in shelves.roles and following not in seen:
        if following == role.id:
            return True
        seen.add(following)
        following = shelves.roles[following].value.includes
    return False


def _check_administrator(shelves: Shelves, problems: Problems) -> None:
    """The first account gets this role; what it may not do, nobody could be allowed to do."""
    entry = shelves.roles.get(ADMINISTRATOR)
    if entry is None:
        problems.add(
            "permissions.yaml", f"there is no role `{ADMINISTRATOR}`", "add it; the first account has it"
        )
        return
    granted = AccessTable(shelves.permissions.plain(), shelves.roles.plain()).granted[ADMINISTRATOR]
    for name, permission in shelves.permissions.items():
        if name not in granted:
            cure = f"give it to a role that `{ADMINISTRATOR}` includes"
            problems.add(permission.place(), f"`{ADMINISTRATOR}` has no permission `{name}`", cure)
