"""The rule book: every rule with its versions, the lists and the snoozes, as control records left them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from xiezhi.decide.compiled import CompiledRules, Conditions, check_rule
from xiezhi.decide.language import Checked, Vocabulary
from xiezhi.decide.language.source import did_you_mean
from xiezhi.decide.lists import ListEntry, Lists
from xiezhi.decide.records import (
    AddSnooze,
    AddToList,
    Record,
    RemoveFromList,
    RollBackRule,
    SaveRule,
    StageRule,
    read_record,
)
from xiezhi.decide.snoozes import Snooze, Snoozes
from xiezhi.decide.versions import Acting, RuleLife
from xiezhi.domain.batch import Float64
from xiezhi.domain.errors import Problem, XiezhiError
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.domain.rules import Rule
from xiezhi.knowledge.base import ListDefinition

KeyOf = Callable[[str, str], int]
"""Key of an identifier from its kind and value."""


def key_of_identifier(kind: str, value: str) -> int:
    """The key of an identifier as events have it. Raises `XiezhiError` for what is none of its kind."""
    identifier = IDENTIFIERS[kind]
    cleaned = identifier.clean(value)
    if cleaned is None:
        raise XiezhiError(f"`{value}` is no {kind}", f"give the {kind} as events have it")
    return identifier.key(cleaned)


@dataclass(frozen=True)
class ChannelRules:
    """The rules evaluated on one channel. Rule i acts on events whose part of the traffic is in
    [low[i], high[i]); elsewhere, and always in shadow, its hits are only reported."""

    rules: CompiledRules
    low: Float64
    high: Float64
    weights: Float64


class RuleBook:
    """Made from the knowledge and changed by control records, one at a time and in the journal's order.

    `version` counts the changes. A record that cannot be applied raises `XiezhiError` and changes nothing.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        vocabularies: Mapping[str, Vocabulary],
        groups: Iterable[str],
        lists: Mapping[str, ListDefinition],
        fraud_types: Iterable[str] = (),
        key_of: KeyOf = key_of_identifier,
    ) -> None:
        """`groups` are the signal groups there are, `fraud_types` the kinds (none: any will do)."""
        self.version = 0
        self.vocabularies = dict(vocabularies)
        self.lists = Lists(lists)
        self.snoozes = Snoozes()
        self.lives: dict[str, RuleLife] = {}
        self._groups = frozenset(groups)
        self._fraud_types = frozenset(fraud_types)
        self._key_of = key_of
        self._checked: dict[tuple[str, str], Checked] = {}
        self._compiled: dict[str, ChannelRules] = {}
        self._add_shipped(rules)

    def _add_shipped(self, rules: Iterable[Rule]) -> None:
        faults: list[str] = []
        for rule in rules:
            try:
                self._check(rule)
            except XiezhiError as error:
                faults.append(str(error))
            else:
                self.lives[rule.id] = RuleLife((rule,))
        if faults:
            raise XiezhiError("\n".join(faults))

    def apply(self, record: Mapping[str, Any]) -> None:
        """Do what a control record says. Raises `XiezhiError` and changes nothing if that cannot be done."""
        self._apply(read_record(record))
        self.version += 1

    def compiled(self, channel: str) -> ChannelRules:
        """What is evaluated on a channel now."""
        found = self._compiled.get(channel)
        if found is None:
            found = self._compiled[channel] = self._compile(channel)
        return found

    def warnings(self) -> list[Problem]:
        """What authors of rules in use should look at again."""
        return [warning for channel in self.vocabularies for warning in self.compiled(channel).rules.warnings]

    def life(self, rule: str) -> RuleLife:
        """The versions and history of a rule. Raises `XiezhiError` for an unknown id."""
        if rule not in self.lives:
            raise XiezhiError(f"there is no rule `{rule}`", did_you_mean(rule, self.lives))
        return self.lives[rule]

    def _apply(self, record: Record) -> None:
        match record:
            case SaveRule():
                self._save(record)
            case StageRule(id=rule, stage=stage, share=share, version=version):
                _check_share(rule, share)
                life = self.life(rule).stage(stage, share, record.by, record.at, version)
                self._put(life)
            case RollBackRule(id=rule, version=version):
                self._put(self.life(rule).rollback(version, record.by, record.at))
            case AddToList(list=name, identifier=kind, value=value):
                self.lists.check(name, kind)
                entry = ListEntry(value, record.until, record.reason, record.by, record.at)
                self.lists.add(name, kind, self._key_of(kind, value), entry)
            case RemoveFromList(list=name, identifier=kind, value=value):
                self.lists.check(name, kind)
                self.lists.remove(name, kind, self._key_of(kind, value))
            case AddSnooze(rule=rule, identifier=kind, value=value, until=until):
                self._snooze(record, rule, kind, value, until)

    def _save(self, record: SaveRule) -> None:
        rule = Rule(**{**msgspec.structs.asdict(record.rule), "version": 1})
        rule = rule if rule.author or not record.by else replace(rule, author=record.by)
        self._check(rule)
        before = self.lives.get(rule.id)
        if before is None:
            self._put(RuleLife(()).save(rule, record.by, record.at))
            return
        if before.newest.channel != rule.channel:
            message = f"{rule.id}: the rule is one for {before.newest.channel} events"
            raise XiezhiError(message, f"give the rule for {rule.channel} events an id of its own")
        self._put(before.save(rule, record.by, record.at))

    def _snooze(self, record: Record, rule: str, kind: str, value: str, until: int) -> None:
        channel = self.life(rule).newest.channel
        vocabulary = self.vocabularies[channel]
        if not vocabulary.fields_of_kinds([kind]):
            kinds = ", ".join(sorted({*vocabulary.identifiers.values()}))
            raise XiezhiError(
                f"{rule}: no {channel} event has an identifier of kind `{kind}`", f"they have {kinds}"
            )
        snooze = Snooze(rule, kind, value, until, record.by, record.at)
        self.snoozes.add(self._key_of(kind, value), snooze)

    def _put(self, life: RuleLife) -> None:
        self.lives[life.newest.id] = life
        self._compiled.pop(life.newest.channel, None)

    def _check(self, rule: Rule) -> None:
        if rule.channel not in self.vocabularies:
            cure = did_you_mean(
                rule.channel, self.vocabularies, f"channels are {', '.join(self.vocabularies)}"
            )
            raise XiezhiError(f"{rule.id}: there is no channel `{rule.channel}`", cure)
        if rule.group not in self._groups:
            cure = did_you_mean(rule.group, self._groups, f"the groups are {', '.join(sorted(self._groups))}")
            raise XiezhiError(f"{rule.id}: there is no signal group `{rule.group}`", cure)
        speaks_against = rule.weight > 0 or rule.fraud_type  # a rule for honesty accuses of nothing
        if speaks_against and self._fraud_types and rule.fraud_type not in self._fraud_types:
            cure = did_you_mean(rule.fraud_type, self._fraud_types, "see the fraud types of the knowledge")
            raise XiezhiError(f"{rule.id}: there is no fraud type `{rule.fraud_type}`", cure)
        if not math.isfinite(rule.weight):
            raise XiezhiError(f"{rule.id}: the weight must be a number", "give log-odds, such as 1.5")
        _check_share(rule.id, rule.share)
        self._checked[rule.channel, rule.when] = check_rule(rule, self.vocabularies[rule.channel])

    def _compile(self, channel: str) -> ChannelRules:
        if channel not in self.vocabularies:
            raise XiezhiError(
                f"there is no channel `{channel}`", f"channels are {', '.join(self.vocabularies)}"
            )
        lives = [life for life in self.lives.values() if life.newest.channel == channel]
        acting: list[Acting] = [each for life in lives for each in life.acting()]
        rules = [each.rule for each in acting]
        conditions = Conditions(
            [self._checked[channel, rule.when] for rule in rules], self.vocabularies[channel]
        )
        return ChannelRules(
            rules=CompiledRules(rules, conditions),
            low=np.array([each.low for each in acting], np.float64),
            high=np.array([each.high for each in acting], np.float64),
            weights=np.array([rule.weight for rule in rules], np.float64),
        )


def _check_share(rule: str, share: float) -> None:
    if not 0.0 <= share <= 1.0:
        raise XiezhiError(
            f"{rule}: the share {share} is not within 0 and 1", "give 0.1 for a tenth of the traffic"
        )
