"""Identifiers that others assign: devices, cells, wallets, packages, certificates, samples, templates."""

from __future__ import annotations

import re

from xiezhi.domain.identifiers.base import Identifier, is_digits, is_token

_HEX = re.compile(r"[0-9a-f]+")
_DIGEST_SIZES = frozenset({32, 40, 56, 64, 96, 128})
_PACKAGE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_ANDROID = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_ETHEREUM = re.compile(r"0[xX][0-9a-fA-F]{40}")
_BECH32 = re.compile(r"(bc|tb|ltc)1[02-9ac-hj-np-z]{8,87}")


class Device(Identifier):
    """A device as an app or a platform tells it apart; any printable name."""

    name = "device"


class Cell(Identifier):
    """A radio cell: a global identity (`460-00-6311-25001`), a local one, or a tower's name."""

    name = "cell"
    longest = 64
    shown = (4, 1)


class Template(Identifier):
    """A message template: the digest of a message with its slots masked, or a campaign's name."""

    name = "template"


class Wallet(Identifier):
    """An address on a blockchain; any printable name is taken, since kinds of chains come and go."""

    name = "wallet"
    shown = (6, 4)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`. Ethereum's and Bitcoin's bech32 addresses know no case: lower case."""
        if _ETHEREUM.fullmatch(value) or _BECH32.fullmatch(value.lower()):
            return value.lower()
        return value if is_token(value, self.longest) else None

    def validate(self, value: str) -> bool:
        """Whether it has the form of an Ethereum, Bitcoin or TRON address."""
        if _ETHEREUM.fullmatch(value) or _BECH32.fullmatch(value):
            return value == value.lower()
        base58 = _BASE58.fullmatch(value) is not None
        return base58 and (
            (value[0] == "T" and len(value) == 34) or (value[0] in "13" and 25 <= len(value) <= 35)
        )


class Package(Identifier):
    """An app's package name (Android) or bundle identifier (iOS); case counts."""

    name = "package"
    longest = 255

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        return value if len(value) <= self.longest and _PACKAGE.fullmatch(value) else None

    def validate(self, value: str) -> bool:
        """Whether Android would accept it: two parts or more, each beginning with a letter."""
        return _ANDROID.fullmatch(value) is not None


class _Digest(Identifier):
    """A digest of a file in hexadecimals: MD5, SHA-1 or one of SHA-2's sizes."""

    shown = (8, 0)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`. Colons between bytes and a leading `sha256:` go."""
        digest = (
            re.sub(r"^(md5|sha-?(1|224|256|384|512))[:=]", "", value.lower())
            .replace(":", "")
            .replace(" ", "")
        )
        return digest if len(digest) in _DIGEST_SIZES and _HEX.fullmatch(digest) else None


class Sample(_Digest):
    """An app's or a file's content."""

    name = "sample"


class Certificate(_Digest):
    """A signing or TLS certificate, by its fingerprint; a serial number of an authority is taken as well."""

    name = "certificate"

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        digest = super().canonical(value)
        if digest is not None:
            return digest
        return (
            value
            if is_token(value, 40) and not is_digits(value) and not _HEX.fullmatch(value.lower())
            else None
        )

    def validate(self, value: str) -> bool:
        """Whether it is a fingerprint."""
        return super().canonical(value) == value
