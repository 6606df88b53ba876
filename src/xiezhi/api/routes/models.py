"""Models: what each is, how it was measured, and how much it may say."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import House, house
from xiezhi.api.models_shown import ModelFound, models_of
from xiezhi.api.paging import Page
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["models"], responses=answers(400, 413, 503))


class CalibrationShown(BaseModel):
    """How raw scores become probabilities."""

    kind: str = Field(description="`platt`, `beta`, `isotonic`, or `temperature` for several classes")
    curve: list[tuple[float, float]] = Field(
        description="(probability before, after); empty where there is none"
    )


class ModelShown(BaseModel):
    """A model. `weight_cap` is the most that it adds to the score's logit, null for one the engine does not ask."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "model.transfers",
                "channel": "transfer",
                "version": 1,
                "kind": "boosted-trees",
                "active": True,
                "weight_cap": 3.0,
                "speaks_from": 0.5,
                "card": {"task": "transfers", "scores": {"auc": 0.99}, "licence": "…"},
                "calibration": {"kind": "isotonic", "curve": [[0.01, 0.002], [0.99, 0.97]]},
                "shipped": True,
            }
        }
    )
    id: str = Field(description="as it stands in signals")
    channel: str
    version: int
    kind: str
    active: bool = Field(description="whether the engine asks it")
    weight_cap: float | None
    speaks_from: float | None = Field(description="probability from which it is a signal")
    card: dict[str, Any]
    calibration: CalibrationShown
    shipped: bool = Field(description="whether it came with the package")


@router.get("/models", operation_id="list_models", summary="All models")
def list_models(
    caller: Annotated[Caller, Depends(need("models.read"))], house: Annotated[House, Depends(house)]
) -> Page[ModelShown]:
    """By name. A model put into the store's folder is asked from the engine's next start on."""
    return Page(items=[_shown(each) for each in models_of(house)], next=None)


def _shown(found: ModelFound) -> ModelShown:
    card, signal = found.card, found.signal
    return ModelShown(
        id=f"model.{card.name}",
        channel=card.channel,
        version=card.version,
        kind=card.kind,
        active=signal is not None,
        weight_cap=None if signal is None else signal.cap,
        speaks_from=None if signal is None else signal.floor,
        card=found.fields(),
        calibration=CalibrationShown(kind=card.calibration or "none", curve=found.curve()),
        shipped=found.shipped,
    )
