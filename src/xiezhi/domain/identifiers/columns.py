"""Columns of identifiers: a compiled look finds what is canonical already, Python cleans the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from xiezhi.domain.buffers import Bytes, is_missing, text_buffers
from xiezhi.domain.identifiers.base import tidy
from xiezhi.domain.identifiers.forms import canonical_form, form_of
from xiezhi.domain.identifiers.registry import IDENTIFIERS

Flags = npt.NDArray[np.bool_]

_CANONICAL, _MISSING, _OTHER = 0, 1, 2


@njit(cache=True, nogil=True)
def _look(
    form: int, data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, out: npt.NDArray[np.uint8]
) -> int:
    others = 0
    for row in range(len(out)):
        if is_missing(validity, first + row):
            out[row] = _MISSING
        elif canonical_form(form, data, offsets[row], offsets[row + 1]):
            out[row] = _CANONICAL
        else:
            out[row] = _OTHER
            others += 1
    return others


def clean_column(kind: str, column: Any) -> tuple[pa.StringArray, Flags]:
    """The canonical form of every value of a text column, and bool[n]: True where a value is none of its
    kind.

    Bad rows come back missing; empty texts and stand-ins (`NULL`, `#N/A` ...) are missing, not bad.
    Invalid UTF-8 is bad. `KeyError` for an unknown kind.
    """
    identifier = IDENTIFIERS[kind]
    if column.type != pa.string():
        column = column.cast(pa.string())
    buffers = text_buffers(column)
    status = np.empty(len(column), dtype=np.uint8)
    if not _look(form_of(kind), buffers.data, buffers.offsets, buffers.validity, buffers.first, status):
        return column, np.zeros(len(column), dtype=np.bool_)
    others = status == _OTHER
    chosen = pc.filter(column, pa.array(others)).cast(pa.binary()).dictionary_encode()
    cleaned, wrong = _clean_each(identifier.clean, chosen.dictionary.to_pylist())
    codes = chosen.indices.to_numpy()
    bad = np.zeros(len(column), dtype=np.bool_)
    bad[others] = wrong[codes]
    replacements = pa.array(cleaned, pa.string()).take(chosen.indices)
    return pc.replace_with_mask(column, pa.array(others), replacements), bad


def _clean_each(clean: Any, values: list[bytes]) -> tuple[list[str | None], Flags]:
    cleaned: list[str | None] = []
    wrong = np.zeros(len(values), dtype=np.bool_)
    for place, octets in enumerate(values):
        try:
            text = octets.decode()
        except UnicodeDecodeError:
            cleaned.append(None)
            wrong[place] = True
            continue
        value = clean(text)
        cleaned.append(value)
        wrong[place] = value is None and not is_absent(text)
    return cleaned, wrong


def is_absent(text: str) -> bool:
    """Whether a text says that there is no value: blanks only, or a stand-in."""
    return len(text) <= 64 and tidy(text) == ""
