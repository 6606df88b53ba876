"""What the name of a site gives away by itself."""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache
from typing import ClassVar, Final, NamedTuple

import numpy as np
import pyarrow as pa

from xiezhi.detect.sites.brands import shipped_brands
from xiezhi.detect.uniques import uniques
from xiezhi.domain.columns import Column, Variable
from xiezhi.knowledge.sites import load_site_names

_REMEMBERED: Final = 1 << 17
_DIGITS: Final = frozenset("0123456789")


class DomainFacts(NamedTuple):
    """One domain: its characters, the share of digits in its name, and two suspicions."""

    length: float
    digit_share: float
    cheap_suffix: bool
    brand_imitation: bool


_NOTHING: Final = DomainFacts(float("nan"), float("nan"), False, False)


class Domains:
    """`domain.length`, `domain.digit_share`, `domain.cheap_suffix` and `domain.brand_imitation` of a visit.

    The signs are those of J. Ma et al., "Beyond Blacklists: Learning to Detect Malicious Web Sites from
    Suspicious URLs", KDD 2009. An address in place of a name has a length only.
    """

    channels: ClassVar[tuple[str, ...]] = ("visit",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """Two numbers and two flags."""
        return (
            Variable("domain.length", "number", "域名长度", "length of the domain", "characters"),
            Variable("domain.digit_share", "number", "域名数字占比", "share of digits in the domain's name"),
            Variable("domain.cheap_suffix", "flag", "廉价域名后缀", "domain under a cheap suffix"),
            Variable("domain.brand_imitation", "flag", "仿冒品牌域名", "domain imitates a brand"),
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Columns of n rows; NaN and false where there is no domain. Work grows with the distinct domains."""
        values, codes = uniques(table.column("domain"))
        facts = [_NOTHING if value is None else domain_facts(value) for value in values]
        length, digit_share, cheap, imitation = zip(*facts, strict=True)
        return {
            "domain.length": np.array(length, dtype=np.float64)[codes],
            "domain.digit_share": np.array(digit_share, dtype=np.float64)[codes],
            "domain.cheap_suffix": np.array(cheap, dtype=np.bool_)[codes],
            "domain.brand_imitation": np.array(imitation, dtype=np.bool_)[codes],
        }


@lru_cache(maxsize=_REMEMBERED)
def domain_facts(domain: str) -> DomainFacts:
    """What a canonical domain (see `domain.identifiers`) gives away."""
    if _is_address(domain):
        return DomainFacts(float(len(domain)), float("nan"), False, False)
    labels = tuple(domain.split("."))
    cut = _suffix_parts(labels)
    name, suffix = labels[: len(labels) - cut], ".".join(labels[len(labels) - cut :])
    signs = [char for label in name for char in label if char.isalnum()]
    share = sum(char in _DIGITS for char in signs) / len(signs) if signs else float("nan")
    imitates = shipped_brands().imitated(domain, name) is not None
    return DomainFacts(float(len(domain)), share, suffix in _cheap(), imitates)


def _is_address(domain: str) -> bool:
    if ":" not in domain and not domain[-1:].isdigit():
        return False
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return False
    return True


def _suffix_parts(labels: tuple[str, ...]) -> int:
    """How many parts at the end are the suffix under which the name was registered."""
    return 2 if len(labels) > 2 and ".".join(labels[-2:]) in _two_parts() else 1


@cache
def _cheap() -> frozenset[str]:
    return frozenset(load_site_names().cheap_suffixes)


@cache
def _two_parts() -> frozenset[str]:
    """Suffixes of two parts, cheap ones included."""
    names = load_site_names()
    return frozenset([*names.second_level, *(suffix for suffix in names.cheap_suffixes if "." in suffix)])


DETECTORS = (Domains,)
