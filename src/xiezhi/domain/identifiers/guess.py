"""What kind of identifier a text is, when nobody says."""

from __future__ import annotations

import re

from xiezhi.domain.identifiers.base import Identifier, is_digits, luhn_ok, tidy
from xiezhi.domain.identifiers.names import Package, Sample, Wallet
from xiezhi.domain.identifiers.numbers import _SEPARATORS, Account, Card, Person, Phone
from xiezhi.domain.identifiers.web import Domain, Ip, Url

_REVERSED = frozenset(["com", "cn", "org", "net", "io", "me", "app", "edu", "gov", "tv", "cc", "uni"])
_ENDING = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]+")

_account, _card, _domain, _ip = Account(), Card(), Domain(), Ip()
_package, _person, _phone, _sample, _url, _wallet = Package(), Person(), Phone(), Sample(), Url(), Wallet()


def guess(text: str) -> tuple[str, str] | None:
    """The likeliest kind of identifier and the canonical form in it, or None when the text is none.

    Digits are a card when their check digit says so, a person when theirs does, else a telephone number up to
    15 of them; `com.name.app` is a package, `app.name.com` a domain; what is left is an account.
    """
    value = tidy(text) if len(text) <= Url.longest else ""
    if not value:
        return None
    for kind in _candidates(value):
        cleaned = kind.clean(value)
        if cleaned is not None:
            return kind.name, cleaned
    return None


def _candidates(value: str) -> tuple[Identifier, ...]:
    bare = _SEPARATORS.sub("", value)
    if is_digits(bare.removeprefix("+")):
        return (_digits_kind(bare), _account)
    if _person.validate(bare.upper()):
        return (_person,)
    if "://" in value or "[:" in value:
        return (_url, _account)
    if _ip.clean(value) is not None:
        return (_ip,)
    if _sample.clean(value) is not None:
        return (_sample,)
    if _wallet.validate(_wallet.clean(value) or ""):
        return (_wallet,)
    return _dotted(value) if "." in value and "@" not in value else (_account,)


def _digits_kind(bare: str) -> Identifier:
    if 15 < len(bare) < 20 and _person.validate(bare):
        return _person
    if 15 < len(bare) < 20 and bare[0] in "3456" and luhn_ok(bare):
        return _card
    return _phone if len(bare) <= 16 else _account


def _dotted(value: str) -> tuple[Identifier, ...]:
    host, slash, _ = value.partition("/")
    cleaned = _domain.clean(host)
    if cleaned is None or not _ENDING.fullmatch(cleaned.rpartition(".")[2]):
        return (_account,)
    if slash:
        return (_url, _account)
    labels = cleaned.split(".")
    if (
        _package.validate(value)
        and labels[0] in _REVERSED
        and not (len(labels) == 2 and labels[1] in _REVERSED)
    ):
        return (_package,)
    return (_domain,)


class Anything(Identifier):
    """An identifier of a kind that has to be guessed, such as what a complaint accuses."""

    name = "any"
    shown = (3, 4)

    def clean(self, text: str) -> str | None:
        """See `Identifier.clean`."""
        found = guess(text)
        return found[1] if found else None
