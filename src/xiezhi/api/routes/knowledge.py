"""What the house knows as data: fraud types, channels, and the words that rules can use."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import TheHouse
from xiezhi.api.events.shapes import Named
from xiezhi.api.function_words import ZH
from xiezhi.api.problems import Refusal, answers
from xiezhi.decide.language.functions import FUNCTIONS

router = APIRouter(prefix="/v1", tags=["knowledge"])

Anybody = Annotated[Caller, Depends(need())]
RuleReader = Annotated[Caller, Depends(need("rules.read"))]


class FraudTypeTold(Named):
    """One kind of fraud."""

    id: str
    group: str
    line: Named = Field(description="what it is, in one line")


class FraudTypes(BaseModel):
    """All kinds of fraud."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": "impersonation.police",
                        "group": "impersonation",
                        "zh": "冒充公检法",
                        "en": "Impersonating police",
                        "line": {"zh": "冒充公安等机关恐吓转账", "en": "threats in the name of the police"},
                    }
                ]
            }
        }
    )
    items: list[FraudTypeTold]


class FieldTold(Named):
    """One field of a channel's events."""

    name: str
    type: str
    kind: str
    unit: str
    required: bool
    sensitivity: str
    masking: str
    values: list[str]


class ChannelTold(Named):
    """One channel of events."""

    name: str
    plural: str
    subject: str = Field(description="the field that decisions are about")
    fields: list[FieldTold]


class Channels(BaseModel):
    """All channels."""

    items: list[ChannelTold]


class VariableTold(Named):
    """A name that rules can read."""

    name: str
    kind: str = Field(description="`number`, `flag` or `text`")
    unit: str


class FunctionTold(Named):
    """A function of the rule language."""

    name: str
    signature: str
    example: str


class ListTold(BaseModel):
    """A list that rules can ask."""

    name: str
    identifiers: list[str]


class VocabularyTold(BaseModel):
    """What the rules of a channel may speak of."""

    variables: list[VariableTold]
    functions: list[FunctionTold]
    lists: list[ListTold]


@router.get("/fraud-types", operation_id="list_fraud_types", responses=answers(), summary="Kinds of fraud")
async def list_fraud_types(caller: Anybody, house: TheHouse) -> FraudTypes:
    """Every kind with its names."""
    return FraudTypes(
        items=[
            FraudTypeTold(
                id=kind.id,
                group=kind.group,
                zh=kind.zh,
                en=kind.en,
                line=Named(zh=kind.note_zh, en=kind.note_en),
            )
            for kind in house.knowledge.taxonomy.kinds.values()
        ]
    )


@router.get(
    "/channels", operation_id="list_channels", responses=answers(), summary="Channels and their fields"
)
async def list_channels(caller: Anybody, house: TheHouse) -> Channels:
    """Every channel with the fields of its events."""
    names = ("name", "type", "kind", "unit", "required", "sensitivity", "masking", "zh", "en")
    return Channels(
        items=[
            ChannelTold(
                name=schema.name,
                plural=schema.plural,
                zh=schema.zh,
                en=schema.en,
                subject=schema.subject,
                fields=[
                    FieldTold(**{name: getattr(field, name) for name in names}, values=list(field.values))
                    for field in schema.fields
                ],
            )
            for schema in house.knowledge.schemas.values()
        ]
    )


@router.get(
    "/vocabulary/{channel}",
    operation_id="read_vocabulary",
    responses=answers(404),
    summary="What rules of a channel can use",
)
async def read_vocabulary(
    caller: RuleReader, house: TheHouse, channel: Annotated[str, Path(max_length=40, examples=["call"])]
) -> VocabularyTold:
    """Variables, functions and lists, as the running engine has them."""
    vocabulary = house.desk.engine.core.vocabularies.get(channel)
    if vocabulary is None:
        known = ", ".join(house.knowledge.schemas)
        raise Refusal(404, f"there is no channel `{channel}`", f"the channels are {known}")
    return VocabularyTold(
        variables=[
            VariableTold(name=each.name, kind=each.type, zh=each.zh, en=each.en, unit=each.unit)
            for each in vocabulary.variables.values()
        ],
        functions=[
            FunctionTold(
                name=each.name,
                signature=each.signature,
                zh=ZH.get(each.name, each.note),
                en=each.note,
                example=each.example,
            )
            for each in FUNCTIONS.values()
        ],
        lists=[ListTold(name=name, identifiers=list(kinds)) for name, kinds in vocabulary.lists.items()],
    )
