"""Texts by their sound: characters that sound alike, or nearly so, become one symbol.

Senders who fear a filter write words with other characters of the same sound (加威心 for 加微信). Syllables are
compared without tones, and sounds that many speakers do not tell apart are one: z/zh, c/ch, s/sh, l/n, f/h,
an/ang, en/eng, in/ing (the "fuzzy" pairs of input methods). The readings lie in `knowledge/data/sounds.txt`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from xiezhi.detect.messages.characters import LIMIT, character_lists
from xiezhi.detect.messages.normal import NormalTexts
from xiezhi.detect.messages.symbols import SymbolTexts, message_symbols

FIRST_SOUND: Final = 0xE000
"""Sounds are numbered from here on, among code points that no text has a meaning for."""

_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"))
_FINALS: Final = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def fuzzy(syllable: str) -> str:
    """A syllable (pinyin without tone) as speakers who don't tell near sounds apart say it."""
    for near, plain in _INITIALS:
        if syllable.startswith(near):
            syllable = plain + syllable[len(near) :]
            break
    for near, plain in _FINALS:
        if syllable.endswith(near):
            return syllable[: -len(near)] + plain
    return syllable


def sound_symbols(texts: NormalTexts) -> SymbolTexts:
    """Texts with details masked, one symbol for each character's sound; other letters and masks stay as they are."""
    masked = message_symbols(texts)
    return SymbolTexts(_table()[masked.symbols], masked.offsets, masked.marks)


@cache
def _table() -> npt.NDArray[np.uint32]:
    """What becomes of each symbol of a masked text."""
    table = np.arange(LIMIT, dtype=np.uint32)
    numbers: dict[str, int] = {}
    for syllable, characters in character_lists("sounds.txt"):
        number = numbers.setdefault(fuzzy(syllable), len(numbers))
        table[[ord(each) for each in characters]] = FIRST_SOUND + number
    return table
