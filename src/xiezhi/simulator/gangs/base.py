"""What gangs do: the usual steps of a scheme, out of which every kind makes its campaigns."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from xiezhi.domain.batch import Int64
from xiezhi.simulator.gangs.actor import HOUR, MINUTE, Actor, Bait, Flags, Line
from xiezhi.simulator.gangs.mules import FEN
from xiezhi.simulator.places import CITY
from xiezhi.simulator.texts import speech
from xiezhi.simulator.truth import Script

__all__ = ["FEN", "HOUR", "MINUTE", "Bait", "Gang", "Line"]


class Gang(Actor, ABC):
    """One gang of one kind. Subclasses set the class variables and write `campaign`."""

    @abstractmethod
    def campaign(self, script: Script, leads: int, victims: int) -> None:
        """Act once: approach about `leads` people and take the money of about `victims` of them."""

    def act(self, script: Script, budget: int) -> None:
        """Run campaigns of about `budget` rows in all."""
        count = 1 + min(budget // 800, 5)
        for _ in range(count):
            self.campaigns += 1
            script.enter(self.kind, self.id, f"{self.id}-{self.campaigns}")
            victims = max(1, round(budget / count * self.victim_share / self.chain))
            leads = max(victims + 1, round(budget / count - victims * self.chain))
            self.campaign(script, leads, victims)
            self.mules.run(script)

    def ring(
        self,
        script: Script,
        ts: Int64,
        targets: Int64,
        line: Line,
        answered: float,
        talk: float,
        stage: str = "attract",
        rotate: int | None = None,
    ) -> Flags:
        """Call each target once, changing lines every `rotate` calls. Returns who answered."""
        rows, rng = len(ts), self.rng
        use = rotate or int(12 + 70 * (1 - self.skill))
        place = (np.arange(rows) // use % len(line.numbers)).tolist()
        up = rng.random(rows) < answered
        longer = np.where(rng.random(rows) < 0.8, 0.35, 2.5)  # most hang up soon, some listen on
        script.add(
            "call",
            ts,
            stage,
            "caller",
            targets,
            caller=[line.numbers[i] for i in place],
            callee=self.world.people.numbers.take(targets),
            duration=np.where(up, np.rint(rng.lognormal(np.log(talk), 0.6, rows) * longer) + 1, 0.0),
            ring=np.rint(rng.gamma(4, 3.0, rows) + 1),
            answered=up,
            cell=[self._cell(line, i) for i in place],
            imei=[line.imei[i] for i in place],
            imsi=[line.imsi[i] for i in place],
            gateway=line.gateway,
            forwarded=False,
            roaming=False,
        )
        self._returned(script, ts, targets, line, place, up)
        return up

    def _returned(
        self, script: Script, ts: Int64, targets: Int64, line: Line, place: list[int], up: Flags
    ) -> None:
        """Some who missed the call ring back; careful gangs also ring each other, so as to look alive."""
        for row in np.flatnonzero(~up & (self.rng.random(len(ts)) < 0.05)).tolist():
            when, talk = int(ts[row]) + self.wait(script, 20), int(self.rng.integers(5, 90))
            self.answer(script, when, int(targets[row]), line.numbers[place[row]], talk, "attract")
        if line.gateway == "international" or len(line.numbers) < 2:
            return
        for row in np.flatnonzero(self.rng.random(len(ts)) < 0.08 * self.skill).tolist():
            when, at = int(ts[row]) + self.wait(script, 10), place[row]
            other, talk = line.numbers[(at + 1) % len(line.numbers)], int(self.rng.integers(20, 600))
            self._dial(script, when, line, at, other, talk, "prepare", None, fraud=False)

    def _dial(
        self,
        script: Script,
        ts: int,
        line: Line,
        place: int,
        callee: str,
        talk: int,
        stage: str,
        victim: int | None,
        fraud: bool = True,
    ) -> None:
        """One answered call from a line of the gang."""
        script.add(
            "call",
            ts,
            stage,
            "caller",
            victim,
            fraud,
            caller=line.numbers[place],
            callee=callee,
            duration=float(talk),
            ring=float(self.rng.integers(3, 15)),
            answered=True,
            cell=self._cell(line, place),
            imei=line.imei[place],
            imsi=line.imsi[place],
            gateway=line.gateway,
            forwarded=False,
            roaming=False,
        )

    def answer(self, script: Script, ts: int, victim: int, number: str, talk: int, stage: str) -> None:
        """A victim calls a number of the gang."""
        people = self.world.people
        script.add(
            "call",
            ts,
            stage,
            "victim",
            victim,
            caller=people.numbers[victim].as_py(),
            callee=number,
            duration=float(talk),
            ring=float(self.rng.integers(2, 9)),
            answered=True,
            cell=self.world.places.cells[int(people.home[victim])].as_py(),
            imei=people.imei[victim].as_py(),
            imsi=people.imsi[victim].as_py(),
            gateway="domestic",
            forwarded=False,
            roaming=False,
        )

    def _cell(self, line: Line, place: int) -> str | None:
        """Where a line's phone is: in the gang's house, or spread about it by careful gangs."""
        if line.imei[place] is None:
            return None
        cells = self.world.places
        spread = 1 + int(8 * self.skill) if self.scattered else 1
        name: str = cells.cells[(self.cell + place % spread) % len(cells)].as_py()
        return name

    def write(
        self,
        script: Script,
        ts: Int64,
        targets: Int64,
        senders: list[str],
        use: str,
        medium: str,
        bait: Bait | None,
        stage: str = "attract",
    ) -> None:
        """Send each target a message; blatant gangs repeat one wording, careful ones vary and disguise it."""
        rows, rng = len(ts), self.rng
        wordings = [self.say(use, bait) for _ in range(min(rows, 2 + int(40 * self.skill**2)))]
        turn = max(1, rows // len(senders))
        cells = self.world.people.home[targets]
        script.add(
            "message",
            ts,
            stage,
            "sender",
            targets,
            sender=[senders[i // turn % len(senders)] for i in range(rows)],
            receiver=self.world.people.numbers.take(targets),
            text=[wordings[int(i)] for i in rng.integers(0, len(wordings), rows)],
            medium=medium,
            cell=self.world.places.cells.take(cells) if medium == "sms" else None,
        )

    def write_one(self, script: Script, ts: int, victim: int, bait: Bait | None) -> None:
        """Send one victim a text message that belongs to a call."""
        self.write(
            script, np.array([ts]), np.array([victim]), self.chat_numbers, "sms", "sms", bait, "contact"
        )

    def talk(
        self, script: Script, ts: int, victim: int, lines: int, bait: Bait | None, stage: str = "trust"
    ) -> int:
        """Chat with a victim: `lines` messages of the gang, some answered. Returns when it ends."""
        people, number = self.world.people, self.chat_numbers[victim % len(self.chat_numbers)]
        theirs = people.numbers[victim].as_py()
        for _ in range(lines):
            ts += self.wait(script, 6)
            script.add(
                "message",
                ts,
                stage,
                "sender",
                victim,
                sender=number,
                receiver=theirs,
                text=self.say("chat", bait),
                medium="chat",
            )
            if self.rng.random() < 0.5:
                ts += self.wait(script, 3)
                text, middle = self.world.texts.draw(self.rng, "chat", 1)
                script.add(
                    "message",
                    ts,
                    stage,
                    "victim",
                    victim,
                    sender=theirs,
                    receiver=number,
                    text=self.world.texts.texts(text, middle),
                    medium="chat",
                )
        return ts

    def hold(self, script: Script, ts: int, victim: int, line: Line, seconds: float, place: int = 0) -> int:
        """One long call that keeps the victim on the line. Returns when it ends."""
        talk = int(self.rng.lognormal(np.log(seconds), 0.5))
        callee = self.world.people.numbers[victim].as_py()
        self._dial(script, ts, line, place % len(line.numbers), callee, talk, "contact", victim)
        return ts + talk * 1000

    def befriend(self, script: Script, ts: int, victim: int, operation: str = "add_friend") -> int:
        """The gang's account approaches the victim's. Returns when."""
        place = victim % len(self.accounts)
        script.add(
            "account",
            ts,
            "contact",
            "sender",
            victim,
            account=self.accounts[place],
            operation=operation,
            peer=self.world.people.accounts[victim].as_py(),
            phone=self.chat_numbers[place % len(self.chat_numbers)],
            device=self.devices[place % len(self.devices)],
            ip=self.addresses[place % len(self.addresses)],
            emulator=bool(self.rng.random() > self.skill),
        )
        return ts

    def visit(self, script: Script, ts: int, victim: int, bait: Bait, referrer: str = "message") -> int:
        """The victim opens the site. Returns when."""
        people = self.world.people
        script.add(
            "visit",
            ts,
            "induce",
            "victim",
            victim,
            visitor=people.numbers[victim].as_py(),
            url=f"{bait.url}{('', 'd/', 'index.html', 'login')[victim % 4]}",
            domain=bait.domain,
            ip=bait.server,
            device=people.device[victim].as_py(),
            referrer=referrer,
        )
        return ts

    def install(self, script: Script, ts: int, victim: int, bait: Bait) -> int:
        """The victim installs the app. Returns when."""
        people, source = self.world.people, ("browser", "chat", "sideload")[victim % 3]
        script.add(
            "install",
            ts,
            "induce",
            "victim",
            victim,
            phone=people.numbers[victim].as_py(),
            device=people.device[victim].as_py(),
            package=bait.package,
            certificate=bait.certificate,
            sample=bait.sample,
            source=source,
            domain=None if source == "sideload" else bait.domain,
            label=bait.label,
        )
        return ts

    def pay(self, script: Script, ts: int, victim: int, yuan: int, payee: str | None = None) -> str:
        """The victim pays, by default into the gang's mules. Returns the receiving account."""
        world, rng = self.world, self.rng
        wallet = yuan < 3000 and rng.random() < 0.5
        purse = world.purse
        mule = None if payee else self.mules.next()
        account = payee or (mule.account if mule else "")
        amount = yuan // 100 * 100 or yuan
        script.add(
            "transfer",
            ts,
            "pay",
            "victim",
            victim,
            payer=purse.names[victim + (purse.wallets if wallet else 0)].as_py(),
            payee=account,
            amount=float(amount),
            payer_phone=world.people.numbers[victim].as_py(),
            method="wallet" if wallet else "bank",
            device=world.people.device[victim].as_py(),
            ip=world.people.address[victim].as_py(),
            city=CITY,
            balance=round(max(float(amount), float(world.people.wealth[victim])) * rng.uniform(1.0, 1.3), 2),
        )
        if mule:
            mule.inbox.append((ts, amount * FEN))
        return account

    def complain(
        self, script: Script, ts: int, victim: int, yuan: int, accused: str, sort: str, share: float
    ) -> None:
        """A part (`share`) of victims reports it some hours later; not all name the right kind."""
        if self.rng.random() > share:
            return
        named = self.kind if self.rng.random() < 0.6 else None
        script.add(
            "complaint",
            ts + self.wait(script, 400, 1.0),
            "vanish",
            "victim",
            victim,
            reporter=self.world.people.numbers[victim].as_py(),
            accused=accused,
            accused_kind=sort,
            text=speech(self.kind, "complaint", self.rng, amount=str(yuan)),
            fraud_type=named,
            amount=float(yuan),
        )
