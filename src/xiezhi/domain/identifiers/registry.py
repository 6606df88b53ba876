"""All kinds of identifier by name."""

from __future__ import annotations

from xiezhi.domain.identifiers.base import Identifier
from xiezhi.domain.identifiers.guess import Anything
from xiezhi.domain.identifiers.names import Cell, Certificate, Device, Package, Sample, Template, Wallet
from xiezhi.domain.identifiers.numbers import Account, Card, Imei, Imsi, Person, Phone
from xiezhi.domain.identifiers.web import Domain, Ip, Url

_ALL: tuple[Identifier, ...] = (
    Phone(),
    Imsi(),
    Imei(),
    Cell(),
    Device(),
    Account(),
    Card(),
    Wallet(),
    Domain(),
    Url(),
    Ip(),
    Package(),
    Certificate(),
    Sample(),
    Template(),
    Person(),
    Anything(),
)

IDENTIFIERS: dict[str, Identifier] = {identifier.name: identifier for identifier in _ALL}
"""Every kind of identifier; `any` guesses the kind of each value."""
