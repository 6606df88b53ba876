"""Why an account or key can't be changed as asked."""

from __future__ import annotations

from xiezhi.domain.errors import XiezhiError


class UnknownError(XiezhiError):
    """There is no such account or key: 404."""


class ConflictError(XiezhiError):
    """It would leave the house without a key, or take a name twice: 409."""


class ForbiddenError(XiezhiError):
    """Somebody would give more than they have: 403."""
