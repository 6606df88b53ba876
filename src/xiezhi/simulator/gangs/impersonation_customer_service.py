"""False customer service: refunds for known orders, a screen-sharing app, then the cards are emptied."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import MINUTE, Bait, Gang, Line
from xiezhi.simulator.truth import Script


class CustomerService(Gang):
    """Reaches shoppers by call, some by message."""

    kind = "impersonation.customer_service"
    weight = 1.2
    chain = 15
    ages = (0.01, 0.42, 0.36, 0.15, 0.06)
    hours = (10, 21)
    loss = (11_000, 0.9)
    domain_words = ("kefu", "lipei", "tuikuan", "meeting")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        form = "virtual" if self.skill > 0.6 else ("toll" if self.skill > 0.4 else "001")
        line = self.lines(1 + leads // 40, form)
        called = max(1, leads * 3 // 4)
        targets, ts = self.targets(leads), self.times(script, leads)
        up = self.ring(script, ts[:called], targets[:called], line, 0.5, 70)
        if leads > called:
            ports = self.lines(1 + leads // 200, "mobile").numbers
            self.write(script, ts[called:], targets[called:], ports, "sms", "sms", bait)
        for row in self.fall(up, victims):
            self._take(script, int(ts[row]), int(targets[row]), line, bait)

    def _take(self, script: Script, ts: int, victim: int, line: Line, bait: Bait) -> None:
        ts = self.hold(script, ts + self.wait(script, 4), victim, line, 900, victim)
        self.write_one(script, ts, victim, bait)
        ts = self.visit(script, ts + self.wait(script, 3), victim, bait)
        ts = self.install(script, ts + self.wait(script, 3), victim, bait)
        total = self.lost(victim)
        left, account = total, ""
        for share in (0.15, 0.5, 1.0)[: 1 + self.width]:
            ts += self.wait(script, 5)
            account = self.pay(script, ts, victim, max(50, int(left * share)))
            left -= int(left * share)
            if left < 100:
                break
        self.complain(script, ts + 20 * MINUTE, victim, total, account, "card", 0.7)
