"""A fake base station: a car that sends bank notices in a bank's name to every phone it passes."""

from __future__ import annotations

import numpy as np

from xiezhi.domain.batch import Float64, Int64
from xiezhi.simulator.gangs.base import MINUTE, Bait, Gang
from xiezhi.simulator.places import CENTRE
from xiezhi.simulator.plans import BANK_CODES
from xiezhi.simulator.texts import load
from xiezhi.simulator.truth import Script


class FakeBaseStation(Gang):
    """Drives a route at walking to city speed, forces phones to 2G and sends in bursts at its stops."""

    kind = "technical.fake_base_station"
    chain = 8
    victim_share = 0.15
    hours = (9, 20)
    loss = (4000, 0.9)
    domain_words = ("jifen", "wap95588", "bank-hd", "icard")

    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """See the base class."""
        bait = self.bait()
        seen = max(1, leads // 6)
        sent = max(1, leads - seen)
        ts, lat, lon = self._route(script, sent)
        targets = self._passed(lat, lon)
        sender = BANK_CODES[self.serial % len(BANK_CODES)]
        cell = f"460-00-{int(self.rng.integers(1, 9)):05d}-{int(self.rng.integers(10, 999)):09d}"
        bank = load("slots")["bank"][self.serial % len(BANK_CODES)]
        text = [self.say("sms", bait, bank=bank) for _ in range(1 + int(3 * self.skill))]
        script.add(
            "message",
            ts,
            "attract",
            "station",
            targets,
            sender=sender,
            receiver=self.world.people.numbers.take(targets),
            text=[text[i % len(text)] for i in range(sent)],
            medium="sms",
            cell=cell,
        )
        rows = np.sort(self.rng.integers(0, sent, seen))
        self._sight(script, ts[rows], lat[rows], lon[rows], targets[rows], cell)
        for row in self.pick(len(ts), victims):
            self._take(script, int(ts[row]), int(targets[row]), bait, sender)

    def _route(self, script: Script, count: int) -> tuple[Int64, Float64, Float64]:
        """Times and places of what is sent: a few stops between two points, about 25 km/h in between."""
        begin = int(self.times(script, 1, 0.5)[0])
        stops = 2 + min(count // 40, 12)
        angle = self.rng.uniform(0, 2 * np.pi)
        along = np.sort(self.rng.uniform(-0.08, 0.08, stops))
        bend = np.cumsum(self.rng.normal(0, 0.004, stops))
        lat = CENTRE[0] + along * np.sin(angle) + bend
        lon = CENTRE[1] + along * np.cos(angle) - bend
        step = np.hypot(np.diff(lat, prepend=lat[0]), np.diff(lon, prepend=lon[0])) * 111 / 25 * 60
        arrive = begin + (np.cumsum(step + self.rng.uniform(2, 9, stops)) * MINUTE).astype(np.int64)
        stop = np.sort(self.rng.integers(0, stops, count))
        ts = arrive[stop] + (self.rng.random(count) * 2 * MINUTE).astype(np.int64)
        order = np.argsort(ts, kind="stable")
        jitter = self.rng.normal(0, 0.0015, (2, count))
        return ts[order], (lat[stop] + jitter[0])[order], (lon[stop] + jitter[1])[order]

    def _passed(self, lat: Float64, lon: Float64) -> Int64:
        """A subscriber who lives near each point."""
        people, found = self.world.people, np.empty(len(lat), dtype=np.int64)
        for row in range(len(lat)):
            if row % 25 == 0:
                cells = self.world.places.near(float(lat[row]), float(lon[row]), 6)
                near = np.concatenate([people.people_at(int(cell)) for cell in cells])
                near = near if len(near) else np.arange(len(people))
            found[row] = near[int(self.rng.integers(len(near)))]
        return found

    def _sight(self, script: Script, ts: Int64, lat: Float64, lon: Float64, who: Int64, cell: str) -> None:
        rows = len(ts)
        script.add(
            "sighting",
            ts,
            "attract",
            "station",
            who,
            cell=cell,
            area=int(cell.split("-")[2]),
            mcc=460,
            mnc=0,
            radio="gsm",
            power=np.rint(self.rng.normal(-58, 6, rows)),
            lat=np.round(lat, 5),
            lon=np.round(lon, 5),
            imsi=self.world.people.imsi.take(who),
            neighbours=0,
        )

    def _take(self, script: Script, ts: int, victim: int, bait: Bait, sender: str) -> None:
        ts = self.visit(script, ts + self.wait(script, 12), victim, bait)
        ts += self.wait(script, 8)
        lost = self.lost(victim)
        account = self.pay(script, ts, victim, lost)
        self.complain(script, ts, victim, lost, sender, "phone", 0.4)
        self.complain(script, ts, victim, lost, account, "card", 0.4)
