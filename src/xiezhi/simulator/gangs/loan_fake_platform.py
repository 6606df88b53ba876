"""False loans: no money ever comes, but fees to "unfreeze" it do go."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import MINUTE, Bait, Gang
from xiezhi.simulator.truth import Script


class FakeLoan(Gang):
    """Sends adverts to very many, calls back those who answer."""

    kind = "loan.fake_platform"
    weight = 1.2
    chain = 16
    victim_share = 0.4
    ages = (0.0, 0.4, 0.4, 0.18, 0.02)
    loss = (7000, 0.8)
    domain_words = ("daikuan", "jisudai", "jinrong", "loan")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        senders = self.lines(1 + leads // 120, "virtual" if self.skill < 0.6 else "mobile")
        targets, ts = self.targets(leads), self.times(script, leads, 0.5)
        self.write(script, ts, targets, senders.numbers, "sms", "sms", bait)
        for row in self.pick(len(ts), victims):
            self._take(script, int(ts[row]), int(targets[row]), bait)
        for row in self.pick(len(ts), leads // 40):  # many look and leave
            self.visit(script, int(ts[row]) + self.wait(script, 30), int(targets[row]), bait)

    def _take(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        ts = self.visit(script, ts + self.wait(script, 25), victim, bait)
        ts = self.install(script, ts + self.wait(script, 4), victim, bait)
        ts = self.hold(script, ts + self.wait(script, 30), victim, self.lines(1), 320)
        ts = self.talk(script, ts, victim, 1, bait)
        total, account = self.lost(victim), ""
        for _ in range(min(3, 1 + self.width)):
            ts += self.wait(script, 25)
            account = self.pay(script, ts, victim, max(200, total // 3))
        self.complain(script, ts + 60 * MINUTE, victim, total, account, "card", 0.55)
        self.complain(script, ts + 60 * MINUTE, victim, total, bait.package, "package", 0.2)
