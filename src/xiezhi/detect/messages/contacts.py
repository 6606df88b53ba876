"""What a text offers to answer to or asks to pay: addresses, handles, numbers, cards, wallets, amounts and deadlines.

Found in the normal form of each character (so that full-width and circled digits count, and invisible characters
don't), through the usual disguises (点com, h t t p, spaces within a number, 薇信 and 扣扣), and told with their place
in the text as it came. What has a check digit must meet it. Expressions are bounded, so the time is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from xiezhi.domain.identifiers import IDENTIFIERS
from xiezhi.domain.identifiers.base import luhn_ok
from xiezhi.domain.identifiers.checksums import base58check_ok, bech32_ok


@dataclass(frozen=True, slots=True)
class Contact:
    """One find: `kind` (`url`, `wallet`, `bank_card`, `wechat`, `qq`, `telegram`, `phone`, `deadline` or `amount`), its
    canonical `value`, and the characters `start` to `end` - 1 of the text that say it."""

    kind: str
    value: str
    start: int
    end: int


_TOPS: Final = (
    "com|net|org|cn|cc|top|xyz|vip|info|me|io|club|shop|site|online|link|app|tv|hk|tw|co|la|pw|win|bid|icu|fun|ltd|"
    "mobi|biz|pro|live|store|tech|work|space|website|kim|ren|red|pub|ink|wiki|art|asia|jp|kr|ru|ly|gl|to|gg|im|ml|tk"
)
_DOT: Final = r"\s?(?:[.。点]|\[\.\]|\(\.\))\s?"
_TOLD: Final = r"\s?(?:号|群|是|码|同号)?\s?[::]?\s?"
_HOURS: Final = r"(?:分钟|个?小时|天|日|个工作日)"
_EXPRESSIONS: Final = {
    "url": r"(?<![a-z0-9@.-])(?:h\s?t\s?t\s?p\s?s?\s?:\s?/\s?/\s?)?"
    rf"(?:[a-z0-9][a-z0-9-]{{0,62}}{_DOT}){{1,4}}(?:{_TOPS})"
    r"(?![a-z0-9-])(?::\d{2,5})?(?:[/?#][\w./?=&%#~+:;,@!-]{0,300})?",
    "wallet": r"(?<![A-Za-z0-9])(?:0x[0-9A-Fa-f]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|"
    r"bc1[a-z0-9]{11,71})(?![A-Za-z0-9])",
    "bank_card": r"(?<!\d)[3-6](?:[ -]?\d){14,18}(?!\d)",
    "wechat": r"(?:微信|薇信|威信|徽信|v信|v芯|we\s?chat|wei\s?xin|(?<![a-z])[vw]x|[加+]\s?(?:我)?\s?[v微薇])"
    + _TOLD
    + r"([a-z][a-z0-9_-]{5,19}|1[3-9]\d{9})(?![a-z0-9_])",
    "qq": r"(?:(?<![a-z])q{1,2}|扣扣|企鹅)" + _TOLD + r"([1-9]\d{4,10})(?!\d)",
    "telegram": r"(?:(?<![a-z])(?:telegram|tg)|纸?飞机|电报)"
    + _TOLD
    + r"@?([a-z][a-z0-9_]{4,31})(?![a-z0-9_])",
    "phone": r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d){8}|[48]00[ -]?\d{3}[ -]?\d{4}|0\d{2,3}[ -]?[2-9]\d{6,7})(?!\d)",
    "deadline": rf"(?:\d{{1,3}}|[一二两三四五六七八九十半]{{1,3}})\s?{_HOURS}(?:之内|以内|内)|"
    r"(?:今[日天晚]|明[日天]|当[日天])\s?\d{1,2}(?:点|时|:\d{2})\s?前?|(?:\d{1,2}月)?\d{1,2}日(?:\d{1,2}[点时])?前",
    "amount": r"[¥$]\s?\d[\d,]{0,12}(?:\.\d{1,4})?(?:万|亿)?|"
    r"\d[\d,]{0,12}(?:\.\d{1,4})?\s?(?:万元|亿元|千元|元|块钱|万|usdt(?![a-z]))",
}
_FOUND: Final = {kind: re.compile(source, re.IGNORECASE | re.ASCII) for kind, source in _EXPRESSIONS.items()}
_PARTS: Final = {"万": 10_000, "亿": 100_000_000, "千": 1000}


def contacts(text: str) -> list[Contact]:
    """Everything that a text names, in order and without overlaps; where two readings overlap, the stricter one counts.
    Any string will do."""
    plain, origin = _plain(text)
    taken = bytearray(len(text))
    found = []
    for kind, expression in _FOUND.items():
        for match in expression.finditer(plain):
            start, end = match.span(match.lastindex or 0)
            first, last = origin[start], origin[end - 1] + 1  # one character may stand for several: ½ is 1⁄2
            value = None if any(taken[first:last]) else _VALUES[kind](plain[start:end])
            if value:
                taken[first:last] = b"\1" * (last - first)
                found.append(Contact(kind, value, first, last))
    return sorted(found, key=lambda each: each.start)


def _plain(text: str) -> tuple[str, list[int]]:
    """The normal form of each character without invisible ones, and from which character each came."""
    if text.isascii():
        return text, list(range(len(text)))
    parts: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        form = character if character.isascii() else unicodedata.normalize("NFKC", character)
        if unicodedata.category(character) not in ("Cf", "Mn", "Me"):
            parts.append(form)
            origin += [at] * len(form)
    return "".join(parts), origin


def _url(value: str) -> str | None:
    bare = re.sub(r"\[\.\]|\(\.\)|[。点]", ".", re.sub(r"\s", "", value)).lower()
    return IDENTIFIERS["url"].clean(bare if "://" in bare else f"http://{bare}")


def _wallet(value: str) -> str | None:
    cleaned = IDENTIFIERS["wallet"].clean(value)
    if cleaned is None or cleaned.startswith("0x"):
        return cleaned  # Ethereum's check lies in upper and lower case, which few keep
    return cleaned if (bech32_ok if cleaned.startswith("bc1") else base58check_ok)(cleaned) else None


def _card(value: str) -> str | None:
    digits = re.sub(r"\D", "", value)
    return digits if luhn_ok(digits) else None


def _amount(value: str) -> str | None:
    number = float(re.sub(r"[^\d.]", "", value))
    for sign, times in _PARTS.items():
        number *= times if sign in value else 1
    currency = "USDT" if "usdt" in value.lower() else "USD" if "$" in value else "CNY"
    return f"{number:.10g} {currency}"


def _phone(value: str) -> str | None:
    return IDENTIFIERS["phone"].clean(re.sub(r"[ -]", "", value))


_VALUES: Final[dict[str, Callable[[str], str | None]]] = {
    "url": _url,
    "wallet": _wallet,
    "bank_card": _card,
    "wechat": str.lower,
    "qq": str,
    "telegram": str.lower,
    "phone": _phone,
    "deadline": partial(re.sub, r"\s", ""),
    "amount": _amount,
}
