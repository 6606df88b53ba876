"""Somebody who has been let in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Via = Literal["session", "key", "cli"]


@dataclass(slots=True)
class Caller:
    """Who asks, and what they may do.

    `name` is the account's name (for a key, its maker's), `key` the visible beginning of the key used.
    `permissions` are those of the role, or of the key as far as its maker still has them. `expires_at` is when the
    session or key ends (ms since 1970). `notes` counts
    the rows this request has put into the audit log.
    """

    name: str
    role: str
    permissions: frozenset[str]
    via: Via
    address: str
    key: str | None = None
    session: str | None = None
    demo: bool = False
    expires_at: int | None = None
    notes: int = field(default=0, compare=False)

    def may(self, permission: str) -> bool:
        """Whether the caller has a permission."""
        return permission in self.permissions
