"""A SIM box (GOIP): many SIMs on few devices at one place, ringing people that no other SIM rings."""

from __future__ import annotations

import numpy as np

from xiezhi.simulator.gangs.base import MINUTE, Gang, Line
from xiezhi.simulator.truth import Script


class SimBox(Gang):
    """Rents its lines to callers abroad; it hands over from SIM to SIM before any stands out."""

    kind = "technical.sim_box"
    weight = 1.7
    chain = 10
    victim_share = 0.12
    loss = (6000, 0.8)
    scattered = False

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        seen = max(1, leads // 20)
        rotate = int(6 + 24 * (1 - self.skill))
        line = self._box(max(2, leads // rotate))
        # Blatant boxes run through number ranges, careful ones have bought lists.
        targets = self.targets(leads) if self.skill > 0.5 else self.scan(leads)
        targets = targets[np.sort(np.unique(targets, return_index=True)[1])]
        ts = self.times(script, len(targets))
        up = self.ring(script, ts, targets, line, 0.4, 28, rotate=rotate)
        self._sight(script, line, seen)
        for row in self.fall(up, victims):
            self._take(script, int(ts[row]), int(targets[row]), line, row)

    def _box(self, sims: int) -> Line:
        """SIMs on ports; a box has eight, and shows one device number for each."""
        line = self.lines(sims, "mobile" if self.skill > 0.4 else "iot")
        ports = self.mint.imei(max(1, min(8, sims // 4)))
        line.imei = [ports[i % len(ports)] for i in range(sims)]
        return line

    def _sight(self, script: Script, line: Line, count: int) -> None:
        rng, cell, places = self.rng, self.cell, self.world.places
        script.add(
            "sighting",
            self.times(script, count),
            "attract",
            "caller",
            None,
            cell=places.cells[cell].as_py(),
            area=int(places.area[cell]),
            mcc=460,
            mnc=0,
            radio="gsm",
            power=np.rint(rng.normal(-67, 2, count)),
            lat=round(float(places.lat[cell]) + 0.0011, 5),
            lon=round(float(places.lon[cell]) - 0.0007, 5),
            imsi=[line.imsi[int(i)] for i in rng.integers(0, len(line.imsi), count)],
            neighbours=6,
        )

    def _take(self, script: Script, ts: int, victim: int, line: Line, row: int) -> None:
        self.write_one(script, ts + self.wait(script, 3), victim, None)
        ts = self.hold(script, ts + self.wait(script, 20), victim, line, 700, row)
        ts += self.wait(script, 10)
        lost = self.lost(victim)
        self.pay(script, ts, victim, lost)
        self.complain(
            script, ts + 20 * MINUTE, victim, lost, line.numbers[row % len(line.numbers)], "phone", 0.5
        )
