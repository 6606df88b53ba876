"""The live stream as server-sent events: each page reads the messages that are kept for all, at its own speed.

Nothing is queued for a page: it remembers the number of the last message it was sent, and one that is too slow
finds the older ones gone. Twenty pages cost the engine nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool

from xiezhi.api.context import House
from xiezhi.api.events.reading import row_at
from xiezhi.api.events.shown import event_row
from xiezhi.api.live import EVERY, Message
from xiezhi.api.problems import Refusal
from xiezhi.history import ledger

LOOKS_A_SECOND = round(1 / EVERY)
MOST_STREAMS = 256
BACK = 100
"""Decisions that a page gets from before, newest."""

HELLO = b"retry: 2000\n\n"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which decisions a page wants."""

    min_score: float = 0.0
    channel: str | None = None
    action: str | None = None

    def takes(self, decision: dict[str, Any]) -> bool:
        """Whether a decision is wanted."""
        return (
            decision["score"] >= self.min_score
            and self.channel in (None, decision["channel"])
            and self.action in (None, decision["action"])
        )

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Choice()


class Streams:
    """All streams of one house."""

    def __init__(self, house: House) -> None:
        self._house, self.open = house, 0

    def admit(self) -> None:
        """Raises `Refusal` (429) when too many pages are open."""
        if self.open >= MOST_STREAMS:
            title, cure = f"{MOST_STREAMS} streams are open already", "close some pages"
            raise Refusal(429, title, cure, headers={"Retry-After": "10"})

    async def follow(
        self, after: int | None, choice: Choice, may: Callable[[], bool] = lambda: True
    ) -> AsyncIterator[bytes]:
        """Server-sent events for one page: what it missed since the decision with offset `after`, then what comes, as
        long as it `may`, which is asked once a second: a stream must not outlive its session or key."""
        self.open += 1
        try:
            live = self._house.live
            last = live.messages[-1].number if live.messages else 0
            yield HELLO
            missed = await run_in_threadpool(self._missed, after)
            if missed:
                yield _decisions(missed, choice)
            looks = 0
            while looks % LOOKS_A_SECOND or may():
                looks += 1
                fresh = [each for each in tuple(live.messages) if each.number > last]
                if fresh:
                    last = fresh[-1].number
                    body = b"".join(_event(each, choice) for each in _newest_counts(fresh))
                    if body:
                        yield body
                await asyncio.sleep(EVERY)
        finally:
            self.open -= 1

    def _missed(self, after: int | None) -> list[dict[str, Any]]:
        """Decisions after an offset, or simply the newest: from memory, and what is older from the ledger."""
        kept = [each for each in tuple(self._house.live.newest) if after is None or each["offset"] > after]
        kept = sorted(kept, key=lambda each: int(each["offset"]))[-BACK:]
        if len(kept) == BACK:
            return kept
        oldest = kept[0]["offset"] if kept else None
        first = 0 if after is None else after + 1
        older: list[dict[str, Any]] = []
        for entry in ledger.entries(self._house.database, first, newest_first=True):
            if len(kept) + len(older) >= BACK:
                break
            if oldest is None or entry["offset"] < oldest:
                told = self._told(entry)
                if told is not None:
                    older.append(told)
        return older[::-1] + kept

    def _told(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        """A ledger entry as the stream tells decisions."""
        try:
            row = row_at(self._house, entry["offset"])
        except Refusal:
            return None
        schema = self._house.knowledge.schemas[row.channel]
        event = event_row(schema, row)
        why = {lang: self._house.explainer.reasons(entry, row, lang) for lang in ("zh", "en")}
        return {
            "offset": entry["offset"],
            "ts": entry["ts"],
            "channel": row.channel,
            "subject": event.subject,
            "subject_kind": schema.by_name[schema.subject].kind,
            "score": round(entry["score"], 4),
            "type": entry["type"],
            "action": entry["action"],
            "why": why,
        }


def _newest_counts(messages: list[Message]) -> list[Message]:
    """Of several seconds that a page missed it gets the last one only."""
    last = max((each.number for each in messages if each.kind == "now"), default=0)
    return [each for each in messages if each.kind != "now" or each.number == last]


def _event(message: Message, choice: Choice) -> bytes:
    if message.kind == "decisions":
        if choice.everything:
            offset = message.decisions[-1]["offset"]
            return b"id: %d\nevent: decisions\ndata: %s\n\n" % (offset, message.body)
        return _decisions(list(message.decisions), choice)
    return b"event: %s\ndata: %s\n\n" % (message.kind.encode(), message.body)


def _decisions(decisions: list[dict[str, Any]], choice: Choice) -> bytes:
    wanted = [each for each in decisions if choice.takes(each)]
    if not wanted:
        return b""
    body = msgspec.json.encode({"decisions": wanted})
    return b"id: %d\nevent: decisions\ndata: %s\n\n" % (wanted[-1]["offset"], body)
