"""False investment: "teachers" in stock groups, a live room, an app whose profits cannot be withdrawn."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import HOUR, Bait, Gang
from xiezhi.simulator.truth import Script


class FakeInvestment(Gang):
    """Calls and messages lead into groups."""

    kind = "investment.fake_platform"
    chain = 20
    ages = (0.0, 0.1, 0.32, 0.38, 0.2)
    hours = (9, 21)
    loss = (45_000, 1.0)
    domain_words = ("zhengquan", "touzi", "stock", "caijing")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait, line = self.bait(), self.lines(2 + leads // 60, "virtual" if self.skill < 0.5 else "mobile")
        targets, ts = self.targets(leads), self.times(script, leads, 0.4)
        called = max(1, leads // 2)
        up = self.ring(script, ts[:called], targets[:called], line, 0.36, 45)
        self.write(script, ts[called:], targets[called:], line.numbers, "sms", "sms", bait)
        for row in self.fall(up, victims):
            self._take(script, int(ts[row]), int(targets[row]), bait)

    def _take(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        ts = self.befriend(script, ts + self.wait(script, 30), victim, "group_pull")
        ts = self.talk(script, ts + self.wait(script, 120), victim, 2, bait)
        ts = self.visit(script, ts + self.wait(script, 40), victim, bait, "chat")
        ts = self.install(script, ts + self.wait(script, 8), victim, bait)
        total, account = self.lost(victim), ""
        for share in (0.1, 0.3, 0.6)[: 1 + self.width]:
            ts += self.wait(script, 150)
            account = self.pay(script, ts, victim, max(500, int(total * share)))
        self.complain(script, ts + HOUR, victim, total, account, "card", 0.5)
        self.complain(script, ts + HOUR, victim, total, bait.url, "url", 0.2)
