"""Everything about accounts, sessions, keys, limits and the audit log behind one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from starlette.types import Scope

from xiezhi.api.access.caller import Caller

if TYPE_CHECKING:
    from xiezhi.knowledge.base import Knowledge


class Access:
    """The access service of one house; safe to call from several threads."""

    def __init__(self, database: Engine, knowledge: Knowledge) -> None:
        self.database, self.knowledge = database, knowledge

    def identify(self, scope: Scope) -> Caller:
        """Who sends a request, by key or cookie. Raises `Refusal` (401, 403, 429). Costs microseconds."""
        raise XiezhiUnavailableError

    def note(self, caller: Caller, what: str, target: str = "", detail: Mapping[str, Any] | str = "") -> None:
        """Write a row of the audit log: who did or read what. Secrets in `detail` are left out."""

    def reveal(self, caller: Caller, asked: bool, target: str) -> bool:
        """Whether to show identifiers unmasked: if asked for, by somebody with `unmask`, which is then noted."""
        if not (asked and caller.may("unmask")):
            return False
        self.note(caller, "unmask", target)
        return True


class XiezhiUnavailableError(Exception):
    """Stands in until log-in is there."""
