"""Texts as symbols for the character model: letters in lower case, and one mask for each kind of detail.

A detail (an address, a number, a handle) differs from message to message and says little by its digits, so
it becomes one capital letter: `U` web address, `M` mobile number, `P` another number to call or to write
to, `Q` QQ, `W` WeChat, `B` bank card, `D` any other number of two and more digits. A single digit,
punctuation, symbols and spaces are dropped; one space stays between two words of Latin letters.

Published corpora come with such details already masked, in words of their own (`URL`, `CELLPHONE`, `DIGIT`,
`NAME`, ...: Zhang et al., "Lies in the Air", CCS 2020). Those words become the same symbols, and masks of
what cannot be seen in a raw text (names, places) vanish. So a model trained on masked texts reads raw ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.detect.messages.characters import character_tables
from xiezhi.detect.messages.normal import NormalTexts, Offsets, Points

HAS_URL: Final = 1
HAS_CONTACT: Final = 2
HAS_LETTERS: Final = 4

_MASK_WORDS = {
    "CELLPHONE": "M", "HOTLINE": "P", "WECHAT": "W", "DIGIT": "D", "PLACE": "", "PHONE": "P",
    "NAME": "", "BANK": "B", "URL": "U", "QQ": "Q",
}  # fmt: skip
_TOP_DOMAINS = (
    "com net org cn cc top xyz vip info me io club shop site online link app tv hk tw us uk ru in "
    "co la pw win bid icu fun ltd wang edu gov mobi name biz pro live store tech work space "
    "website kim ren red pub fit ink wiki art asia jp kr sg de fr eu ca au so ws st ly gl to gg "
    "im is su tk ml ga cf gq ph my vn th id mo dev page"
)


@dataclass(frozen=True, slots=True)
class SymbolTexts:
    """n texts as symbols: text i is `symbols[offsets[i]:offsets[i + 1]]`. `marks[i]` (uint8) tells whether
    a web address (`HAS_URL`), a way to reach the sender (`HAS_CONTACT`) or letters (`HAS_LETTERS`) were
    seen."""

    symbols: Points
    offsets: Offsets
    marks: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.marks)


def message_symbols(texts: NormalTexts) -> SymbolTexts:
    """Symbols of messages, with details masked as the module says."""
    letter = character_tables().letter
    return SymbolTexts(*_symbols(texts.points, texts.offsets, letter, _WORDS, _WORD_MASKS, _TOPS))


def plain_symbols(texts: NormalTexts) -> SymbolTexts:
    """Every visible character in lower case, nothing masked, one space for each gap between them."""
    letter = character_tables().letter
    symbols, offsets = _plain(texts.points, texts.offsets, letter)
    return SymbolTexts(symbols, offsets, np.zeros(len(texts), dtype=np.uint8))


def _packed_words() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Mask words as uint8[words, 12] padded with zeros, and the symbol of each (0 = vanishes)."""
    words = np.zeros((len(_MASK_WORDS), 12), dtype=np.uint8)
    for row, word in enumerate(_MASK_WORDS):
        words[row, : len(word)] = np.frombuffer(word.encode(), dtype=np.uint8)
    return words, np.array([ord(mask) if mask else 0 for mask in _MASK_WORDS.values()], dtype=np.uint8)


_WORDS, _WORD_MASKS = _packed_words()
_TOPS = np.sort(
    np.array([int.from_bytes(top.encode(), "big") for top in _TOP_DOMAINS.split()], dtype=np.uint64)
)

U, M, P, Q, W, B, D = (ord(mask) for mask in "UMPQWBD")


@njit(cache=True, nogil=True, inline="always")
def _is_digit(code: int) -> bool:
    return 48 <= code <= 57


@njit(cache=True, nogil=True, inline="always")
def _is_latin(code: int) -> bool:
    return 97 <= (code | 32) <= 122


@njit(cache=True, nogil=True, inline="always")
def _in_address(code: int) -> bool:
    """Letters, digits and - . _ / ? = & % # ~ + :"""
    return _is_digit(code) or _is_latin(code) or code in (45, 46, 95, 47, 63, 61, 38, 37, 35, 126, 43, 58)


