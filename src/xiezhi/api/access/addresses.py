"""Where a request comes from, and whether that is this machine."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

Networks = tuple[IPv4Network | IPv6Network, ...]

_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via", b"x-forwarded-host"})


def address_of(scope: Scope, proxies: Networks) -> str:
    """The caller's address; what a proxy of ours says of it is believed, what others say is not."""
    client = scope.get("client")
    address = client[0] if client else ""
    if not proxies or not _among(address, proxies):
        return str(address)
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            # Each proxy adds at the end whom it spoke with: the last one that is no proxy is the caller.
            for part in reversed(value.decode("latin-1").split(",")):
                address = part.strip()[:64]
                if not _among(address, proxies):
                    return _proper(address)
    return str(address)


def is_local(scope: Scope) -> bool:
    """Whether the caller sits at this machine, with no proxy between and no foreign name for it in `Host`."""
    client = scope.get("client")
    host = b""
    for name, value in scope["headers"]:
        if name in _FORWARDED:
            return False
        if name == b"host":
            host = value
    if not client or not is_loopback(client[0]):
        return False
    return is_loopback(_name(host.decode("latin-1")))


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(4096)
def group_of(address: str) -> str:
    """The address as limits count it: of an IPv6 one the network, which has more addresses than one can count."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return address


@lru_cache(4096)
def _among(address: str, networks: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in networks)


def _proper(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        return "unknown"


def _name(host: str) -> str:
    """`Host` without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
