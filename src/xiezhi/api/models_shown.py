"""Models with their cards, and how their scores are turned into probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from xiezhi.api.context import House
from xiezhi.detect.models.registry import Card, find_models, read_card, shipped_root
from xiezhi.detect.models.signal import ModelSignal
from xiezhi.detect.models.trees import TreeModel

POINTS = np.linspace(-8.0, 8.0, 65)
"""Raw scores (log-odds) at which a calibration is shown."""

_NOT_TOLD = ("name", "version", "kind", "channel", "format")


@dataclass(frozen=True, slots=True)
class ModelFound:
    """One model: `cap` and `floor` are None where the engine does not ask it."""

    card: Card
    shipped: bool
    signal: ModelSignal | None
    model: TreeModel | None

    def fields(self) -> dict[str, Any]:
        """The card without what is told beside it."""
        return {name: value for name, value in asdict(self.card).items() if name not in _NOT_TOLD}

    def curve(self) -> list[tuple[float, float]]:
        """(probability before calibration, after it); empty where the model has no calibration of two classes."""
        if self.model is None or self.model.calibration is None:
            return []
        raw = 1.0 / (1.0 + np.exp(-POINTS))
        fitted = self.model.calibration.apply(POINTS)
        return [(float(x), float(y)) for x, y in zip(raw, fitted, strict=True)]


def models_of(house: House) -> Iterator[ModelFound]:
    """Every model that lies in the store or ships with the package; the engine took up its own when it started."""
    acting = {
        signal.model: (signal, model)
        for found in house.desk.engine.core.models.values()
        for signal, model in found.models
    }
    shipped = shipped_root()
    for name, folder in find_models(shipped, house.store.models).items():
        signal, model = acting.get(f"model.{name}", (None, None))
        card = read_card(folder) if model is None else model.card
        yield ModelFound(card, folder.is_relative_to(shipped), signal, model)
