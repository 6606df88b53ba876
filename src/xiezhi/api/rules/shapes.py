"""What the operations on rules take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiezhi.domain.rules import Rule

RULE: dict[str, Any] = {
    "id": "transfer.large_to_stranger",
    "channel": "transfer",
    "when": "pair.is_new and amount >= 20000",
    "weight": 2.5,
    "group": "money",
    "fraud_type": "investment.fake_platform",
    "explain": {"zh": "首次向该账户转出 {amount}", "en": "first transfer to this account: {amount}"},
    "source": "",
}

Word = Annotated[str, StringConstraints(min_length=1, max_length=120)]
StageName = Literal["draft", "shadow", "share", "live", "retired"]


class Asked(BaseModel):
    """A request's body: no unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Explanation(Asked):
    """Why a rule hit, in both languages; `{name}` stands for the value of a variable."""

    zh: Annotated[str, StringConstraints(max_length=500)]
    en: Annotated[str, StringConstraints(max_length=500)]


class RuleText(Asked):
    """A rule as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": RULE})
    id: Word
    channel: Word
    when: Annotated[str, StringConstraints(max_length=4000)]
    weight: float = Field(ge=-20, le=20, description="log-odds: what a hit adds to the score's logit")
    group: Word
    fraud_type: Annotated[str, StringConstraints(max_length=120)] | None = None
    explain: Explanation
    source: Annotated[str, StringConstraints(max_length=500)] | None = None

    def rule(self) -> Rule:
        """The same as the rule book takes it, as a draft."""
        return Rule(
            id=self.id,
            channel=self.channel,
            when=self.when,
            weight=self.weight,
            group=self.group,
            fraud_type=self.fraud_type or "",
            zh=self.explain.zh,
            en=self.explain.en,
            stage="draft",
            source=self.source or "",
        )


class RuleAsked(Asked):
    """One rule."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"rule": RULE}})
    rule: RuleText


class StageAsked(Asked):
    """Where a rule goes: the newest version unless one is given. `share` is the part of traffic in stage share."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"stage": "share", "share": 0.1, "note": "after a day of shadow"}},
    )
    stage: StageName
    share: float | None = Field(default=None, gt=0, le=1)
    version: int | None = Field(default=None, ge=1, le=1_000_000)
    note: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="why; it is kept in the audit log"
    )


class RollbackAsked(Asked):
    """The version to go back to."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"version": 1}})
    version: int = Field(ge=1, le=1_000_000)


class BacktestAsked(Asked):
    """Rules to be tried on the past, each alone."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"rules": [RULE], "hours": 24, "truth": "labels"}},
    )
    rules: list[RuleText] = Field(min_length=1, max_length=20)
    hours: int | None = Field(
        default=None, ge=1, le=24 * 366, description="only the last hours; null for everything"
    )
    truth: Literal["labels", "demo"] | None = Field(
        default=None,
        description="what precision and recall are measured by: people's labels, or the demo city's truth",
    )


class Finding(BaseModel):
    """Something wrong with a rule, or worth a second look. Lines and columns count from 1, in characters."""

    where: str = Field(description="the rule's field", examples=["when"])
    message: str
    cure: str | None = None
    caret: str | None = Field(default=None, description="the line with a mark under the place")
    line: int | None = None
    column: int | None = None
    length: int | None = None


class Validation(BaseModel):
    """What is to be said of a rule before it is saved."""

    ok: bool
    errors: list[Finding]
    warnings: list[Finding]
    reads: list[str] = Field(description="the variables that the condition reads")


class RuleShown(BaseModel):
    """A version of a rule with what it has done.

    `hits` counts everything since the store began. `labelled`, `frauds`, `honest` and `false_blocks` are counted
    over the newest verdicts (score 0.1 and up, or an action): `precision` is frauds / labelled,
    `false_block_rate` false_blocks / honest, both null where there is nothing to divide by. A false block is an
    honest event with an action that stops or slows (delay, hold, block, restrict) in whose score the rule took part.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **RULE,
                "version": 2,
                "stage": "live",
                "share": 1.0,
                "author": "li.na",
                "hits": 1200,
                "shadow_hits": 40,
                "hit_rate": 0.0012,
                "labelled": 80,
                "frauds": 72,
                "honest": 8,
                "false_blocks": 1,
                "precision": 0.9,
                "false_block_rate": 0.125,
                "changed_at": 1_790_000_000_000,
                "changed_by": "li.na",
                "versions": [1, 2],
                "acting": 2,
            }
        }
    )
    id: str
    channel: str
    version: int
    stage: StageName
    share: float
    when: str
    weight: float
    group: str
    fraud_type: str | None
    explain: Explanation
    author: str | None
    source: str | None
    hits: int
    shadow_hits: int
    hit_rate: float | None = Field(description="hits / events of the channel, null before the first event")
    labelled: int
    frauds: int
    honest: int
    false_blocks: int
    precision: float | None
    false_block_rate: float | None
    changed_at: int | None
    changed_by: str | None
    versions: list[int]
    acting: int | None = Field(description="the version that acts: on all traffic, else on a share of it")


class Step(BaseModel):
    """One step in a rule's life."""

    at: int
    by: str
    version: int
    what: str


class RuleLifeShown(RuleShown):
    """A rule by its newest version, with all versions and its history."""

    all: list[RuleShown]
    history: list[Step]
    next_stages: list[StageName] = Field(description="where the newest version may go")


class Piece(BaseModel):
    """A piece of a text that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


class FieldDifference(BaseModel):
    """A field in which two versions differ."""

    field: str
    before: str | float
    after: str | float
    pieces: list[Piece] = Field(description="word by word, for texts")


class Difference(BaseModel):
    """What changed from one version to another; how a version is staged is no part of it."""

    id: str
    before: int
    after: int
    fields: list[FieldDifference]


class GroupShown(BaseModel):
    """Signals that speak of the same thing; together they add at most `cap` to the logit."""

    id: str
    zh: str
    en: str
    cap: float
