"""Identifiers made of digits: telephone numbers, SIMs, handsets, accounts, cards and persons."""

from __future__ import annotations

import re

from xiezhi.domain.identifiers.base import Identifier, is_digits, is_token, luhn_ok

_SEPARATORS = re.compile(r"[\s\-()\[\]/‐-―]")
_SPREADSHEET = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_FLOAT = re.compile(r"(\d+)\.0")
_NATIONAL = re.compile(r"1[3-9]\d{9}|1[04]\d{11}|[48]00\d{7}|10\d{8}|2\d{9}|[3-9]\d{8,10}")
_CHINA = re.compile(r"(?:\+86|0086)0?(\d+)|86(1[3-9]\d{9})")
_ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
_MOBILE_OR_SHORT = re.compile(r"1\d{10}|1\d{12}|[48]00\d{7}")


class Phone(Identifier):
    """A telephone number, a service number, the word an SMS comes from, or a data set's pseudonym for one.

    Numbers of the Chinese plan stand as dialled at home (`13800138000`, `01088886666`, `95588`), others in
    the form of ITU-T E.164 with a plus (`+85223456789`). What looks like a number and is none, such as
    `0086110`, stays as it came: its odd form is what detectors look at.
    """

    name = "phone"
    longest = 64
    shown = (3, 4)

    def clean(self, text: str) -> str | None:
        """See `Identifier.clean`."""
        if text.isdigit() and text.isascii() and len(text) <= self.longest and text[:2] not in ("00", "86"):
            return text  # what nearly all are
        return super().clean(text)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        bare = _SEPARATORS.sub("", value)
        if is_digits(bare.removeprefix("+")):
            return _number(bare) if len(bare) <= self.longest else None
        decimal = _FLOAT.fullmatch(bare)
        if decimal and bare.isascii():
            return _number(decimal[1]) if len(decimal[1]) <= self.longest else None
        if value.isascii() and _SPREADSHEET.fullmatch(value):
            return None  # a spreadsheet has rounded the number away
        return value if is_token(value, self.longest) else None

    def validate(self, value: str) -> bool:
        """Whether it is a number (and no pseudonym) of 3 to 16 digits."""
        return is_digits(value.removeprefix("+")) and 3 <= len(value) <= 16 and self.clean(value) == value


def _number(bare: str) -> str:
    """The canonical form of digits with or without a plus."""
    china = _CHINA.fullmatch(bare)
    if china:
        rest: str = china[1] or china[2]
        if not _NATIONAL.fullmatch(rest):
            return bare
        return rest if _MOBILE_OR_SHORT.fullmatch(rest) else "0" + rest
    abroad = _ABROAD.fullmatch(bare)
    return "+" + abroad[1] if abroad else bare


class _Grouped(Identifier):
    """A number that people write in groups: separators go when only digits remain without them."""

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        bare = _SEPARATORS.sub("", value)
        if is_digits(bare):
            return bare if len(bare) <= self.longest else None
        return value if is_token(value, self.longest) else None


class Imsi(_Grouped):
    """A SIM's subscriber identity (3GPP TS 23.003): 14 or 15 digits, or a pseudonym."""

    name = "imsi"
    longest = 64
    shown = (5, 2)

    def validate(self, value: str) -> bool:
        """Whether it is 14 or 15 digits beginning with a geographic country code (2 to 7)."""
        return is_digits(value) and len(value) in (14, 15) and value[0] in "234567"


class Imei(_Grouped):
    """A handset's identity (3GPP TS 23.003): 14 to 16 digits, or a pseudonym. Letters are put in upper
    case."""

    name = "imei"
    longest = 64
    shown = (4, 2)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        cleaned = super().canonical(value)
        return cleaned.upper() if cleaned is not None and cleaned.isascii() else cleaned

    def validate(self, value: str) -> bool:
        """Whether it is 15 digits with a right check digit, or 14 or 16, which have none."""
        return is_digits(value) and (len(value) in (14, 16) or (len(value) == 15 and luhn_ok(value)))


class Account(_Grouped):
    """An account with a bank, a payment firm or a platform; any name of at most 128 characters."""

    name = "account"
    shown = (3, 4)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        decimal = _FLOAT.fullmatch(value)  # whole numbers that went through a table of floats
        return super().canonical(decimal[1] if decimal and value.isascii() else value)


class Card(Identifier):
    """A payment card's number: 12 to 19 digits (ISO/IEC 7812-1)."""

    name = "card"
    shown = (6, 4)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        bare = _SEPARATORS.sub("", value)
        return bare if is_digits(bare) and 12 <= len(bare) <= 19 else None

    def validate(self, value: str) -> bool:
        """Whether its check digit is right."""
        return self.clean(value) == value and luhn_ok(value)


class Person(Identifier):
    """A person's identity number (GB 11643), another document's number, or a pseudonym."""

    name = "person"
    longest = 64
    shown = (3, 2)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        bare = _SEPARATORS.sub("", value)
        if len(bare) == 18 and is_digits(bare[:17]) and bare[17] in "0123456789xX":
            return bare.upper()
        return value if is_token(value, self.longest) else None

    def validate(self, value: str) -> bool:
        """Whether it is 18 places with the right check character (ISO 7064, MOD 11-2)."""
        if len(value) != 18 or not is_digits(value[:17]):
            return False
        total = sum(int(char) * (1 << (17 - place)) for place, char in enumerate(value[:17]))
        return "10X98765432"[total % 11] == value[17]
