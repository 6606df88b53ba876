"""Running points (跑分): hired people's payment codes take in strangers' stakes and pass them up at once."""

from __future__ import annotations

import numpy as np

from xiezhi.simulator.gangs.base import MINUTE, Gang
from xiezhi.simulator.gangs.mules import FEN, Mule
from xiezhi.simulator.places import CITY
from xiezhi.simulator.truth import Script

_BUCKETS = (200, 300, 500, 1000, 1500, 2000, 3000)


class RunningPoints(Gang):
    """Runners are real subscribers with their own wallets and an otherwise honest life."""

    kind = "settlement.running_points"
    weight = 1.2
    chain = 4.5
    victim_share = 0.85
    ages = (0.05, 0.6, 0.25, 0.08, 0.02)
    hours = (10, 24)
    domain_words = ("paofen", "jiedan", "qiangdan", "upay")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class. Victims here are the payers whose money runs through."""
        bait = self.bait()
        hired = max(1, leads // 6)
        targets, ts = self.targets(leads), self.times(script, leads, 0.3)
        self.write(script, ts, targets, self.lines(1 + leads // 80, "virtual").numbers, "sms", "sms", bait)
        runners = [self._hire(script, int(ts[row]), int(targets[row])) for row in range(hired)]
        for row in range(hired):
            self.install(script, int(ts[row]) + self.wait(script, 20), int(targets[row]), bait)
        self.mules.layers[0] = runners
        start = int(ts[hired - 1]) + 60 * MINUTE
        payers = np.sort(self.rng.integers(start, max(start + 1, script.end - 60 * MINUTE), victims))
        for when, victim in zip(payers.tolist(), self.targets(victims).tolist(), strict=True):
            self._stake(script, when, victim, runners)

    def _hire(self, script: Script, ts: int, person: int) -> Mule:
        people = self.world.people
        script.add(
            "account",
            ts + self.wait(script, 15),
            "prepare",
            "mule_1",
            None,
            account=people.accounts[person].as_py(),
            operation="bind_card",
            phone=people.numbers[person].as_py(),
            device=people.device[person].as_py(),
            ip=people.address[person].as_py(),
            emulator=False,
        )
        wallet = self.world.purse.names[self.world.purse.wallets + person].as_py()
        return Mule(
            wallet,
            people.numbers[person].as_py(),
            people.device[person].as_py(),
            people.address[person].as_py(),
            CITY,
        )

    def _stake(self, script: Script, ts: int, victim: int, runners: list[Mule]) -> None:
        world, rng = self.world, self.rng
        yuan = _BUCKETS[int(rng.integers(len(_BUCKETS)))]
        if rng.random() < self.skill:  # careful gangs ask for crooked sums
            yuan -= int(rng.integers(1, 60))
        runner = runners[int(rng.integers(len(runners)))]
        script.add(
            "transfer",
            ts,
            "pay",
            "victim",
            victim,
            payer=world.purse.names[world.purse.wallets + victim].as_py(),
            payee=runner.account,
            amount=float(yuan),
            payer_phone=world.people.numbers[victim].as_py(),
            method="qr",
            device=world.people.device[victim].as_py(),
            ip=world.people.address[victim].as_py(),
            city=CITY,
            balance=round(yuan + float(rng.exponential(900)), 2),
        )
        runner.inbox.append((ts, yuan * FEN))
        self.complain(script, ts, victim, yuan, runner.account, "card", 0.05)
