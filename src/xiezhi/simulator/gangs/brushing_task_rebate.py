"""Task rebates: likes and fake orders that first pay a little, then ask for ever larger "linked orders"."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import MINUTE, Bait, Gang
from xiezhi.simulator.gangs.mules import FEN
from xiezhi.simulator.places import CITY
from xiezhi.simulator.truth import Script


class TaskRebate(Gang):
    """Draws people into groups; its rebates are small payments out of a mule."""

    kind = "brushing.task_rebate"
    weight = 1.4
    chain = 24
    ages = (0.05, 0.46, 0.32, 0.13, 0.04)
    hours = (9, 23)
    loss = (12_000, 1.0)
    domain_words = ("task", "renwu", "zhuan", "fanli")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        line = self.lines(1 + leads // 150, "mobile")
        targets, ts = self.targets(leads), self.times(script, leads, 0.45)
        texts = max(1, leads * 2 // 3)
        self.write(script, ts[:texts], targets[:texts], line.numbers, "sms", "sms", bait)
        for when, who in zip(ts[texts:].tolist(), targets[texts:].tolist(), strict=True):
            self.befriend(script, when, who, "group_pull" if self.rng.random() < 0.5 else "add_friend")
        for row in self.pick(len(ts), victims):
            self._take(script, int(ts[row]), int(targets[row]), bait)

    def _take(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        ts = self.befriend(script, ts + self.wait(script, 20), victim, "group_pull")
        ts = self.talk(script, ts, victim, 1 + (self.width > 1), bait)
        ts = self.visit(script, ts + self.wait(script, 4), victim, bait, "chat")
        ts = self.install(script, ts + self.wait(script, 4), victim, bait)
        total, paid, account = self.lost(victim), 0, ""
        tasks = 2 if self.width == 1 else int(self.rng.integers(3, 6))
        for task in range(tasks):
            ts += self.wait(script, 14)
            due = max(60, int(total * 0.5 ** (tasks - task - 1) * 0.6))
            account = self.pay(script, ts, victim, due)
            paid += due
            if task == 0:  # the first rebate is real
                ts += self.wait(script, 10)
                self._rebate(script, ts, victim, int(due * 1.12))
        self.complain(script, ts + 60 * MINUTE, victim, paid, account, "card", 0.6)
        self.complain(script, ts + 70 * MINUTE, victim, paid, bait.domain, "domain", 0.25)

    def _rebate(self, script: Script, ts: int, victim: int, yuan: int) -> None:
        """Pay a victim out of money that an accomplice put into the mule before."""
        mule, source = self.mules.next(), self.mules.coins[0]
        float_in = yuan * 3
        script.add(
            "transfer",
            ts - 5 * MINUTE,
            "trust",
            "operator",
            victim,
            payer=source,
            payee=mule.account,
            amount=float(float_in),
            method="wallet",
            device=mule.device,
            ip=mule.address,
            city=mule.city,
            payer_phone=mule.phone,
        )
        script.add(
            "transfer",
            ts,
            "trust",
            "mule_1",
            victim,
            payer=mule.account,
            payee=self.world.purse.names[victim].as_py(),
            amount=float(yuan),
            payer_phone=mule.phone,
            method="bank",
            device=mule.device,
            ip=mule.address,
            city=CITY,
        )
        mule.inbox.append((ts, (float_in - yuan) * FEN))
