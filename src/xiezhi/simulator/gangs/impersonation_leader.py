"""False superiors and kin: a copied profile, small talk, then an urgent payment."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import HOUR, Bait, Gang
from xiezhi.simulator.truth import Script


class Leader(Gang):
    """Works through chat accounts whose profiles it changes for each victim."""

    kind = "impersonation.leader"
    weight = 0.6
    chain = 12
    victim_share = 0.55
    ages = (0.0, 0.2, 0.45, 0.3, 0.05)
    hours = (9, 18)
    loss = (60_000, 0.9)

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        targets, ts = self.targets(leads), self.times(script, leads, 0.6)
        for row in range(leads):
            if row % 3 == 0:
                script.add(
                    "account",
                    int(ts[row]) - 120_000,
                    "prepare",
                    "sender",
                    int(targets[row]),
                    account=self.accounts[int(targets[row]) % len(self.accounts)],
                    operation="profile_change",
                    phone=self.chat_numbers[0],
                    device=self.devices[0],
                    ip=self.addresses[0],
                    emulator=False,
                )
            self.befriend(script, int(ts[row]), int(targets[row]))
        for row in self.pick(len(ts), victims):
            self._ask(script, int(ts[row]), int(targets[row]), None)

    def _ask(self, script: Script, ts: int, victim: int, bait: Bait | None) -> None:
        ts = self.talk(script, ts, victim, 2, bait)
        total, account = self.lost(victim), ""
        for _ in range(1 + (self.width > 1)):
            ts += self.wait(script, 12)
            account = self.pay(script, ts, victim, max(500, total // 2))
        self.complain(script, ts + HOUR, victim, total, account, "card", 0.75)
