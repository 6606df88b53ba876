"""Pig butchering (杀猪盘): days of tender chat, a small win, then everything on a false exchange."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import HOUR, Bait, Gang
from xiezhi.simulator.truth import Script


class Romance(Gang):
    """Few leads, much patience, the largest losses."""

    kind = "investment.romance"
    chain = 30
    victim_share = 0.65
    ages = (0.0, 0.25, 0.42, 0.28, 0.05)
    hours = (8, 23)
    loss = (70_000, 1.1)
    domain_words = ("trade", "huiying", "forex", "coin")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        targets, ts = self.targets(leads), self.times(script, leads, 0.25)
        for row in range(leads):
            self.befriend(script, int(ts[row]), int(targets[row]))
        for row in self.pick(len(ts), victims):
            self._take(script, int(ts[row]), int(targets[row]), bait)

    def _take(self, script: Script, ts: int, victim: int, bait: Bait) -> None:
        rounds = 1 if self.width == 1 else 3
        for _ in range(rounds):
            ts = self.talk(script, ts + self.wait(script, 60 + 600 / rounds), victim, 2, None)
        ts = self.visit(script, ts + self.wait(script, 240), victim, bait, "chat")
        ts = self.install(script, ts + self.wait(script, 10), victim, bait)
        total, account = self.lost(victim), ""
        for share in (0.02, 0.2, 0.35, 0.45)[: 1 + rounds]:
            ts += self.wait(script, 300)
            account = self.pay(script, ts, victim, max(100, int(total * share)))
            self.visit(script, ts + self.wait(script, 20), victim, bait, "typed")
        self.complain(script, ts + 6 * HOUR * int(script.pace > 0.5), victim, total, account, "card", 0.5)
        if self.rng.random() < 0.3:
            self.complain(script, ts + HOUR, victim, total, self.accounts[0], "account", 1.0)
