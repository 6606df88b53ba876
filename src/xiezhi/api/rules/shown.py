"""Rules as they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xiezhi.api.rules.figures import Figures
from xiezhi.api.rules.shapes import Explanation, RuleLifeShown, RuleShown, Step
from xiezhi.decide.versions import NEXT, RuleLife
from xiezhi.domain.rules import Rule
from xiezhi.engine.results import Totals

_NONE = Figures()


@dataclass(frozen=True)
class Shower:
    """Puts counts and figures beside rules."""

    totals: Totals
    figures: Mapping[tuple[str, int], Figures]

    def newest(self, life: RuleLife) -> RuleShown:
        """A rule by its newest version."""
        return self._version(life, life.newest)

    def life(self, life: RuleLife) -> RuleLifeShown:
        """A rule with all versions, newest first, and its history."""
        return RuleLifeShown(
            **dict(self.newest(life)),
            all=[self._version(life, rule) for rule in reversed(life.versions)],
            history=[
                Step(at=step.at, by=step.by, version=step.version, what=step.what) for step in life.history
            ],
            next_stages=list(NEXT[life.newest.stage]),
        )

    def _version(self, life: RuleLife, rule: Rule) -> RuleShown:
        name = f"{rule.id}@{rule.version}"
        figures = self.figures.get((rule.id, rule.version), _NONE)
        changes = [step for step in life.history if step.version == rule.version]
        events = self.totals.events.get(rule.channel, 0)
        hits = self.totals.hits.get(name, 0)
        return RuleShown(
            id=rule.id,
            channel=rule.channel,
            version=rule.version,
            stage=rule.stage,
            share=rule.share,
            when=rule.when,
            weight=rule.weight,
            group=rule.group,
            fraud_type=rule.fraud_type or None,
            explain=Explanation.model_construct(zh=rule.zh, en=rule.en),
            author=rule.author or None,
            source=rule.source or None,
            hits=hits,
            shadow_hits=self.totals.hits.get(f"{name} shadow", 0),
            hit_rate=hits / events if events else None,
            labelled=figures.labelled,
            frauds=figures.frauds,
            honest=figures.honest,
            false_blocks=figures.false_blocks,
            precision=figures.precision,
            false_block_rate=figures.false_block_rate,
            changed_at=changes[-1].at if changes else None,
            changed_by=changes[-1].by if changes else None,
            versions=[each.version for each in life.versions],
            acting=acting(life),
        )


def acting(life: RuleLife) -> int | None:
    """The version that acts: the live one, else the one with a share of the traffic."""
    for stage in ("live", "share"):
        found = [rule.version for rule in life.versions if rule.stage == stage]
        if found:
            return found[-1]
    return None
