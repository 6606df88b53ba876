"""Decisions on a batch: rules and models into scores, scores into actions, with reasons on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xiezhi.decide.book import ChannelRules, RuleBook
from xiezhi.decide.discretion import shortened
from xiezhi.decide.frame import Frame
from xiezhi.decide.kernels import Bools, list_masks
from xiezhi.decide.language import Vocabulary
from xiezhi.decide.policy import ChannelPolicy, Int8
from xiezhi.decide.program import unpack
from xiezhi.decide.score import NO_TYPE, Int16, Scorer
from xiezhi.decide.signals import ModelSignals, Signals, SignalSource
from xiezhi.decide.traffic import part_of
from xiezhi.decide.wording import Language, Value, fill
from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Float64, Int64
from xiezhi.domain.columns import Codes
from xiezhi.domain.rules import Policy, SignalGroup
from xiezhi.domain.schema import EventSchema
from xiezhi.domain.verdicts import Signal, Verdict


@dataclass(frozen=True)
class Decisions:
    """What is decided about the events of one channel, row by row.

    `score` float64[n] is the probability of fraud, `type` int16[n] an index into `types` (-1: none),
    `action` int8[n] a value of `Action`. `signals` are what the score is made of; `shadow` are hits of
    rules that did not act. `allowed` bool[n] marks rows that stand on an allow list: their score is kept, and
    their action is `allow`.
    """

    channel: str
    offsets: Int64
    score: Float64
    type: Int16
    types: tuple[str, ...]
    action: Int8
    allowed: Bools
    signals: Signals
    shadow: Signals
    sources: tuple[SignalSource, ...]
    frame: Frame
    vocabulary: Vocabulary
    schema: EventSchema
    models: ModelSignals | None = None

    def __len__(self) -> int:
        return len(self.score)

    def type_of(self, row: int) -> str | None:
        """The fraud type of a row, None where nothing was found."""
        index = int(self.type[row])
        return None if index == NO_TYPE else self.types[index]

    def explain(self, row: int) -> list[Signal]:
        """The signals of a row with the values they rest on."""
        return [self._signal(row, self.signals, at) for at in self.signals.of_row(row)]

    def explain_shadow(self, row: int) -> list[Signal]:
        """The same for rules that did not act."""
        return [self._signal(row, self.shadow, at) for at in self.shadow.of_row(row)]

    def why(self, row: int, language: Language) -> list[str]:
        """The reasons for a row's score in words, heaviest first."""
        places = sorted(self.signals.of_row(row), key=lambda at: -self.signals.weights[at])
        return [self._words(row, int(self.signals.sources[at]), language) for at in places]

    def words(self, row: int, language: Language) -> list[str]:
        """The explanation of each signal of a row, in the order of `explain`."""
        return [self._words(row, int(self.signals.sources[at]), language) for at in self.signals.of_row(row)]

    def reasons(self, row: int, language: Language) -> list[tuple[str, float, str]]:
        """Source, weight and explanation of each signal of a row, in the order of `explain`."""
        signals = self.signals
        return [
            (self.sources[index].id, float(signals.weights[at]), self._words(row, index, language))
            for at in signals.of_row(row)
            for index in [int(signals.sources[at])]
        ]

    def shown(self, name: str, row: int) -> Value:
        """A variable of a row, masked as its field asks for."""
        return self._value(name, row)

    def verdict(self, row: int, id: str | None = None) -> Verdict:
        """All of it as one object; `id` is the event's own."""
        return Verdict(
            offset=int(self.offsets[row]),
            channel=self.channel,
            id=id,
            score=float(self.score[row]),
            type=self.type_of(row),
            action=Action(int(self.action[row])),
            signals=self.explain(row),
        )

    def _signal(self, row: int, signals: Signals, at: int) -> Signal:
        index = int(signals.sources[at])
        source = self.sources[index]
        return Signal(
            id=source.id,
            version=source.version,
            weight=float(signals.weights[at]),
            group=source.group,
            fraud_type=source.fraud_type,
            values=self._values(row, index),
        )

    def _words(self, row: int, index: int, language: Language) -> str:
        source = self.sources[index]
        template = source.zh if language == "zh" else source.en
        return fill(template, self._values(row, index), self.vocabulary.variables, language)

    def _values(self, row: int, index: int) -> dict[str, Value]:
        own = len(self.sources) - (len(self.models.sources) if self.models else 0)
        if index >= own and self.models is not None and self.models.reasons is not None:
            return self.models.reasons(row, index - own)
        return {name: self._value(name, row) for name in self.sources[index].names}

    def _value(self, name: str, row: int) -> Value:
        column = self.frame.column(name)
        if isinstance(column, Codes):
            text, field = column.at(row), self.schema.by_name.get(name)
            return text if text is None or field is None else shortened(text, field.masking)
        value = column[row].item()
        if self.vocabulary.variables[name].type == "flag":
            return bool(value > 0)
        return None if value != value else value


