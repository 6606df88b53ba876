"""Model cards (Mitchell et al., "Model Cards for Model Reporting", FAT* 2019): what a model is, learned from
what, how good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from xiezhi.detect.models.registry import Card

OWN_DATA: Final = "as the data it was trained on"


def new_card(
    task: str,
    kind: str,
    channel: str,
    labels: tuple[str, ...],
    data: tuple[dict[str, Any], ...],
    *,
    split: str,
    scores: dict[str, Any],
    features: tuple[str, ...] = (),
    licence: str = OWN_DATA,
    calibration: str = "",
    preparation: str = "",
    notes: tuple[str, ...] = (),
    base_rate: float | None = None,
) -> Card:
    """A card for a model trained just now, named after its task, version 1."""
    return Card(
        name=task,
        version=1,
        kind=kind,
        task=task,
        channel=channel,
        features=features,
        labels=labels,
        data=data,
        licence=licence,
        split=split,
        scores=scores,
        date=datetime.now(UTC).date().isoformat(),
        calibration=calibration,
        preparation=preparation,
        notes=notes,
        base_rate=base_rate,
    )
