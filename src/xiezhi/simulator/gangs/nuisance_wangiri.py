"""Wangiri (响一声): rings once from abroad, and earns on those who call back."""

from __future__ import annotations

import numpy as np

from xiezhi.simulator.gangs.base import HOUR, Gang
from xiezhi.simulator.truth import Script


class Wangiri(Gang):
    """Never answered, rings under three seconds, mostly at night and early in the morning."""

    kind = "nuisance.wangiri"
    weight = 1.2
    chain = 1.4
    victim_share = 0.1
    ages = (0.05, 0.25, 0.25, 0.25, 0.2)
    hours = (0, 24)
    loss = (60, 0.6)

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        country = ("00216", "00252", "00676", "00960")[self.serial % 4]
        line = self.lines(2 + leads // 50, country)
        targets = self.scan(leads) if self.skill < 0.6 else self.targets(leads)
        begin = int(self.times(script, 1, 0.6)[0])
        gap = 1200 + int(9000 * self.skill)
        ts = begin + np.cumsum(self.rng.integers(gap // 2, gap * 2, leads))
        place = (np.arange(leads) // 20 % len(line.numbers)).tolist()
        script.add(
            "call",
            ts,
            "attract",
            "caller",
            targets,
            caller=[line.numbers[i] for i in place],
            callee=self.world.people.numbers.take(targets),
            duration=0.0,
            ring=np.rint(self.rng.uniform(1, 3, leads)),
            answered=False,
            gateway="international",
            forwarded=False,
            roaming=False,
        )
        for row in self.pick(len(ts), victims):
            self._return(script, int(ts[row]), int(targets[row]), line.numbers[place[row]])

    def _return(self, script: Script, ts: int, victim: int, number: str) -> None:
        talk = int(self.rng.integers(20, 400))
        self.answer(script, ts + self.wait(script, 25), victim, number, talk, "pay")
        self.complain(script, ts + HOUR, victim, self.lost(victim), number, "phone", 0.25)
