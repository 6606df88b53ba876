"""False goods: bargains that are paid outside the platform and never arrive."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import HOUR, Bait, Gang
from xiezhi.simulator.truth import Script


class FakeGoods(Gang):
    """Small losses, many victims, payments that look like shopping."""

    kind = "shopping.fake_goods"
    weight = 0.9
    chain = 8
    victim_share = 0.5
    ages = (0.12, 0.42, 0.28, 0.13, 0.05)
    hours = (10, 23)
    loss = (900, 0.9)
    domain_words = ("outlets", "qingcang", "haitao", "ershou")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        targets, ts = self.targets(leads), self.times(script, leads, 0.6)
        self.write(script, ts, targets, self.lines(1 + leads // 100, "mobile").numbers, "sms", "sms", bait)
        for row in self.pick(len(ts), victims):
            self._sell(script, int(ts[row]), int(targets[row]), bait)

    def _sell(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        ts = self.visit(script, ts + self.wait(script, 30), victim, bait, "advert")
        if self.rng.random() < 0.5:
            ts = self.talk(script, ts, victim, 1, bait)
        lost = self.lost(victim)
        ts += self.wait(script, 12)
        account = self.pay(script, ts, victim, lost)
        self.complain(script, ts + 5 * HOUR * int(script.pace > 0.5), victim, lost, account, "card", 0.3)
        self.complain(script, ts + HOUR, victim, lost, bait.domain, "domain", 0.15)
