"""Settings of access from environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from xiezhi.api.access.settings import AccessSettings, Rate
from xiezhi.domain.errors import XiezhiError

_DEFAULT = AccessSettings()
_SECONDS = {"m": 60.0, "h": 3600.0, "d": 86400.0}


def settings_from(environ: Mapping[str, str], demo: bool = False) -> AccessSettings:
    """Settings as the environment gives them, else the defaults. Raises `XiezhiError` for one that can't be read.

    `demo` says that the demo log-in may be offered: the demo plays and the server listens on loopback alone.
    """
    return AccessSettings(
        idle_seconds=_span(environ, "XIEZHI_SESSION_IDLE", _DEFAULT.idle_seconds),
        life_seconds=_span(environ, "XIEZHI_SESSION_LIFE", _DEFAULT.life_seconds),
        https=_flag(environ, "XIEZHI_HTTPS"),
        origins=frozenset(_words(environ, "XIEZHI_ORIGINS")),
        proxies=tuple(_network(word) for word in _words(environ, "XIEZHI_PROXIES")),
        per_key=_rate(environ, "XIEZHI_LIMIT_KEY", _DEFAULT.per_key),
        per_session=_rate(environ, "XIEZHI_LIMIT_SESSION", _DEFAULT.per_session),
        per_address=_rate(environ, "XIEZHI_LIMIT_ADDRESS", _DEFAULT.per_address),
        refused_per_address=_rate(environ, "XIEZHI_LIMIT_REFUSED", _DEFAULT.refused_per_address),
        demo=demo,
    )


def _words(environ: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in environ.get(name, "").split(",") if word.strip()]


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "0").lower()
    if text not in ("0", "1", "true", "false", "yes", "no", ""):
        raise XiezhiError(f"{name}={text!r} is neither yes nor no", "write 1 or 0")
    return text in ("1", "true", "yes")


def _span(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    if not text:
        return default
    found = re.fullmatch(r"([1-9]\d{0,5})([mhd])", text)
    if found is None:
        raise XiezhiError(f"{name}={text!r} is not a span of time", "write 30m, 12h or 7d")
    return int(found.group(1)) * _SECONDS[found.group(2)]


def _rate(environ: Mapping[str, str], name: str, default: Rate) -> Rate:
    text = environ.get(name)
    if not text:
        return default
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/(\d+))?", text)
    if found is None:
        raise XiezhiError(
            f"{name}={text!r} is not a limit", "write requests a second and a burst, such as 50/200"
        )
    per_second = float(found.group(1))
    return Rate(per_second, float(found.group(2) or max(1.0, 2 * per_second)))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise XiezhiError(
            f"XIEZHI_PROXIES: {text!r} is not an address or a network", "write 10.0.0.5 or 10.0.0.0/24"
        ) from error
