"""The honest part of the city's web: sites, pages and apps, some of them as odd-looking as real ones are."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.simulator.plans import Plans
from xiezhi.simulator.texts import load

_SYLLABLES = tuple(load("slots")["syllable"].split())
_TRADES = (
    "",
    "shop",
    "mall",
    "news",
    "video",
    "edu",
    "tech",
    "life",
    "bbs",
    "game",
    "pay",
    "music",
    "home",
    "car",
)
_ENDINGS = ("cn", "com", "com.cn", "net", "top", "xyz", "vip", "icu")
_COMMON = (0.36, 0.36, 0.12, 0.06, 0.04, 0.03, 0.02, 0.01)  # a few honest sites have cheap endings too
_PAGES = ("", "index.html", "list/", "item/", "news/", "s?q=", "user/", "api/v2/", "p/", "detail?id=")


@dataclass(frozen=True)
class Web:
    """Sites and apps. `urls` are k pages, `site` (int64[k]) says whose; `draws` are lotteries by popularity.
    A page that ends in `/` or `=` (`open_ended`) goes on with a number."""

    domains: pa.StringArray
    servers: pa.StringArray
    urls: pa.StringArray
    site: Int64
    open_ended: Int64
    page_draw: Int64
    packages: pa.StringArray
    certificates: pa.StringArray
    samples: pa.StringArray
    labels: pa.StringArray
    app_draw: Int64


def digest(*parts: object) -> str:
    """A stable SHA-256 in hexadecimals of some names."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()


def _names(rng: np.random.Generator, count: int) -> list[str]:
    words = [[_SYLLABLES[i] for i in row] for row in rng.integers(0, len(_SYLLABLES), (count, 3))]
    trades = rng.integers(0, len(_TRADES), count)
    ends = rng.choice(len(_ENDINGS), count, p=_COMMON)
    tails = rng.random(count)
    names = []
    for index, (row, trade, end, tail) in enumerate(zip(words, trades, ends, tails, strict=True)):
        stem = "".join(row[: 2 + index % 2]) + _TRADES[trade]
        number = str(int(tail * 9000) + 100) if tail < 0.08 else ""
        names.append(f"{stem}{number}-xzcity.{_ENDINGS[end]}")
    return names


def _popularity(rng: np.random.Generator, count: int, tickets: int) -> Int64:
    """A lottery after Zipf's law with exponent 0.9."""
    weight = 1 / np.arange(1, count + 1) ** 0.9
    return rng.choice(count, tickets, p=weight / weight.sum()).astype(np.int64)


def weave(seed: int, subscribers: int, plans: Plans) -> Web:
    """Draw the web of a city of that size."""
    rng = np.random.default_rng([seed, 13])
    sites = int(np.clip(subscribers // 60, 120, 5000))
    domains = _names(rng, sites)
    site = np.repeat(np.arange(sites, dtype=np.int64), len(_PAGES))
    page = np.tile(np.arange(len(_PAGES)), sites)
    urls = [f"https://{domains[s]}/{_PAGES[p]}" for s, p in zip(site.tolist(), page.tolist(), strict=True)]
    open_page = np.array([name.endswith(("/", "=")) for name in _PAGES])
    apps = int(np.clip(subscribers // 400, 60, 1500))
    stems = [name.split(".")[0].replace("-xzcity", "") for name in _names(rng, apps)]
    makers = rng.integers(0, max(apps // 2, 1), apps)
    labels = load("slots")["app"]
    page_draw = _popularity(rng, sites, 200_000) * len(_PAGES) + rng.integers(0, len(_PAGES), 200_000)
    return Web(
        domains=pa.array(domains),
        servers=plans.server(np.arange(sites, dtype=np.int64)),
        urls=pa.array(urls),
        site=site,
        open_ended=open_page[page].astype(np.int64),
        page_draw=page_draw,
        packages=pa.array([f"com.xzcity.{stem}" for stem in stems]),
        certificates=pa.array([digest(seed, "maker", maker) for maker in makers]),
        samples=pa.array([digest(seed, "sample", app) for app in range(apps)]),
        labels=pa.array([labels[i % len(labels)] + str(i // len(labels) or "") for i in range(apps)]),
        app_draw=_popularity(rng, apps, 50_000),
    )
