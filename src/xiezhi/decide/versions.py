"""The life of a rule: its versions, the stage each is in, and who moved it there.

    draft -> shadow -> share -> live -> retired

Several versions of a rule can be about at once: while one is live, the next may run in shadow or act on a
share of the traffic. On that share it acts in place of the live one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Rule, Stage

NEXT: dict[Stage, tuple[Stage, ...]] = {
    "draft": ("shadow", "retired"),
    "shadow": ("share", "live", "draft", "retired"),
    "share": ("share", "live", "shadow", "retired"),
    "live": ("share", "shadow", "retired"),
    "retired": ("draft", "shadow"),
}
"""Where a version may go from each stage. A draft cannot act before it has run in shadow."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of a rule. `at` is in milliseconds."""

    at: int
    by: str
    version: int
    what: str


@dataclass(frozen=True, slots=True)
class Acting:
    """A version that is evaluated: it acts on events whose part of the traffic is in [low, high)."""

    rule: Rule
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RuleLife:
    """All versions of one rule, oldest first, and everything that was done to them."""

    versions: tuple[Rule, ...]
    history: tuple[Change, ...] = ()

    @property
    def newest(self) -> Rule:
        """The version that was saved last."""
        return self.versions[-1]

    def version(self, number: int) -> Rule:
        """One version. Raises `XiezhiError` if there is none of that number."""
        for rule in self.versions:
            if rule.version == number:
                return rule
        known = ", ".join(str(rule.version) for rule in self.versions)
        raise XiezhiError(f"{self.newest.id}: there is no version {number}", f"the versions are {known}")

    def save(self, rule: Rule, by: str, at: int) -> RuleLife:
        """With a new version; one saved as acting at once takes the place of those before."""
        number = max((each.version for each in self.versions), default=0) + 1
        saved = replace(rule, version=number)
        life = RuleLife((*self.versions, replace(saved, stage="draft")), self.history)
        return life._put(saved.version, saved.stage, saved.share, Change(at, by, saved.version, "saved"))

    def stage(self, stage: Stage, share: float, by: str, at: int, number: int | None = None) -> RuleLife:
        """With a version (the newest unless given) elsewhere. Raises `XiezhiError` for a wrong step."""
        now = self.newest if number is None else self.version(number)
        if stage not in NEXT[now.stage]:
            cure = f"from {now.stage} it can go to {', '.join(NEXT[now.stage])}"
            raise XiezhiError(f"{now.id}: version {now.version} cannot go from {now.stage} to {stage}", cure)
        share = share if stage == "share" else 1.0
        return self._put(now.version, stage, share, Change(at, by, now.version, f"{now.stage} -> {stage}"))

    def rollback(self, number: int, by: str, at: int) -> RuleLife:
        """Back to an older version: newer ones are retired, and it takes the place of the one that acted.

        When none of them acted it comes back in shadow.
        """
        wanted = self.version(number)
        newer = [rule for rule in self.versions if rule.version > number and rule.stage != "retired"]
        if not newer:
            cure = "give an older version"
            raise XiezhiError(f"{wanted.id}: no version after {number} is in use", cure)
        acting = [rule for rule in newer if rule.stage in ("live", "share")]
        stage: Stage = "shadow"
        if wanted.stage == "live" or any(rule.stage == "live" for rule in acting):
            stage = "live"
        elif acting:
            stage = "share"
        share = acting[-1].share if stage == "share" else 1.0
        numbers = {rule.version for rule in newer}
        kept = tuple(
            replace(rule, stage="retired") if rule.version in numbers else rule for rule in self.versions
        )
        change = Change(at, by, number, f"rolled back from version {newer[-1].version}")
        return RuleLife(kept, self.history)._put(number, stage, share, change)

    def acting(self) -> list[Acting]:
        """The versions to evaluate, oldest first. Versions in shadow are evaluated and never act."""
        live = [rule for rule in self.versions if rule.stage == "live"]
        shared = [rule for rule in self.versions if rule.stage == "share"]
        taken = shared[-1].share if shared else 0.0
        found = [Acting(rule, taken, 1.0) for rule in live[-1:]]
        found += [Acting(rule, 0.0, rule.share) for rule in shared[-1:]]
        found += [Acting(rule, 0.0, 0.0) for rule in self.versions if rule.stage == "shadow"]
        return sorted(found, key=lambda each: each.rule.version)

    def _put(self, number: int, stage: Stage, share: float, change: Change) -> RuleLife:
        """A version that moves on retires those that are no further than it has come."""
        outdone = {"live": ("live", "share", "shadow"), "share": ("share", "shadow"), "shadow": ("shadow",)}
        versions = tuple(
            replace(rule, stage=stage, share=share)
            if rule.version == number
            else replace(rule, stage="retired")
            if rule.stage in outdone.get(stage, ())
            else rule
            for rule in self.versions
        )
        return RuleLife(versions, (*self.history, change))