@njit(cache=True, nogil=True)
def _known_top(points: Any, at: Any, stop: Any, tops: Any) -> Any:
    """Whether a known top-level domain starts at `at` and ends where letters do."""
    packed = np.uint64(0)
    size = 0
    while at < stop and _is_latin(points[at]):
        if size == 8:
            return False
        packed = packed << np.uint64(8) | np.uint64(points[at] | 32)
        size += 1
        at += 1
    if size < 2 or (at < stop and (_is_digit(points[at]) or points[at] == 45)):
        return False
    place = np.searchsorted(tops, packed)
    return place < len(tops) and tops[place] == packed


@njit(cache=True, nogil=True)
def _is_address(points: Any, start: Any, stop: Any, tops: Any) -> Any:
    """Whether a run of address characters is a web address: it has `://`, or a known top-level domain."""
    for at in range(start + 1, stop - 2):
        if points[at] == 58 and points[at + 1] == 47 and points[at + 2] == 47:
            return True
        before = points[at - 1]
        if (
            points[at] == 46
            and (_is_digit(before) or _is_latin(before))
            and _known_top(points, at + 1, stop, tops)
        ):
            return True
    return False


@njit(cache=True, nogil=True)
def _mask_word(points: Any, at: Any, stop: Any, words: Any) -> Any:
    """Which mask word starts here, and its length; (-1, 0) for none."""
    for word in range(len(words)):
        size = 0
        while size < words.shape[1] and words[word, size] != 0:
            if at + size >= stop or points[at + size] != words[word, size]:
                break
            size += 1
        if size == words.shape[1] or words[word, size] == 0:
            return word, size
    return -1, 0


@njit(cache=True, nogil=True)
def _number(points: Any, at: Any, stop: Any) -> Any:
    """The number that starts here: its mask (0 for a single digit), its end, whether it is a contact.

    Digits may be parted by single - . or , characters. Lengths follow China's number plan (MIIT 2017):
    11 digits from 13 on are mobile, 10-12 with a leading 0, 400 or 800 are fixed lines and toll-free,
    7-8 digits in one run local numbers, 106... and five digits from 10, 95, 96, 12 service codes.
    """
    count = 0
    joined = True
    lead = np.int64(0)
    end = at
    while end < stop:
        code = points[end]
        if _is_digit(code):
            if count < 3:
                lead = lead * 10 + np.int64(code) - 48
            count += 1
        elif code in (45, 46, 44) and end + 1 < stop and _is_digit(points[end + 1]):
            joined = False
        else:
            break
        end += 1
    if count == 1:
        return 0, end, False
    if count == 11 and 130 <= lead <= 199:
        return M, end, True
    if 10 <= count <= 12 and (lead < 100 or lead == 400 or lead == 800):
        return P, end, True
    if joined and 7 <= count <= 8:
        return P, end, True
    if lead == 106 and count >= 8:
        return P, end, False
    if joined and count == 5 and lead // 10 in (10, 95, 96, 12):
        return P, end, False
    return (B if 15 <= count <= 19 else D), end, False


@njit(cache=True, nogil=True)
def _handle_end(points: Any, at: Any, stop: Any) -> Any:
    """Where the handle after a word such as 微信 ends, or 0 when none follows within three characters."""
    skipped = 0
    while at < stop and skipped < 3 and points[at] in (32, 58, 45, 0x53F7, 0x662F, 0x52A0, 0x7FA4):
        at += 1
        skipped += 1
    start = at
    capitals = True  # a run of capitals is a mask word or an acronym
    while at < stop and (_is_digit(points[at]) or _is_latin(points[at]) or points[at] in (45, 95)):
        capitals &= 65 <= points[at] <= 90
        at += 1
    return at if 5 <= at - start <= 24 and not capitals else 0


@njit(cache=True, nogil=True, inline="always")
def _may_name_messenger(code: int) -> bool:
    """Whether a messenger's name can start with this character: 微 薇 威 扣 q v w."""
    lower = code | 32
    return lower in (113, 118, 119) or code in (0x5FAE, 0x8587, 0x5A01, 0x6263)


