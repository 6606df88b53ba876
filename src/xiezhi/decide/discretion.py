"""Personal values shortened before they stand in an explanation."""

from __future__ import annotations

from xiezhi.domain.identifiers.base import Identifier
from xiezhi.domain.schema import Masking

_PLAIN = Identifier()


def shortened(text: str, masking: Masking) -> str:
    """A text as its field's masking lets it be shown, whatever kind of thing it names."""
    return _PLAIN.mask(text, masking)
