"""A verdict explained: what was known at the time, what each rule and model made of it, and what came of that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from xiezhi.api.context import House
from xiezhi.api.events import labels
from xiezhi.api.events.comparisons import Taken
from xiezhi.api.events.reading import row_at
from xiezhi.api.events.shapes import (
    ActionTold,
    Base,
    GroupSum,
    LedgerPlace,
    ModelReason,
    ModelTold,
    Named,
    SignalTold,
    Truth,
    Value,
    VerdictTold,
)
from xiezhi.api.events.shown import event_row, identifiers_of, shown
from xiezhi.decide.wording import Language, fill
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Rule
from xiezhi.domain.schema import EventSchema
from xiezhi.engine.models import MOST_WEIGHT
from xiezhi.history import ledger
from xiezhi.history.ledger import Placed
from xiezhi.history.rows import Row
from xiezhi.storage.database import reading
from xiezhi.storage.tables import demo_truth, outbox

MODEL = "model."
"""What the ids of models' signals begin with."""


class Explainer:
    """Explains the verdicts of one house."""

    def __init__(self, house: House) -> None:
        self._house, core = house, house.desk.engine.core
        self._vocabularies = core.vocabularies
        self._taken = Taken(core.vocabularies)

    def verdict(self, offset: int, language: Language, clear: bool) -> VerdictTold:
        """Everything about the decision on an event. Raises `Refusal` (404) where there is no event."""
        house = self._house
        row = row_at(house, offset)
        schema, placed = (
            house.knowledge.schemas[row.channel],
            ledger.placed(house.database, [offset]).get(offset),
        )
        entry = placed.entry if placed else {}
        signals = [self._signal(each, row, schema, language, clear) for each in entry.get("signals", [])]
        signals.sort(key=lambda each: -each.weight)
        kind = house.knowledge.taxonomy.kinds.get(row.type or "")
        return VerdictTold(
            event=event_row(schema, row, clear),
            score=entry.get("score", row.score),
            type=row.type,
            type_name=Named(zh=kind.zh, en=kind.en) if kind else None,
            action=row.action,
            allowed=entry.get("allowed", False),
            base=Base(log_odds=house.knowledge.policy.prior[row.channel]),
            groups=self._groups(signals),
            signals=signals,
            shadow=[],
            models=[self._model(each, row.channel) for each in signals if each.kind == "model"],
            actions=self._actions(offset, schema, clear),
            label=labels.get(house.database, offset),
            ledger=_place(placed),
            rules_version=sum(1 for _ in house.desk.engine.journal.controls(offset)),
            identifiers=identifiers_of(schema, row, clear),
            truth=self._truth(offset),
        )

    def reasons(self, entry: Mapping[str, Any], row: Row, language: Language) -> list[str]:
        """The signals of a ledger entry in words, heaviest first, masked."""
        schema = self._house.knowledge.schemas[row.channel]
        found = sorted(entry["signals"], key=lambda each: -each["weight"])
        return [self._signal(each, row, schema, language, False).why for each in found]

    def _signal(
        self, found: Mapping[str, Any], row: Row, schema: EventSchema, language: Language, clear: bool
    ) -> SignalTold:
        id, version, values = found["id"], found["version"], self._values(found["values"], row.channel)
        if id.startswith(MODEL):
            return self._of_model(found, values, row.channel, language)
        rule = self._rule(id, version)
        # Texts stand shortened in the ledger; the event itself still has them whole.
        whole = {
            name: row.values.get(name, value) if name in schema.by_name else value
            for name, value in values.items()
        }
        condition = self._taken.apart(row.channel, rule.when) if rule else None
        comparisons = condition.told(whole, hit=True) if condition else []
        for each in comparisons:
            if each.name in schema.by_name:
                each.value = shown(schema.by_name[each.name], each.value, clear)
        told = {
            name: shown(schema.by_name[name], value, clear) if name in schema.by_name else value
            for name, value in whole.items()
        }
        words = "" if rule is None else rule.zh if language == "zh" else rule.en
        return SignalTold(
            id=id,
            version=version,
            kind="rule",
            group=rule.group if rule else "",
            weight=found["weight"],
            why=fill(words, told, self._vocabularies[row.channel].variables, language),
            type=(rule.fraud_type or None) if rule else None,
            stage=rule.stage if rule else "",
            condition=rule.when if rule else None,
            values=told,
            comparisons=comparisons,
        )

    def _of_model(
        self, found: Mapping[str, Any], values: dict[str, Value], channel: str, language: Language
    ) -> SignalTold:
        models = self._house.desk.engine.core.models.get(channel)
        source = next((each for each in models.sources if each.id == found["id"]), None) if models else None
        words = "" if source is None else source.zh if language == "zh" else source.en
        return SignalTold(
            id=found["id"],
            version=found["version"],
            kind="model",
            group=source.group if source else "model",
            weight=found["weight"],
            why=fill(words, values, self._vocabularies[channel].variables, language),
            type=(source.fraud_type or None) if source else None,
            stage="live",
            condition=None,
            values=values,
            comparisons=[],
        )

    def _model(self, signal: SignalTold, channel: str) -> ModelTold:
        models = self._house.desk.engine.core.models.get(channel)
        score = None
        for found, _ in models.models if models else ():
            if found.model == signal.id and signal.weight < MOST_WEIGHT:
                odds = signal.weight + math.log(found.base_rate / (1 - found.base_rate))
                score = 1 / (1 + math.exp(-odds))
        reasons = [ModelReason(name=name, value=value, share=None) for name, value in signal.values.items()]
        return ModelTold(id=signal.id, version=signal.version, score=score, reasons=reasons)

    def _values(self, values: Mapping[str, Value], channel: str) -> dict[str, Value]:
        """The ledger's values; windows keep flags as 0 and 1."""
        variables = self._vocabularies[channel].variables
        return {
            name: value > 0
            if name in variables and variables[name].type == "flag" and isinstance(value, int | float)
            else value
            for name, value in values.items()
        }

    def _rule(self, id: str, version: int) -> Rule | None:
        try:
            return self._house.desk.engine.core.book.life(id).version(version)
        except XiezhiError:
            return None  # of an older version of the knowledge

    def _groups(self, signals: list[SignalTold]) -> list[GroupSum]:
        sums: dict[str, float] = {}
        for each in signals:
            sums[each.group] = sums.get(each.group, 0.0) + each.weight
        known = self._house.knowledge.groups
        return [
            GroupSum(
                group=id,
                zh=known[id].zh,
                en=known[id].en,
                sum=total,
                cap=known[id].cap,
                counted=min(max(total, -known[id].cap), known[id].cap),
            )
            for id, total in sums.items()
            if id in known
        ]

    def _actions(self, offset: int, schema: EventSchema, clear: bool) -> list[ActionTold]:
        with reading(self._house.database) as connection:
            rows = connection.execute(select(outbox).where(outbox.c.offset == offset)).all()
        field = schema.by_name[schema.subject]
        return [
            ActionTold(
                id=row.id,
                action=row.action,
                target=shown(field, row.target, clear),
                delivered_at=row.delivered_at,
            )
            for row in rows
        ]

    def _truth(self, offset: int) -> Truth | None:
        if self._house.demo is None:
            return None
        with reading(self._house.database) as connection:
            row = connection.execute(select(demo_truth).where(demo_truth.c.offset == offset)).first()
        return None if row is None else Truth(gang=row.gang, role=row.role, type=row.kind)


def _place(found: Placed | None) -> LedgerPlace | None:
    if found is None:
        return None
    return LedgerPlace(
        block_first=found.first, block_last=found.last, head=found.head, position=found.position
    )
