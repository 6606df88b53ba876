"""Names of sites that carry a brand which is not theirs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from xiezhi.knowledge.sites import Brand, SiteNames, load_site_names

_CONTAINED = 6  # letters from which a word means the brand wherever it occurs
_LOOKALIKES = str.maketrans("01345$7", "oieasst")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# Letters of other scripts that are drawn like Latin ones (Unicode Technical Standard 39, confusables).
_CONFUSABLES = str.maketrans("аеорсухіјѕԁɡһԛԝαοριτυвкмнт", "aeopcyxijsdghqwaopituvkmht")


@dataclass(frozen=True)
class BrandFinder:
    """Brands made ready for finding: short words standing alone, long words anywhere, and misspelt ones."""

    owners: dict[str, tuple[Brand, ...]]
    alone: re.Pattern[str]
    inside: re.Pattern[str]
    nearly: dict[str, tuple[str, ...]]
    hosts: tuple[str, ...]

    def imitated(self, domain: str, labels: tuple[str, ...]) -> Brand | None:
        """The brand that a domain imitates: `labels` are the parts of its name before the suffix."""
        if any(_below(domain, host) for host in self.hosts):
            return None
        for label in labels:
            for reading in readings(label):
                for word in self._words(reading):
                    for brand in self.owners[word]:
                        if not owns(brand, domain):
                            return brand
        return None

    def _words(self, label: str) -> list[str]:
        """The brands' words in one part of a name."""
        found = [*self.alone.findall(label), *self.inside.findall(label)]
        if not found and len(label) >= _CONTAINED - 1 and label.isalpha():
            near = [word for key in _cuts(label) for word in self.nearly.get(key, ())]
            found = [word for word in near if _one_apart(label, word)]
        return found


@cache
def shipped_brands() -> BrandFinder:
    """The shipped brands."""
    return find_brands(load_site_names())


def find_brands(names: SiteNames) -> BrandFinder:
    """A finder of brands."""
    owners: dict[str, tuple[Brand, ...]] = {}
    nearly: dict[str, tuple[str, ...]] = {}
    for brand in names.brands:
        for word in brand.words:
            owners[word] = (*owners.get(word, ()), brand)
    long = [word for word in owners if len(word) >= _CONTAINED and word.isalpha()]
    long.sort(key=len, reverse=True)
    for word in long:
        for key in _cuts(word):
            nearly[key] = (*nearly.get(key, ()), word)
    short = [word for word in owners if word not in long]
    letters = "|".join(word for word in short if not word.isdigit()) or "(?!)"
    digits = "|".join(word for word in short if word.isdigit()) or "(?!)"
    # A word of letters ends where letters end, one of digits where digits do: `icbc95588` holds two.
    alone = re.compile(rf"(?<![a-z])(?:{letters})(?![a-z])|(?<![0-9])(?:{digits})(?![0-9])")
    return BrandFinder(owners, alone, re.compile("|".join(long) or "(?!)"), nearly, names.shared_hosts)


def owns(brand: Brand, domain: str) -> bool:
    """Whether a domain is one of the brand's or lies below one."""
    return any(_below(domain, own) for own in brand.domains)


def _below(domain: str, own: str) -> bool:
    """Whether a domain is `own` or lies below it; `gov.*` stands for gov with any country's suffix."""
    if own.endswith(".*"):
        head, _, country = domain.rpartition(".")
        return len(country) == 2 and _below(head, own[:-2])
    return domain == own or domain.endswith("." + own)


def readings(label: str) -> set[str]:
    """A part of a name as it is written and as an eye may read it: lookalike letters and digits undone."""
    if label.startswith("xn--"):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return {label}
        plain = unicodedata.normalize("NFKD", label).translate(_CONFUSABLES)
        label = "".join(char for char in plain if not unicodedata.combining(char))
    seen = label
    for pair, single in _PAIRS:
        seen = seen.replace(pair, single)
    return {label, seen, re.sub(r"(?<=[a-z])[013457]+(?=[a-z])", _undone, label)}


def _undone(found: re.Match[str]) -> str:
    """Digits between letters as the letters they look like."""
    return found[0].translate(_LOOKALIKES)


def _cuts(word: str) -> set[str]:
    """The word itself and every word with one letter less (W. Garbe, SymSpell, 2012)."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_apart(label: str, word: str) -> bool:
    """Whether two different words are one insertion, deletion, substitution or swap of neighbours apart."""
    if label == word or label[0] != word[0] or abs(len(label) - len(word)) > 1:
        return False  # who imitates a word keeps its first letter, and many honest words differ just there
    head = 0
    while head < min(len(label), len(word)) and label[head] == word[head]:
        head += 1
    a, b = label[head:], word[head:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
