"""What an installation may choose about log-ins and limits."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from xiezhi.domain.errors import XiezhiError


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `burst` requests at once, refilled with `per_second`."""

    per_second: float
    burst: float

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < 1:
            raise XiezhiError(
                f"a limit of {self.per_second:g} a second with bursts of {self.burst:g} lets nobody in",
                "give a rate above 0 and a burst of at least 1",
            )


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Seconds, rates and where the server stands. `https` marks the cookie as one for https alone; `origins` are
    addresses of pages, besides the server's own, that may send requests with a cookie; from `proxies` alone the
    header X-Forwarded-For is believed."""

    idle_seconds: float = 3600.0
    life_seconds: float = 12 * 3600.0
    https: bool = False
    origins: frozenset[str] = frozenset()
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    per_key: Rate = Rate(20_000, 40_000)
    per_session: Rate = Rate(200, 1_000)
    per_address: Rate = Rate(20_000, 40_000)
    refused_per_address: Rate = Rate(5, 60)
    hash_memory_kib: int = 65_536
    hash_rounds: int = 3
    hashes_at_once: int = 2
    demo: bool = False
    """Whether the demo log-in is offered: the demo city plays and the server listens on loopback alone."""
