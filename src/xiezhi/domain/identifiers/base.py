"""What every kind of identifier can do, and what the tolerant kinds share."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import ClassVar

from xiezhi.domain.hashing import hash_text
from xiezhi.domain.schema import Masking

PLACEHOLDERS = frozenset(
    [
        "nan",
        "null",
        "none",
        "nil",
        "na",
        "n/a",
        "<na>",
        "nat",
        "undefined",
        "unknown",
        "-",
        "--",
        "?",
        "\\n",
        "#n/a",
        "#name?",
        "#ref!",
        "#value!",
        "#null!",
        "#num!",
        "#div/0!",
    ]
)
"""Lower-case words that programs write where there is no value; none of them is an identifier."""

MAX_INPUT = 1 << 16  # characters; whatever is longer is no identifier and is not worth a look
STARS = "****"
_SHA = 16

# Invisible marks that come along when text is copied: zero-width characters, directions, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def tidy(text: str) -> str:
    """The text in Unicode form NFKC without invisible marks and without blanks around it; "" for a
    stand-in.

    Tidying what is tidy changes nothing.
    """
    if text.isascii():
        text = text.strip()
    else:
        before = None
        while before != text:  # taking a mark out can bring two characters together that compose
            before = text
            text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    return "" if len(text) <= 9 and text.lower() in PLACEHOLDERS else text


def is_token(text: str, longest: int) -> bool:
    """Whether a text is 1 to `longest` printable characters without blanks."""
    return 0 < len(text) <= longest and text.isprintable() and not any(map(str.isspace, text))


def show_ends(value: str, head: int, tail: int) -> str:
    """A value with its middle hidden.

    At most `head` first and `tail` last characters are shown, and of values shorter than head + tail + 4
    at most a quarter at either end.
    """
    if len(value) < head + tail + 4:
        head, tail = min(head, len(value) // 4), min(tail, len(value) // 4)
    return value[:head] + STARS + (value[-tail:] if tail else "")


class Identifier:
    """One kind of name for a thing. This class is the tolerant kind; others narrow it.

    `shown` is how many characters at the beginning and the end a masked value may reveal.
    """

    name: ClassVar[str] = ""
    longest: ClassVar[int] = 128
    shown: ClassVar[tuple[int, int]] = (2, 2)

    def clean(self, text: str) -> str | None:
        """The canonical form, or None when the text cannot be one. Cleaning a canonical form gives it
        back."""
        if len(text) > MAX_INPUT:
            return None
        value = tidy(text)
        return self.canonical(value) if value else None

    def canonical(self, value: str) -> str | None:
        """The canonical form of a tidied text, or None."""
        return value if is_token(value, self.longest) else None

    def validate(self, value: str) -> bool:
        """Whether a value is canonical and passes the checks of its kind (check digits and such). A value
        that does not is still an identifier: data sets are full of pseudonyms."""
        return self.clean(value) == value

    def mask(self, value: str, how: Masking = "middle", secret: bytes = b"") -> str:
        """The value as other people may see it.

        `middle` shows both ends, `tail` the beginning, `hash` a pseudonym (keyed when `secret`, at most 64
        bytes, is given: without it, who knows all numbers can undo it), `hide` nothing, `none` all.
        """
        if how == "none":
            return value
        if how == "hide" or not value:
            return STARS
        if how == "hash":
            octets = value.encode("utf-8", "surrogatepass")
            return "#" + hashlib.blake2b(octets, digest_size=_SHA // 2, key=secret).hexdigest()
        head, tail = self.shown
        return show_ends(value, head, tail) if how == "middle" else self.mask_tail(value)

    def mask_tail(self, value: str) -> str:
        """The value with its end hidden: at most half of it is shown."""
        return value[: len(value) // 2] + STARS

    def key(self, value: str) -> int:
        """What stands for a canonical value in windows, lists and graphs: 1..2**64-1."""
        return hash_text(value)


def luhn_ok(digits: str) -> bool:
    """Whether ASCII digits end in their right check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = ord(char) - 48
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def is_digits(text: str) -> bool:
    """Whether a text is one or more ASCII digits."""
    return text.isascii() and text.isdigit()
