"""False gambling: players come back again and again, deposit into changing accounts and cannot withdraw."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import HOUR, Bait, Gang
from xiezhi.simulator.truth import Script


class Gambling(Gang):
    """Works the evenings and nights."""

    kind = "gambling.fake_platform"
    weight = 1.1
    chain = 18
    victim_share = 0.55
    ages = (0.02, 0.38, 0.38, 0.18, 0.04)
    hours = (12, 24)
    loss = (5000, 1.1)
    domain_words = ("bet", "qipai", "yule", "caipiao")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        line = self.lines(1 + leads // 100, "mobile" if self.skill > 0.5 else "00855")
        targets, ts = self.targets(leads), self.times(script, leads, 0.75)
        self.write(script, ts, targets, line.numbers, "sms", "sms", bait)
        for row in self.pick(len(ts), victims):
            self._play(script, int(ts[row]), int(targets[row]), bait)

    def _play(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        ts = self.visit(script, ts + self.wait(script, 15), victim, bait)
        ts = self.install(script, ts + self.wait(script, 6), victim, bait)
        total, account = self.lost(victim), ""
        stakes = 2 if self.width == 1 else int(self.rng.integers(3, 7))
        for _ in range(stakes):
            ts = self.visit(script, ts + self.wait(script, 35), victim, bait, "typed")
            stake = (100, 200, 500, 1000, 2000)[int(self.rng.integers(5))]
            account = self.pay(script, ts + 60_000, victim, min(stake, max(100, total)))
        self.complain(script, ts + HOUR, victim, total, account, "card", 0.2)
