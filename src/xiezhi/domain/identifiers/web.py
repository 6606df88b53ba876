"""Identifiers of the web: domains, URLs and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote

from xiezhi.domain.identifiers.base import STARS, Identifier

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]{0,15})://")
_NUMERIC_END = re.compile(r"(?:^|\.)[0-9]+$")
_DEFANGED = (("[.]", "."), ("[:]", ":"), ("[://]", "://"))
_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-F]{2})")
_KEPT = "!$%&'()*+,-./:;=?@_~"  # stands in paths and queries unescaped (RFC 3986), with escapes left alone
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _refang(value: str) -> str:
    """Undo the brackets with which analysts make addresses unclickable."""
    before = None
    while before != value and ("[" in value or value[:4].lower() == "hxxp"):
        before = value
        for odd, plain in _DEFANGED:
            value = value.replace(odd, plain)
        if value[:4].lower() == "hxxp":
            value = "http" + value[4:]
    return value


def host_name(text: str) -> str | None:
    """The canonical form of a host: lower case, internationalised labels in Punycode (IDNA, RFC 3490), or
    an IP address. None when it is neither."""
    host = text.rstrip(".").lower()
    if not host or len(host) > 1024:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    if _NUMERIC_END.search(host) or ":" in host:
        return ip_address(host)
    labels = host.split(".")
    return host if len(host) <= 253 and all(map(_LABEL.fullmatch, labels)) else None


def ip_address(text: str) -> str | None:
    """The canonical form of an IPv4 or IPv6 address (RFC 5952), or None."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(address)
    return str(address)


class Ip(Identifier):
    """An IPv4 or IPv6 address; brackets and a port go."""

    name = "ip"
    shown = (3, 0)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        value = _refang(value)
        if value.startswith("["):
            value = value[1:].partition("]")[0]
        elif value.count(":") == 1:
            value = value.partition(":")[0]
        return ip_address(value) if len(value) <= 64 else None

    def mask_tail(self, value: str) -> str:
        """The network a household is in is hidden: two of four bytes, two of eight groups are shown."""
        mark = ":" if ":" in value else "."
        return mark.join(value.split(mark)[:2]) + mark + STARS


class Domain(Identifier):
    """A name in the DNS with at least one dot, or the IP address that a site has instead of one."""

    name = "domain"
    longest = 253
    shown = (3, 4)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`. A URL is cut down to its host."""
        value = _refang(value)
        if "/" in value or "@" in value or ":" in value:
            value = split_url(value)[2] or value
        host = host_name(value)
        return host if host is not None and ("." in host or ":" in host) else None

    def validate(self, value: str) -> bool:
        """Whether its labels keep to RFC 1123: letters, digits and inner hyphens, the last label no
        number."""
        labels = value.split(".")
        tidy = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in labels)
        return tidy and len(labels) > 1 and not labels[-1].isdigit() and self.clean(value) == value


def split_url(value: str) -> tuple[str, str, str, str, str]:
    """Scheme (lower case, `http` when missing), user part with its `@`, host, port, and the rest from the
    first `/`, `?` or `#` on. Nothing is checked."""
    found = _SCHEME.match(value)
    scheme = found[1].lower() if found else "http"
    rest = value[found.end() :] if found else value.removeprefix("//")
    cut = re.search(r"[/?#\\]", rest)
    authority, tail = (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")
    user, at, place = authority.rpartition("@")
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    return scheme, user + at, host, port, tail


class Url(Identifier):
    """A web address in the normal form of RFC 3986, section 6: case, escapes, port and path made one.

    The fragment goes, as no server ever sees it. A missing scheme is taken for `http`.
    """

    name = "url"
    longest = 8192
    shown = (8, 0)

    def canonical(self, value: str) -> str | None:
        """See `Identifier.canonical`."""
        scheme, user, host, port, tail = split_url(_refang(value))
        name = host_name(host)
        if name is None or any(char.isspace() for char in user) or (port and not _is_port(port)):
            return None
        port = "" if port == "" or str(int(port)) == _DEFAULT_PORTS.get(scheme) else f":{int(port)}"
        place = f"[{name}]" if ":" in name else name
        path, mark, query = tail.partition("#")[0].partition("?")
        path = _plain_path(_escaped(path.replace("\\", "/")))
        url = f"{scheme}://{_escaped(user)}{place}{port}{path}{mark}{_escaped(query)}"
        return url if len(url) <= self.longest and _fit(url) else None

    def mask_tail(self, value: str) -> str:
        """Scheme and host are shown, never the path."""
        scheme, _, host, _, _ = split_url(value)
        if not _SCHEME.match(value) or host_name(host) is None:
            return super().mask_tail(value)
        return f"{scheme}://{host}/{STARS}"

    def validate(self, value: str) -> bool:
        """Whether it is canonical, of http or https, and its host has a dot."""
        scheme, _, host, _, _ = split_url(value)
        return scheme in ("http", "https") and "." in host and self.clean(value) == value


def _fit(url: str) -> bool:
    """Whether nothing in it would be read as an analyst's brackets the next time."""
    return _refang(url) == url


def _is_port(port: str) -> bool:
    return len(port) <= 5 and port.isascii() and port.isdigit() and int(port) < 65536


def _escaped(part: str) -> str:
    """A part of a URL with one spelling for every character."""
    if not part:
        return part
    part = _ESCAPE.sub(lambda found: _unescape(found[1]), part)
    part = _LOOSE_PERCENT.sub("%25", part)
    return quote(part, safe=_KEPT, errors="replace")


def _unescape(code: str) -> str:
    char = chr(int(code, 16))
    return char if char in _UNRESERVED else "%" + code.upper()


def _plain_path(path: str) -> str:
    """The path without `.` and `..` (RFC 3986, 5.2.4); `/` when empty."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    end = "/" if parts[-1] in (".", "..") and kept else ""
    return "/" + "/".join(kept) + end