class Decider:
    """Decides on batches by the rule book, which may change between batches."""

    def __init__(
        self,
        book: RuleBook,
        policy: Policy,
        groups: Mapping[str, SignalGroup],
        schemas: Mapping[str, EventSchema],
    ) -> None:
        self.book = book
        self.policy = policy
        self.groups = groups
        self.schemas = schemas
        self._judges: dict[str, _Judge] = {}

    def decide(
        self, channel: str, frame: Frame, offsets: Int64, ts: Int64, models: ModelSignals | None = None
    ) -> Decisions:
        """Decide on every event of a frame.

        `offsets` (int64[n]) are the events' places in the journal, `ts` (int64[n]) their times in ms. An
        event's decision depends on that event and the state of the book alone, not on its neighbours.
        """
        judge = self._judge(channel, models.sources if models else ())
        found, shadow = self._signals(judge, frame, offsets, ts)
        if models is not None:
            first = np.int32(len(judge.rules.rules.rules))
            found = found.merged(Signals(models.rows.astype(np.int32), models.which + first, models.weights))
        scores, types = judge.scorer.score(frame.rows, found)
        actions = judge.policy.actions(scores, types)
        allowed = self._allowed(frame, ts, judge.vocabulary)
        actions[allowed] = Action.allow
        return Decisions(
            channel, offsets, scores, types, judge.scorer.types, actions, allowed, found, shadow,
            judge.sources, frame, judge.vocabulary, self.schemas[channel], models,
        )  # fmt: skip

    def _judge(self, channel: str, models: tuple[SignalSource, ...]) -> _Judge:
        rules = self.book.compiled(channel)
        judge = self._judges.get(channel)
        if judge is None or judge.rules is not rules or judge.models != models:
            judge = self._judges[channel] = self._new_judge(channel, rules, models)
        return judge

    def _new_judge(self, channel: str, rules: ChannelRules, models: tuple[SignalSource, ...]) -> _Judge:
        own = zip(rules.rules.rules, rules.rules.names, strict=True)
        sources = (*(SignalSource.of_rule(rule, names) for rule, names in own), *models)
        types = tuple(dict.fromkeys(source.fraud_type for source in sources if source.fraud_type))
        policy = ChannelPolicy(self.policy, channel, types)
        scorer = Scorer.of(policy.prior, sources, types, self.groups)
        return _Judge(rules, models, sources, scorer, policy, self.book.vocabularies[channel])

    def _signals(self, judge: _Judge, frame: Frame, offsets: Int64, ts: Int64) -> tuple[Signals, Signals]:
        """Those that count, and those of rules in shadow or outside of their share."""
        rules = judge.rules
        hits = rules.rules.evaluate(frame, ts, self.book.lists)
        hits = self.book.snoozes.drop(hits, rules.rules.rules, frame, ts, judge.vocabulary)
        part = part_of(offsets)[hits.rows]
        acts = (rules.low[hits.rules] <= part) & (part < rules.high[hits.rules])
        signals = Signals.of_hits(hits, rules.weights)
        return signals.where(acts), signals.where(~acts)

    def _allowed(self, frame: Frame, ts: Int64, vocabulary: Vocabulary) -> Bools:
        words = np.zeros((frame.rows + 63) // 64, np.uint64)
        for field, kind in vocabulary.identifiers.items():
            for table in self.book.lists.allowing(kind):
                list_masks(frame.keys(field), ts, table.keys, table.until, words)
        return unpack(words, frame.rows)


@dataclass(frozen=True)
class _Judge:
    """What is needed to decide on a channel, made anew when its rules or models change."""

    rules: ChannelRules
    models: tuple[SignalSource, ...]
    sources: tuple[SignalSource, ...]
    scorer: Scorer
    policy: ChannelPolicy
    vocabulary: Vocabulary
