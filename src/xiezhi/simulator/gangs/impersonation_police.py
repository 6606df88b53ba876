"""False police: a call from abroad or with a look-alike number, hours on the line, a "safe account"."""

from __future__ import annotations

from xiezhi.simulator.gangs.base import MINUTE, Bait, Gang, Line
from xiezhi.simulator.truth import Script


class Police(Gang):
    """Calls in two lines: one that says a card is involved in a case, one that plays the inspector."""

    kind = "impersonation.police"
    chain = 17
    ages = (0.0, 0.34, 0.14, 0.18, 0.34)
    hours = (9, 18)
    loss = (38_000, 1.0)
    domain_words = ("110", "police", "anjian", "gov-zc")

    def _line(self, count: int) -> Line:
        """Blatant gangs send a look-alike of a police number; careful ones ring from virtual operators."""
        if self.skill > 0.7:
            return self.lines(count, "virtual")
        line = self.lines(count, "00852" if self.skill > 0.35 else "0044")
        spoofed = ("86110", "0010110", "+8696110", "0086010110", "00110")
        if self.skill <= 0.35:
            line.numbers[0] = spoofed[self.serial % 5]
        return line

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait, line = self.bait(), self._line(2 + leads // 60)
        targets, ts = self.targets(leads), self.times(script, leads)
        up = self.ring(script, ts, targets, line, 0.42, 40)
        for row in self.fall(up, victims):
            self._take(script, int(ts[row]), int(targets[row]), line, bait)

    def _take(self, script: Script, ts: int, victim: int, line: Line, bait: Bait) -> None:
        ts = self.hold(script, ts + self.wait(script, 8), victim, line, 1500, 1)
        ts = self.talk(script, ts, victim, 2, bait)
        ts = self.visit(script, ts + self.wait(script, 5), victim, bait, "chat")
        ts = self.install(script, ts + self.wait(script, 5), victim, bait)
        end = self.hold(script, ts + self.wait(script, 12), victim, line, 3600, 1)
        total, account = self.lost(victim), ""
        parts = 1 + int(self.rng.integers(3)) if self.width > 1 else 1
        for _ in range(parts):
            ts += self.wait(script, 9)
            account = self.pay(script, ts, victim, max(100, total // parts))
        self.complain(script, max(ts, end) + 30 * MINUTE, victim, total, account, "card", 0.6)
        self.complain(script, max(ts, end) + 40 * MINUTE, victim, total, line.numbers[0], "phone", 0.3)
