"""Compiled tests of bytes: is this text surely in canonical form?

Each test may say no of a canonical text, which then takes the slow way, but never yes of another one: the
classes' `clean` would give back every text accepted here unchanged. A property test holds this.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.domain.buffers import Bytes

NEVER, PHONE, TOKEN, WIDE, DIGITS, DIGEST, IPV4, DOMAIN, URL, PACKAGE, CARD = range(11)

_FORMS = {
    "phone": PHONE,
    "account": TOKEN,
    "imsi": TOKEN,
    "imei": DIGITS,
    "cell": WIDE,
    "device": WIDE,
    "template": WIDE,
    "card": CARD,
    "sample": DIGEST,
    "certificate": DIGEST,
    "ip": IPV4,
    "domain": DOMAIN,
    "url": URL,
    "package": PACKAGE,
}


def form_of(kind: str) -> int:
    """The code of the test that fits a kind of identifier."""
    return _FORMS.get(kind, NEVER)


@njit(cache=True, nogil=True, inline="always")
def _digit(c: int) -> bool:
    return 48 <= c <= 57


@njit(cache=True, nogil=True, inline="always")
def _letter(c: int) -> bool:
    return 97 <= (c | 32) <= 122


@njit(cache=True, nogil=True)
def _all_digits(data: Bytes, start: int, end: int) -> Any:
    for at in range(start, end):
        if not _digit(data[at]):
            return False
    return end > start


def _classes() -> npt.NDArray[np.uint8]:
    """For each byte: 1 digit, 2 letter, digit or underscore, 4 printable ASCII but `#`."""
    found = np.zeros(256, dtype=np.uint8)
    for c in range(33, 127):
        found[c] = 4 * (c != 35) + 2 * (chr(c).isalnum() or c == 95) + chr(c).isdigit()
    return found


_CLASSES = _classes()


@njit(cache=True, nogil=True)
def _of_class(wanted: int, data: Bytes, start: int, end: int) -> Any:
    """1 to 64 bytes of a class with at least one digit: so it is no stand-in."""
    if not 0 < end - start <= 64:
        return False
    every, some = np.uint8(255), np.uint8(0)
    for at in range(start, end):
        c = _CLASSES[data[at]]
        every &= c
        some |= c
    return (every & wanted) != 0 and (some & 1) != 0


@njit(cache=True, nogil=True)
def _phone(data: Bytes, start: int, end: int) -> Any:
    size = end - start
    if size >= 2 and data[start] == 43:  # +
        plain = 8 <= size <= 16 and 49 <= data[start + 1] <= 57 and _all_digits(data, start + 1, end)
        return plain and not (data[start + 1] == 56 and data[start + 2] == 54)
    if size >= 2 and data[start] == 48 and data[start + 1] == 48:
        return False
    if size >= 2 and data[start] == 56 and data[start + 1] == 54:
        return False
    return _of_class(2, data, start, end)


@njit(cache=True, nogil=True)
def _digest(data: Bytes, start: int, end: int) -> Any:
    size = end - start
    if size != 64 and size != 40 and size != 32 and size != 56 and size != 96 and size != 128:
        return False
    for at in range(start, end):
        c = data[at]
        if not (_digit(c) or 97 <= c <= 102):
            return False
    return True


@njit(cache=True, nogil=True)
def _ipv4(data: Bytes, start: int, end: int) -> Any:
    if end - start > 15:
        return False
    dots, value, digits = 0, 0, 0
    for at in range(start, end):
        c = data[at]
        if c == 46:
            if digits == 0:
                return False
            dots, value, digits = dots + 1, 0, 0
        elif _digit(c):
            if digits > 0 and value == 0:
                return False
            value, digits = value * 10 + (c - 48), digits + 1
            if value > 255:
                return False
        else:
            return False
    return dots == 3 and digits > 0


@njit(cache=True, nogil=True)
def _domain(data: Bytes, start: int, end: int) -> Any:
    """Lower-case labels with at least one dot, the last of them beginning with a letter."""
    if end - start > 253:
        return False
    dots, label = 0, start
    for at in range(start, end):
        c = data[at]
        if c == 46:
            if at == label or at - label > 63:
                return False
            dots, label = dots + 1, at + 1
        elif not (_digit(c) or 97 <= c <= 122 or c == 45 or c == 95):
            return False
    return dots > 0 and 0 < end - label <= 63 and 97 <= data[label] <= 122


@njit(cache=True, nogil=True)
def _hex_value(c: int) -> int:
    if _digit(c):
        return c - 48
    return c - 55 if 65 <= c <= 70 else -1


@njit(cache=True, nogil=True, inline="always")
def _path_mark(c: int) -> bool:
    """One of the marks that stand unescaped in a path or a query."""
    return c == 33 or c == 36 or 38 <= c <= 47 or 58 <= c <= 59 or c == 61 or c == 64 or c == 95 or c == 126


@njit(cache=True, nogil=True)
def _url_tail(data: Bytes, start: int, end: int) -> Any:
    """A path and query without anything to escape, to unescape or to resolve."""
    query = False
    for at in range(start, end):
        c = data[at]
        if c == 63:
            query = True
        elif c == 37:  # %: an escape in upper case of a character that needs one
            if at + 2 >= end:
                return False
            high, low = _hex_value(data[at + 1]), _hex_value(data[at + 2])
            value = high * 16 + low
            if high < 0 or low < 0 or _digit(value) or _letter(value):
                return False
            if value == 45 or value == 46 or value == 95 or value == 126:
                return False
        elif c == 46:
            if not query and data[at - 1] == 47:
                return False
        elif not (_digit(c) or _letter(c) or _path_mark(c)):
            return False
    return True


@njit(cache=True, nogil=True)
def _url(data: Bytes, start: int, end: int) -> Any:
    if not 12 <= end - start <= 2048 or data[start] != 104 or data[start + 1] != 116:
        return False
    if data[start + 2] != 116 or data[start + 3] != 112:
        return False
    host = start + 4 + (data[start + 4] == 115)
    if data[host] != 58 or data[host + 1] != 47 or data[host + 2] != 47:
        return False
    host += 3
    slash = host
    while slash < end and data[slash] != 47:
        slash += 1
    return slash < end and _domain(data, host, slash) and _url_tail(data, slash, end)


@njit(cache=True, nogil=True)
def _package(data: Bytes, start: int, end: int) -> Any:
    if not 0 < end - start <= 255 or data[start] == 45 or data[start] == 46:
        return False
    dots = False
    for at in range(start, end):
        c = data[at]
        dots = dots or c == 46
        if not (_digit(c) or _letter(c) or c == 46 or c == 95 or c == 45):
            return False
    return dots


@njit(cache=True, nogil=True)
def canonical_form(form: int, data: Bytes, start: int, end: int) -> Any:
    """Whether the bytes from `start` to `end` surely are a canonical identifier of a form."""
    if form == PHONE:
        return _phone(data, start, end)
    if form == TOKEN:
        return _of_class(2, data, start, end)
    if form == WIDE:
        return _of_class(4, data, start, end)
    if form == DIGITS:
        return end - start <= 64 and _all_digits(data, start, end)
    if form == CARD:
        return 12 <= end - start <= 19 and _all_digits(data, start, end)
    if form == DIGEST:
        return _digest(data, start, end)
    if form == IPV4:
        return _ipv4(data, start, end)
    if form == DOMAIN:
        return _domain(data, start, end)
    if form == URL:
        return _url(data, start, end)
    if form == PACKAGE:
        return _package(data, start, end)
    return False
