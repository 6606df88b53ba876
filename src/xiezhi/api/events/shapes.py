"""The shapes in which events and verdicts are told."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Value = float | bool | str | None

ROW_EXAMPLE: dict[str, Any] = {
    "offset": 73_215,
    "ts": 1_790_000_000_000,
    "channel": "call",
    "id": "c000123",
    "subject": "170****0001",
    "subject_kind": "phone",
    "score": 0.93,
    "type": "impersonation.police",
    "action": "hold",
    "fields": {"id": "c000123", "caller": "170****0001", "callee": "138****8000", "duration": 812.0},
}


class EventRow(BaseModel):
    """One decided event; identifiers and texts are masked as the channel's schema asks for."""

    model_config = ConfigDict(json_schema_extra={"example": ROW_EXAMPLE})
    offset: int = Field(description="its place in the journal")
    ts: int
    channel: str
    id: str | None
    subject: str | None = Field(description="the identifier that the decision is about")
    subject_kind: str | None
    score: float
    type: str | None
    action: str
    fields: dict[str, Value]


class VerdictRow(EventRow):
    """A decided event of which something was believed."""

    model_config = ConfigDict(
        json_schema_extra={"example": {**ROW_EXAMPLE, "signals": ["call.burst_dialling"]}}
    )
    signals: list[str] = Field(description="rules and models that spoke, heaviest first")


class Events(BaseModel):
    """A page of events, newest first. It may be shorter than asked for and yet have a page after it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [ROW_EXAMPLE], "next": "WzczMjE1XQ", "took_ms": 12.5}}
    )
    items: list[EventRow]
    next: str | None
    took_ms: float


class Verdicts(BaseModel):
    """A page of verdicts, newest first. It may be shorter than asked for and yet have a page after it."""

    items: list[VerdictRow]
    next: str | None
    took_ms: float


class Named(BaseModel):
    """A name in both languages."""

    zh: str
    en: str


class Comparison(BaseModel):
    """One part of a rule's condition, with the value that it read."""

    text: str = Field(description="as the rule has it")
    name: str
    value: Value
    op: str
    threshold: Value
    met: bool


class SignalTold(BaseModel):
    """What one rule or model found."""

    id: str
    version: int
    kind: str = Field(description="`rule` or `model`")
    group: str
    weight: float
    why: str
    type: str | None
    stage: str = Field(description="the stage that this version is in now")
    condition: str | None
    values: dict[str, Value]
    comparisons: list[Comparison]


class GroupSum(Named):
    """The signals of one group together: `counted` is `sum` within the cap."""

    group: str
    sum: float
    cap: float
    counted: float


class ModelReason(BaseModel):
    """A feature that moved a model; `share` of everything that did, None where it was not kept."""

    name: str
    value: Value
    share: float | None


class ModelTold(BaseModel):
    """What one model said."""

    id: str
    version: int
    score: float | None = Field(description="its probability; null where its weight was capped")
    reasons: list[ModelReason]


class ActionTold(BaseModel):
    """An action in the outbox."""

    id: str
    action: str
    target: str | None
    delivered_at: int | None


class Label(BaseModel):
    """What somebody found out about an event."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "offset": 73_215,
                "fraud": True,
                "type": "impersonation.police",
                "note": "confirmed by the victim",
                "by": "li.na",
                "at": 1_790_000_000_000,
            }
        }
    )
    offset: int
    fraud: bool
    type: str | None
    note: str | None
    by: str
    at: int


class LedgerPlace(BaseModel):
    """Where a verdict stands in the hash-chained ledger."""

    block_first: int
    block_last: int
    head: str = Field(description="the chain's head after the block, hex")
    position: int = Field(description="in the block, counted from 0")


class IdentifierInEvent(Named):
    """An identifier that an event names; `ref` stands for it in addresses, also for who sees it masked."""

    field: str
    kind: str
    value: str
    ref: str


class Truth(BaseModel):
    """What the demo city knows of an event."""

    gang: str
    role: str
    type: str | None


class Base(BaseModel):
    """What is believed before any signal."""

    log_odds: float


class VerdictTold(BaseModel):
    """Everything about one decision, with the values as they were at the time."""

    event: EventRow
    score: float
    type: str | None
    type_name: Named | None
    action: str
    allowed: bool = Field(description="whether an allow list spoke")
    base: Base
    groups: list[GroupSum]
    signals: list[SignalTold]
    shadow: list[SignalTold] = Field(
        description="rules in shadow that hit, as far as what was kept of the event tells"
    )
    models: list[ModelTold]
    actions: list[ActionTold]
    label: Label | None
    ledger: LedgerPlace | None = Field(description="null for an event that no verdict was given on")
    rules_version: int = Field(description="changes of rules, lists and snoozes before the event")
    identifiers: list[IdentifierInEvent]
    truth: Truth | None