@njit(cache=True, nogil=True)
def _messenger(points: Any, at: Any, start: Any, stop: Any) -> Any:
    """The messenger named here (mask, length of its name): 微信 薇信 威信 wechat weixin vx wx qq 扣扣."""
    first = points[at]
    second = points[at + 1] if at + 1 < stop else 0
    if second == 0x4FE1 and first in (0x5FAE, 0x8587, 0x5A01):
        return W, 2
    if first == 0x6263 and second == 0x6263:
        return Q, 2
    if at > start and _is_latin(points[at - 1]):
        return 0, 0
    first |= 32
    second |= 32
    if first == 113 and second == 113:
        return Q, 2
    if second == 120 and first in (118, 119):
        return W, 2
    if first == 119 and second == 101 and at + 6 <= stop:
        last = points[at + 5] | 32
        if (points[at + 2] | 32 == 99 and last == 116) or (points[at + 2] | 32 == 105 and last == 110):
            return W, 6
    return 0, 0


@njit(cache=True, nogil=True, inline="always")
def _put(symbols: Any, out: Any, start: Any, mask: Any) -> Any:
    """Append a mask unless it repeats the last one."""
    if out > start and symbols[out - 1] == mask:
        return out
    symbols[out] = mask
    return out + 1


@njit(cache=True, nogil=True)
def _symbols(points: Any, offsets: Any, letter: Any, words: Any, word_masks: Any, tops: Any) -> Any:
    rows = len(offsets) - 1
    # a text of k characters gives at most 2k symbols: a letter, and a space before it
    symbols = np.empty(2 * len(points), dtype=np.uint32)
    bounds = np.empty(rows + 1, dtype=np.int64)
    marks = np.zeros(rows, dtype=np.uint8)
    bounds[0] = 0
    out = 0
    for row in range(rows):
        at = offsets[row]
        stop = offsets[row + 1]
        start = out
        checked = at  # no web address starts before here
        latin = False  # whether the last symbol ended a Latin word
        while at < stop:
            code = np.int64(points[at])
            if _is_digit(code) or _is_latin(code):
                word, size = _mask_word(points, at, stop, words) if 65 <= code <= 90 else (-1, 0)
                if word >= 0:
                    at += size
                    mask = word_masks[word]
                    if mask == U:
                        while at < stop and (_is_digit(points[at]) or 97 <= points[at] <= 122):
                            at += 1
                        marks[row] |= HAS_URL
                    elif mask in (M, P, Q, W):
                        marks[row] |= HAS_CONTACT
                        if mask in (Q, W):
                            at = max(at, _handle_end(points, at, stop))
                    if mask:
                        out = _put(symbols, out, start, mask)
                    latin = False
                    checked = at
                    continue
                if at >= checked:
                    checked = at
                    while checked < stop and _in_address(points[checked]):
                        checked += 1
                    if _is_address(points, at, checked, tops):
                        at = checked
                        out = _put(symbols, out, start, U)
                        marks[row] |= HAS_URL
                        latin = False
                        continue
            if _is_digit(code):
                mask, at, contact = _number(points, at, stop)
                if mask:
                    out = _put(symbols, out, start, mask)
                if contact:
                    marks[row] |= HAS_CONTACT
                latin = False
                continue
            mask, size = _messenger(points, at, offsets[row], stop) if _may_name_messenger(code) else (0, 0)
            if mask:
                end = _handle_end(points, at + size, stop)
                if end:
                    at = end
                    out = _put(symbols, out, start, mask)
                    marks[row] |= HAS_CONTACT
                    latin = False
                    continue
            if _is_latin(code):
                if latin:
                    symbols[out] = 32
                    out += 1
                while at < stop and _is_latin(points[at]):
                    symbols[out] = points[at] | 32
                    out += 1
                    at += 1
                latin = True
                marks[row] |= HAS_LETTERS
                continue
            if letter[code]:
                symbols[out] = letter[code]
                out += 1
                latin = False
                marks[row] |= HAS_LETTERS
            at += 1
        bounds[row + 1] = out
    return symbols[:out].copy(), bounds, marks


@njit(cache=True, nogil=True)
def _plain(points: Any, offsets: Any, letter: Any) -> Any:
    symbols = np.empty(len(points), dtype=np.uint32)
    bounds = np.empty(len(offsets), dtype=np.int64)
    bounds[0] = 0
    out = 0
    for row in range(len(offsets) - 1):
        start = out
        for at in range(offsets[row], offsets[row + 1]):
            code = points[at]
            if code > 32:
                lower = letter[code]
                symbols[out] = lower if lower else code
                out += 1
            elif out > start and symbols[out - 1] != 32:
                symbols[out] = 32
                out += 1
        if out > start and symbols[out - 1] == 32:
            out -= 1
        bounds[row + 1] = out
    return symbols[:out].copy(), bounds
