"""What would be decided if an event were another, or came now; nothing is stored."""

from __future__ import annotations

import time
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.answers import answer
from xiezhi.api.context import House
from xiezhi.api.events.reading import row_at
from xiezhi.api.problems import Refusal
from xiezhi.decide.wording import Language
from xiezhi.domain.batch import single_channel
from xiezhi.engine.embedded import Engine
from xiezhi.engine.rehearsal import rehearse
from xiezhi.history import ledger
from xiezhi.sources.rows import rows_to_table

NOTES = {
    "zh": "按事件此刻发生来推演：窗口特征取当前值，规则、名单与模型取当前版本。未保存任何内容。",
    "en": "Rehearsed as if the event came now: windows as they are at this moment, rules, lists and models in their "
    "present versions. Nothing was stored.",
}


class JudgedSignal(BaseModel):
    """One signal in words."""

    id: str
    weight: float
    why: str


class Judged(BaseModel):
    """What is or would be decided."""

    score: float
    type: str | None
    action: str
    signals: list[JudgedSignal]


class WhatIf(BaseModel):
    """What was decided, and what would be."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "before": None,
                "after": {
                    "score": 0.93,
                    "type": "impersonation.police",
                    "action": "hold",
                    "signals": [
                        {"id": "call.burst_dialling", "weight": 1.5, "why": "主叫 1 小时内拨打 40 次"}
                    ],
                },
                "note": NOTES["zh"],
            }
        }
    )
    before: Judged | None = Field(description="the decision that was made, for an event that there is")
    after: Judged
    note: str


def ask_new(
    house: House, channel: str, event: dict[str, Any], values: dict[str, float], language: Language
) -> WhatIf:
    """What would be decided on an event that never came. Raises `Refusal` (422)."""
    return WhatIf(before=None, after=_after(house, channel, event, values, language), note=NOTES[language])


def ask_changed(
    house: House, offset: int, changes: dict[str, Any], values: dict[str, float], language: Language
) -> WhatIf:
    """What would be decided on an event of history with some fields changed. Raises `Refusal` (404, 422)."""
    row = row_at(house, offset)
    unknown = sorted(set(changes) - set(house.knowledge.schemas[row.channel].by_name))
    if unknown:
        raise Refusal(
            422, f"{row.channel} events have no field `{unknown[0][:60]}`", "see the fields in /v1/channels"
        )
    event = {name: value for name, value in {**row.values, **changes}.items() if value is not None}
    event.pop("extra", None)
    after = _after(house, row.channel, event, values, language)
    placed = ledger.placed(house.database, [offset]).get(offset)
    signals = house.explainer.verdict(offset, language, False).signals if placed else []
    before = Judged(
        score=placed.entry["score"] if placed else row.score,
        type=row.type,
        action=row.action,
        signals=[JudgedSignal(id=each.id, weight=each.weight, why=each.why) for each in signals],
    )
    return WhatIf(before=before, after=after, note=NOTES[language])


def _after(
    house: House, channel: str, event: dict[str, Any], values: dict[str, float], language: Language
) -> Judged:
    schema = house.knowledge.schemas.get(channel)
    if schema is None:
        known = ", ".join(house.knowledge.schemas)
        raise Refusal(422, f"there is no channel `{channel[:60]}`", f"the channels are {known}")

    def rehearsed(engine: Engine) -> Judged:
        newest = engine.core.windows.newest_ms()
        now = newest if newest > 0 else time.time_ns() // 1_000_000
        table, bad, _ = rows_to_table(schema, [{**event, "ts": now}], file="request")
        if bad:
            raise Refusal(422, bad[0].reason, "mend the event and send it again")
        decisions = rehearse(engine.core, single_channel(channel, table), engine.end, values)[0]
        found = answer(decisions, 0, None, language)
        return Judged(
            score=found.score,
            type=found.type,
            action=found.action,
            signals=[JudgedSignal(id=each.id, weight=each.weight, why=each.why) for each in found.signals],
        )

    return house.desk.ask_waiting(rehearsed)
