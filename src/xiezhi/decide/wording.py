"""Explanations: templates filled with the values of variables, as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

from xiezhi.domain.columns import Variable
from xiezhi.domain.errors import XiezhiError

Language: TypeAlias = Literal["zh", "en"]
Value: TypeAlias = float | bool | str | None

MISSING = "—"
LONGEST_TEXT = 40

_PLACE = re.compile(r"\{([^{}:]+)(:%)?\}")
_FLAGS = {"zh": ("否", "是"), "en": ("no", "yes")}
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
_SPANS = {
    "zh": {_SECOND: "秒", _MINUTE: "分", _HOUR: "小时", _DAY: "天"},
    "en": {_SECOND: "s", _MINUTE: "min", _HOUR: "h", _DAY: "d"},
}


def names_in(template: str, place: str) -> tuple[str, ...]:
    """The variables a template names. Raises `XiezhiError` for stray braces; `place` says where it stands."""
    if {"{", "}"} & {*_PLACE.sub("", template)}:
        cure = "write `{name}`, or `{name:%}` for a share"
        raise XiezhiError(f"{place} explanation has a brace that belongs to no name: {template}", cure)
    return tuple(dict.fromkeys(found.group(1) for found in _PLACE.finditer(template)))


def fill(
    template: str, values: Mapping[str, Value], variables: Mapping[str, Variable], language: Language
) -> str:
    """A template with the values put in. `{name:%}` shows a share as per cent; a missing value is a dash."""

    words = []
    for text, name, share in _parts(template):
        words.append(text)
        if name:
            unit = "%" if share else variables[name].unit if name in variables else ""
            words.append(humanise(values.get(name), unit, language))
    return "".join(words)


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[tuple[str, str, bool], ...]:
    """A template cut at its places: the text before each, its name, and whether it is to be shown as per cent."""
    found, at = [], 0
    for place in _PLACE.finditer(template):
        found.append((template[at : place.start()], place.group(1), bool(place.group(2))))
        at = place.end()
    return (*found, (template[at:], "", False))


def humanise(value: Value, unit: str, language: Language) -> str:
    """One value as people write it: spans in hours, money with its currency, flags as yes and no."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, bool):
        return _FLAGS[language][value]
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 1]}…"
    match unit:
        case "s":
            return _span(value, language)
        case "ms":
            local = datetime.fromtimestamp(value / 1000, UTC) + timedelta(hours=8)
            return f"{local:%Y-%m-%d %H:%M:%S}"
        case "%":
            return f"{_number(100 * value, 1)} %" if language == "en" else f"{_number(100 * value, 1)}%"
        case "CNY":
            return f"{_number(value, 2)} 元" if language == "zh" else f"CNY {_number(value, 2)}"
    return _number(value, 2)


def _number(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _span(seconds: float, language: Language) -> str:
    """The largest unit that fits, and the next smaller one if it is not 0."""
    left, words = round(abs(seconds)), _SPANS[language]
    sign = "-" if seconds < 0 and left else ""
    units = [_DAY, _HOUR, _MINUTE, _SECOND]
    at = next((index for index, unit in enumerate(units) if left >= unit), 3)
    parts = [f"{left // units[at]} {words[units[at]]}"]
    if at < 3 and (rest := left % units[at] // units[at + 1]):
        parts.append(f"{rest} {words[units[at + 1]]}")
    return sign + " ".join(parts)
