"""Mules: layers of accounts through which a gang's money runs until it leaves the banks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from xiezhi.simulator.gangs.mint import Mint
from xiezhi.simulator.places import CITY, ELSEWHERE
from xiezhi.simulator.truth import Script

FEN = 100
_MINUTE = 60_000


@dataclass(slots=True)
class Mule:
    """One account of a gang with the phone and device that work it; `inbox` is what is to be passed on."""

    account: str
    phone: str
    device: str
    address: str
    city: str
    inbox: list[tuple[int, int]] = field(default_factory=list)  # (time, fen)


class Mules:
    """The accounts of one gang in two or three layers.

    Each layer passes on what came in, less a commission, after a dwell; the last turns it into cash, goods
    or coins. A part that is passed on never exceeds what was received before it. Careful gangs (`skill`
    near 1) wait for hours and split below reporting limits; blatant ones pass on within minutes. In the
    Beijing police's sample of February 2021 84.6 % of victims' money went to bank cards first, 13.5 % to
    payment firms.
    """

    def __init__(self, mint: Mint, rng: np.random.Generator, skill: float, width: int) -> None:
        self.skill = skill
        self.depth = 3 if width > 2 and rng.random() < 0.6 else 2
        devices, addresses = mint.devices(1 + width), mint.addresses(1 + width)
        self.layers = [
            [self._open(mint, rng, devices, addresses) for _ in range(max(1, width * (depth + 1)))]
            for depth in range(self.depth)
        ]
        self.coins = mint.wallets(1 + width // 3)
        self._turn = 0

    @staticmethod
    def _open(mint: Mint, rng: np.random.Generator, devices: list[str], addresses: list[str]) -> Mule:
        place = int(rng.integers(len(devices)))
        account = mint.cards(1)[0] if rng.random() < 0.85 else mint.wallets(1)[0]
        town = (CITY, *ELSEWHERE)[int(rng.integers(1 + len(ELSEWHERE)))]
        phone = mint.phones("virtual" if rng.random() < 0.4 else "mobile", 1)[0]
        return Mule(account, phone, devices[place], addresses[place], town)

    def next(self) -> Mule:
        """The first-layer account that victims pay into now."""
        self._turn += 1
        return self.layers[0][self._turn // 4 % len(self.layers[0])]

    def run(self, script: Script) -> None:
        """Pass everything received so far through the layers and out."""
        for depth, layer in enumerate(self.layers):
            for mule in layer:
                for ts, fen in self._bundles(script.rng, mule):
                    if depth + 1 < self.depth:
                        self._pass_on(script, depth, mule, ts, fen)
                    else:
                        self._cash_out(script, mule, ts, fen)
                mule.inbox.clear()

    def _dwell(self, rng: np.random.Generator) -> int:
        """Time money rests in an account, in milliseconds: minutes for the blatant, hours for the careful."""
        median = 4 + 150 * self.skill**2
        return int(rng.lognormal(np.log(median), 0.7) * _MINUTE) + 20_000

    def _bundles(self, rng: np.random.Generator, mule: Mule) -> list[tuple[int, int]]:
        """(time of leaving, fen available) of what gathered during each dwell."""
        out: list[tuple[int, int]] = []
        leaves, total = 0, 0
        for ts, fen in sorted(mule.inbox):
            if total and ts > leaves:
                out.append((leaves, total))
                total = 0
            if not total:
                leaves = ts + self._dwell(rng)
            total += fen
        return [*out, (leaves, total)] if total else out

    def _parts(self, rng: np.random.Generator, fen: int, most: int) -> list[int]:
        """`fen` less commission, in parts: just below a limit for the careful, round for the blatant."""
        left = int(fen * rng.uniform(0.965, 0.998))
        limit = int(rng.uniform(0.9, 0.995) * 50_000) * FEN if rng.random() < self.skill else 500_000 * FEN
        # Small sums go on whole; large ones are worth the trouble of splitting.
        most = min(most, 1 + left // (int(rng.uniform(6_000, 20_000)) * FEN))
        count = min(max(-(-left // limit), int(rng.integers(1, most + 1))), 8)
        shares = rng.dirichlet(np.full(count, 8.0))
        parts = [int(left * share) for share in shares]
        if rng.random() < 1 - self.skill:
            parts = [part // (100 * FEN) * 100 * FEN or part for part in parts]
        return [part for part in parts if part > 0]

    def _pass_on(self, script: Script, depth: int, mule: Mule, ts: int, fen: int) -> None:
        rng, following = script.rng, self.layers[depth + 1]
        for part in self._parts(rng, fen, min(3, len(following))):
            payee = following[int(rng.integers(len(following)))]
            ts += int(rng.exponential(40_000)) + 5_000
            self._pay(script, ts, mule, payee.account, part, "settle", f"mule_{depth + 1}", "bank")
            payee.inbox.append((ts, part))

    def _cash_out(self, script: Script, mule: Mule, ts: int, fen: int) -> None:
        rng = script.rng
        for part in self._parts(rng, fen, 2):
            draw = rng.random()
            if draw < 0.45:
                where, method = f"atm{int(rng.integers(100_000, 999_999))}", "cash"
                part = part // (100 * FEN) * 100 * FEN or part
            elif draw < 0.85:
                where, method = self.coins[int(rng.integers(len(self.coins)))], "crypto"
            else:
                purse = script.world.purse
                where, method = purse.names[int(rng.integers(purse.merchants, purse.companies))].as_py(), "qr"
            ts += int(rng.exponential(90_000)) + 15_000
            self._pay(script, ts, mule, where, part, "settle", f"mule_{self.depth}", method)

    @staticmethod
    def _pay(
        script: Script, ts: int, mule: Mule, payee: str, fen: int, stage: str, role: str, method: str
    ) -> None:
        script.add(
            "transfer",
            ts,
            stage,
            role,
            payer=mule.account,
            payee=payee,
            amount=fen / FEN,
            payer_phone=mule.phone,
            method=method,
            device=mule.device,
            ip=mule.address,
            city=mule.city,
        )
