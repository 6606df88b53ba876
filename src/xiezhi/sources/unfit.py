"""A value that does not fit its field."""

from __future__ import annotations


class Unfit(ValueError):  # noqa: N818 - a plain word that reads well where it is caught
    """Says in its text what is wrong with a value, to be read after the field's name: `is no number: 'x'`."""


def shown(value: object) -> str:
    """A value as a reason shows it: quoted and cut after 80 characters."""
    text = value if isinstance(value, str) else str(value)
    return repr(text[:80] + "…" if len(text) > 80 else text)
