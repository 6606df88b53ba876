"""Identifiers: typed, normalised names for things, one small class each, and fast columns of them."""

from xiezhi.domain.identifiers.base import Identifier
from xiezhi.domain.identifiers.columns import clean_column, is_absent
from xiezhi.domain.identifiers.guess import guess
from xiezhi.domain.identifiers.registry import IDENTIFIERS

__all__ = ["IDENTIFIERS", "Identifier", "clean_column", "guess", "is_absent"]
