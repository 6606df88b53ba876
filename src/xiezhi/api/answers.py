"""What callers are told about a decision."""

from __future__ import annotations

import msgspec

from xiezhi.decide.decider import Decisions
from xiezhi.decide.wording import Language
from xiezhi.domain.actions import Action


class AnswerSignal(msgspec.Struct):
    """One signal in words."""

    id: str
    weight: float
    why: str


class Answer(msgspec.Struct):
    """A verdict as the API gives it."""

    offset: int
    channel: str
    id: str | None
    score: float
    type: str | None
    action: str
    signals: list[AnswerSignal]


def answer(
    decisions: Decisions, row: int, id: str | None, language: Language, signalled: bool = True
) -> Answer:
    """The answer for one event, its signals heaviest first; `signalled` False spares looking for them."""
    return Answer(
        int(decisions.offsets[row]),
        decisions.channel,
        id,
        float(decisions.score[row]),
        decisions.type_of(row),
        Action(int(decisions.action[row])).name,
        signals_in_words(decisions, row, language) if signalled else [],
    )


def signals_in_words(decisions: Decisions, row: int, language: Language) -> list[AnswerSignal]:
    """The signals of one event with their explanations, heaviest first."""
    found = [AnswerSignal(id, weight, why) for id, weight, why in decisions.reasons(row, language)]
    return sorted(found, key=lambda each: -each.weight)
