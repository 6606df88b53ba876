"""What each Unicode character becomes, as flat tables that kernels can index.

Two questions are answered per code point. How does it look in normal form: NFKC taken one character at a
time, traditional Chinese characters made simplified, invisible characters removed (Unicode Standard Annex #15;
the invisible ones are Default_Ignorable_Code_Point of DerivedCoreProperties). And is it a letter: its lower case, or
nothing for digits, punctuation, symbols and marks. Composition across characters (base + combining mark) is not done.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from xiezhi.knowledge.base import data_folder

LIMIT = 0x30000
"""Code points from here upwards are unassigned, tags or private: they are dropped."""
LONGEST = 2
"""No character becomes more code points than this times its UTF-8 bytes; the two Arabic ligatures that
would (U+FDFA, U+FDFB) stay as they are."""

_COMPATIBILITY_RANGES = (
    (0x80, 0x4E00),
    (0xA000, 0xAC00),
    (0xD7A4, 0xD800),
    (0xE000, 0x20000),
    (0x2F800, 0x2FA20),
)
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, LIMIT))
_INVISIBLE = (
    (0x00AD, 0x00AE), (0x034F, 0x0350), (0x061C, 0x061D), (0x115F, 0x1161), (0x17B4, 0x17B6),
    (0x180B, 0x1810), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0x3164, 0x3165),
    (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFA0, 0xFFA1), (0xFFF0, 0xFFF9), (0x1BCA0, 0x1BCA4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CharacterTables:
    """`normal[c]` (int32[LIMIT]) is what c becomes: a code point, 0 for nothing, or -k for the several
    code points `expansion[k-1], ...` up to the next 0. `letter[c]` (uint32[LIMIT]) is the lower-case letter
    that a character in normal form is, or 0 when it is none."""

    normal: npt.NDArray[np.int32]
    expansion: npt.NDArray[np.int32]
    letter: npt.NDArray[np.uint32]


@cache
def character_tables() -> CharacterTables:
    """The tables for the Unicode version of the running Python, built once (about 40 ms)."""
    normal, expansion = _normal_forms()
    return CharacterTables(normal, expansion, _letters())


def _normal_forms() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    normal = np.arange(LIMIT, dtype=np.int32)
    expansion: list[int] = []
    for start, stop in _COMPATIBILITY_RANGES:
        for code in range(start, stop):
            character = chr(code)
            if not unicodedata.decomposition(character):
                continue
            form = unicodedata.normalize("NFKC", character)
            if len(form) == 1:
                normal[code] = ord(form)
            elif len(form) <= LONGEST * len(character.encode()):
                normal[code] = -(len(expansion) + 1)
                expansion.extend((*map(ord, form), 0))
    for start, stop in _INVISIBLE:
        normal[start:stop] = 0
    plain = _simplified()
    return np.where(normal > 0, plain[normal], normal), plain[np.array(expansion, dtype=np.int32)]


def _simplified() -> npt.NDArray[np.int32]:
    """The simplified form of each code point, itself where it has none."""
    plain = np.arange(LIMIT, dtype=np.int32)
    for each, characters in character_lists("simplified.txt"):
        plain[[ord(character) for character in characters]] = ord(each)
    return plain


def character_lists(name: str) -> Iterator[tuple[str, str]]:
    """The lines of a table of characters among the shipped data: a key, and the characters that belong to it."""
    for line in (data_folder() / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            key, characters = line.split(" ")
            yield key, characters


def _letters() -> npt.NDArray[np.uint32]:
    letter = np.zeros(LIMIT, dtype=np.uint32)
    for start, stop in _IDEOGRAPHS:
        letter[start:stop] = np.arange(start, stop, dtype=np.uint32)
    letter[0xAC00:0xD7A4] = np.arange(0xAC00, 0xD7A4, dtype=np.uint32)
    for start, stop in ((0x41, 0x3400), (0xA000, 0xAC00), (0xF900, 0x20000)):
        for code in range(start, stop):
            character = chr(code)
            if character.isalpha() or unicodedata.category(character) == "Nl":
                letter[code] = ord(character.lower()[0])
    return letter
