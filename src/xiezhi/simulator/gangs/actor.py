"""What a gang is and has before it acts: habits, numbers, hiding places, taste in victims, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from xiezhi.domain.batch import Int64
from xiezhi.simulator import rhythm
from xiezhi.simulator.gangs.mint import Mint
from xiezhi.simulator.gangs.mules import Mules
from xiezhi.simulator.texts import evade, load, speech
from xiezhi.simulator.truth import Script
from xiezhi.simulator.web import digest
from xiezhi.simulator.world import World

MINUTE, HOUR = 60_000, rhythm.HOUR
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_CHEAP = ("top", "xyz", "vip", "icu", "cc", "club")


@dataclass(slots=True)
class Bait:
    """The site and the app of one campaign."""

    domain: str
    server: str
    package: str
    certificate: str
    sample: str
    label: str

    @property
    def url(self) -> str:
        """The address that the gang sends around."""
        return f"https://{self.domain}/"


@dataclass(slots=True)
class Line:
    """Telephone lines: numbers with their SIMs and devices (None behind an international gateway)."""

    numbers: list[str]
    imei: list[str | None]
    imsi: list[str | None]
    gateway: str


class Actor:
    """A gang at rest: its habits, its belongings, and how it picks people, times and words.

    `weight` is the kind's part of fraud traffic, `chain` what one victim costs in rows, `victim_share` the
    part of its rows that victims' chains make up, `ages` how attractive each age group is, `hours` when
    it works, `loss` the median and spread (of the logarithm) of a victim's loss in yuan, `form` its numbers,
    `scattered` whether careful ones spread their phones over several cells.
    """

    kind: ClassVar[str]
    weight: ClassVar[float] = 1.0
    chain: ClassVar[float] = 12
    victim_share: ClassVar[float] = 0.45
    ages: ClassVar[tuple[float, ...]] = (0.02, 0.3, 0.3, 0.2, 0.18)
    hours: ClassVar[tuple[int, int]] = (9, 20)
    loss: ClassVar[tuple[float, float]] = (9000, 0.9)
    form: ClassVar[str] = "virtual"
    scattered: ClassVar[bool] = True
    domain_words: ClassVar[tuple[str, ...]] = ("h5", "app", "down", "mobile")

    def __init__(self, world: World, serial: int, mint: Mint, size: int) -> None:
        self.world, self.mint, self.serial = world, mint, serial
        self.id = f"{self.kind}-{serial}"
        self.rng = np.random.default_rng([world.seed, 31, serial, *self.kind.encode()])
        self.skill = float(self.rng.beta(1.6, 1.6))
        self.cell = int(self.rng.integers(len(world.places)))
        self.width = int(np.clip(size // 250, 1, 6))
        self.mules = Mules(mint, self.rng, self.skill, self.width)
        self.devices, self.addresses = mint.devices(1 + self.width), mint.addresses(2)
        self.accounts = mint.accounts(1 + self.width)
        self.chat_numbers = mint.phones("virtual", 1 + self.width)
        self.campaigns = 0
        self.shift = self._shift()

    def _shift(self) -> tuple[int, int]:
        """This gang's own working hours: its kind's, an hour earlier or later."""
        opens, closes = self.hours
        if closes - opens >= 24:
            return opens, closes
        move = int(self.rng.integers(-1, 2))
        return opens + move, min(closes + move, 24)

    def targets(self, count: int) -> Int64:
        """Subscribers picked by the ages this gang preys on."""
        people = self.world.people
        share = np.array([weight * bool(len(people.by_age[age])) for age, weight in enumerate(self.ages)])
        age = self.rng.choice(len(share), count, p=share / share.sum())
        place = self.rng.random(count)
        return np.array(
            [people.by_age[a][int(p * len(people.by_age[a]))] for a, p in zip(age, place, strict=True)],
            dtype=np.int64,
        )

    def scan(self, count: int) -> Int64:
        """Subscribers whose numbers follow each other, as a dialler that runs through a range meets them."""
        order = self.world.people.by_number
        first = int(self.rng.integers(len(order)))
        return order[(first + np.arange(count)) % len(order)].astype(np.int64)

    def times(self, script: Script, count: int, share: float = 0.55) -> Int64:
        """Ascending times in working hours within the first `share` of a short script; a longer one leaves
        room for the rest of the scheme anyhow."""
        share += (1 - share) * (0.85 * script.pace if script.ends else 1)
        low, high = script.start, script.start + max(int((script.end - script.start) * share), 1)
        found = np.empty(0, dtype=np.int64)
        opens, closes = self.shift
        for _ in range(50):
            draw = self.rng.integers(low, high, 4 * count + 8)
            clock = rhythm.hours_of(draw)
            found = np.concatenate([found, draw[(clock >= opens) & (clock < closes)]])
            if len(found) >= count:
                break
        else:
            found = self.rng.integers(low, high, count)
        return np.sort(found[:count])

    def wait(self, script: Script, minutes: float, spread: float = 0.8) -> int:
        """A delay around a median, in milliseconds, shrunk with the script's pace when long."""
        median = minutes if minutes <= 90 else max(60.0, minutes * script.pace)
        return int(self.rng.lognormal(np.log(median), spread) * MINUTE) + 1000

    def fall(self, reached: Flags, victims: int) -> list[int]:
        """Rows of the leads that become victims: out of those reached, where there are any."""
        rows = np.flatnonzero(reached)
        rows = rows if len(rows) else np.arange(len(reached))
        return sorted(self.rng.choice(rows, min(victims, len(rows)), replace=False).tolist())

    def pick(self, leads: int, victims: int) -> list[int]:
        """Rows of the leads that become victims, where every lead reaches its target."""
        return self.fall(np.ones(leads, dtype=np.bool_), victims)

    def lines(self, count: int, form: str | None = None) -> Line:
        """New lines of a form (see `Mint.phones`), by default the gang's."""
        form = form or self.form
        numbers = self.mint.phones(form, count)
        if form.startswith("00"):
            return Line(numbers, [None] * count, [None] * count, "international")
        if form in ("landline", "toll"):
            return Line(numbers, [None] * count, [None] * count, "domestic")
        return Line(numbers, [*self.mint.imei(count)], [*self.mint.imsi(count)], "domestic")

    def bait(self) -> Bait:
        """A new site and app. Blatant gangs sign every app alike and use cheap random names."""
        rng, careful = self.rng, self.rng.random() < self.skill
        word = self.domain_words[int(rng.integers(len(self.domain_words)))]
        number = int(rng.integers(10, 99)) if careful else int(rng.integers(10_000, 9_999_999))
        ending = (
            ("com", "cn", "net")[int(rng.integers(3))] if careful else _CHEAP[int(rng.integers(len(_CHEAP)))]
        )
        key = digest(self.world.seed, self.id, self.campaigns)
        package = f"com.xzcity.{word}{key[:4]}" if careful else f"uni.xzcity.UNI{key[:7].upper()}"
        signer = digest("signer", self.id, self.campaigns if careful else 0)
        label = speech(self.kind, "label", rng) if "label" in _speeches(self.kind) else ""
        return Bait(
            f"{word}{number}-xzcity.{ending}",
            self.mint.servers(1)[0],
            package,
            signer,
            digest("apk", key),
            label,
        )

    def say(self, use: str, bait: Bait | None, **given: str) -> str:
        """One text of this kind with the gang's own links and contacts, disguised by its skill."""
        contact = f"微信xz{int(self.rng.integers(10_000, 99_999))}"
        phone = self.chat_numbers[int(self.rng.integers(len(self.chat_numbers)))]
        url = bait.url if bait else f"https://m{digest(self.id)[:6]}-xzcity.top/"
        return evade(
            speech(self.kind, use, self.rng, url=url, contact=contact, phone=phone, **given),
            self.rng,
            self.skill,
        )

    def lost(self, victim: int) -> int:
        """What this victim is going to lose, in whole yuan, within what he has and can borrow."""
        median, spread = self.loss
        most = 2000 + float(self.world.people.wealth[victim]) * 1.6
        return int(min(self.rng.lognormal(np.log(median), spread), most)) + 50


def _speeches(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = load("fraud")[kind]
    return found
