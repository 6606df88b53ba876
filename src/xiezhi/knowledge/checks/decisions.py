"""Rules, signal groups, the policy and lists: names that exist and numbers in their range.

The conditions of rules are parsed where the rule language lives, not here.
"""

from __future__ import annotations

from typing import Any

from xiezhi.domain.errors import Problems
from xiezhi.domain.rules import Threshold
from xiezhi.knowledge.checks.common import IDENTIFIER_KINDS, both_languages, in_range, known, proper_word
from xiezhi.knowledge.shelves import Entry, Shelf, Shelves
from xiezhi.knowledge.yamlfile import Step

MAX_WEIGHT = 12.0  # log-odds: from one in 160,000 to even, more than any one signal can prove
MAX_PRIOR = 15.0


def check_groups(shelves: Shelves, problems: Problems) -> None:
    """Check signal groups."""
    for entry in shelves.groups.values():
        proper_word(entry, ("id",), entry.value.id, problems)
        both_languages(entry, problems, "zh", "en")
        in_range(entry, ("cap",), "cap", entry.value.cap, 0.1, MAX_WEIGHT, problems)


def check_rules(shelves: Shelves, problems: Problems) -> None:
    """Check everything about rules but their conditions."""
    for entry in shelves.rules.values():
        rule = entry.value
        proper_word(entry, ("id",), rule.id, problems, dotted=True)
        both_languages(entry, problems, "zh", "en", "when")
        # A rule's channel stands at the top of its file.
        known(
            Entry(rule, entry.document, (), entry.layer),
            ("channel",),
            "channel",
            rule.channel,
            shelves.schemas,
            problems,
        )
        known(entry, ("group",), "signal group", rule.group, shelves.groups, problems)
        if rule.fraud_type or rule.weight > 0:  # a rule that speaks for an event accuses it of nothing
            known(entry, ("fraud_type",), "fraud type", rule.fraud_type, shelves.kinds, problems)
        in_range(entry, ("weight",), "weight", rule.weight, -MAX_WEIGHT, MAX_WEIGHT, problems)
        in_range(entry, ("share",), "share", rule.share, 0.0, 1.0, problems)
        in_range(entry, ("version",), "version", rule.version, 1, 1_000_000, problems)


def check_policy(shelves: Shelves, problems: Problems) -> None:
    """Every channel has a prior and rising thresholds; overrides name channels and fraud types."""
    for shelf, what in ((shelves.prior, "prior"), (shelves.thresholds, "thresholds")):
        _check_covered(shelves, shelf, what, problems)
    for channel, prior in shelves.prior.items():
        in_range(prior, (), f"prior of {channel}", prior.value, -MAX_PRIOR, MAX_PRIOR, problems)
    for thresholds in shelves.thresholds.values():
        _check_rising(thresholds, (), problems)
    types = {*shelves.kinds, *shelves.fraud_groups}
    for name, override in shelves.overrides.items():
        channel, fraud_type = name.split("/", 1)
        known(override, ("channel",), "channel", channel, shelves.schemas, problems)
        known(override, ("fraud_type",), "fraud type or group", fraud_type, types, problems)
        _check_rising(override, ("thresholds",), problems)


def _check_covered(shelves: Shelves, shelf: Shelf[Any], what: str, problems: Problems) -> None:
    for channel, entry in shelf.items():
        known(entry, (), "channel", channel, shelves.schemas, problems)
    for channel in shelves.schemas:
        if channel not in shelf:
            problems.add(
                "policy.yaml", f"channel `{channel}` has no {what}", f"add `{channel}` under `{what}`"
            )


def _check_rising(entry: Entry[tuple[Threshold, ...]], under: tuple[Step, ...], problems: Problems) -> None:
    last: Threshold | None = None
    for index, threshold in enumerate(entry.value):
        at: tuple[Step, ...] = (*under, index)
        in_range(entry, at, "score", threshold.score, 0.001, 1.0, problems)
        if last is not None and threshold.score <= last.score:
            problems.add(
                entry.place(*at), f"score {threshold.score:g} does not rise", f"put it above {last.score:g}"
            )
        if last is not None and threshold.action <= last.action:
            cure = f"a higher score calls for more than `{last.action.name}`"
            problems.add(entry.place(*at), f"action `{threshold.action.name}` does not rise", cure)
        last = threshold


def check_lists(shelves: Shelves, problems: Problems) -> None:
    """Check the definitions of lists."""
    for entry in shelves.lists.values():
        proper_word(entry, ("name",), entry.value.name, problems)
        both_languages(entry, problems, "zh", "en")
        if not entry.value.identifiers:
            problems.add(entry.place(), f"list `{entry.value.name}` takes no identifiers", "name their kinds")
        for index, kind in enumerate(entry.value.identifiers):
            known(entry, ("identifiers", index), "identifier kind", kind, IDENTIFIER_KINDS, problems)
