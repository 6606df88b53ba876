"""A trained character model of texts, from its directory to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.detect.messages.linear import LANES, LinearModel
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.symbols import PREPARATIONS, SymbolTexts
from xiezhi.detect.models.registry import Arrays, Card, read_model
from xiezhi.domain.errors import XiezhiError


@dataclass(frozen=True)
class TextModel:
    """A linear character model with its card."""

    kind: ClassVar[str] = "linear-characters"

    card: Card
    linear: LinearModel

    @classmethod
    def load(cls, folder: Path) -> TextModel:
        """Read a model directory; raises `XiezhiError` when it is missing, damaged or of another kind."""
        card, arrays = read_model(folder, cls.kind)
        return cls.of(card, arrays)

    @classmethod
    def of(cls, card: Card, arrays: Arrays) -> TextModel:
        """The model of a card and its arrays, after checking that they fit together."""
        weights, classes = arrays["weights"], len(card.labels)
        fits = (
            weights.dtype == np.int8
            and weights.ndim == 2
            and weights.shape[1] % LANES == 0
            and weights.shape[1] >= classes
            and len(weights).bit_count() == 1
            and len(arrays["scale"]) == len(arrays["bias"]) == classes
            and card.preparation in PREPARATIONS
        )
        if not fits:
            cure = "train the model again, or take card.json and weights.npz from the same run"
            raise XiezhiError(f"model {card.name}: card and weights do not fit together", cure)
        temperature = float(arrays["temperature"])
        return cls(card, LinearModel(card.labels, weights, arrays["scale"], arrays["bias"], temperature))

    def arrays(self) -> Arrays:
        """What `of` needs to make the model again."""
        linear = self.linear
        temperature = np.float64(linear.temperature)
        return {
            "weights": linear.weights,
            "scale": linear.scale,
            "bias": linear.bias,
            "temperature": temperature,
        }

    def symbols(self, texts: pa.Array) -> SymbolTexts:
        """Texts as the model reads them."""
        return PREPARATIONS[self.card.preparation](normalise(texts))

    def probabilities(self, texts: pa.Array) -> npt.NDArray[np.float64]:
        """Calibrated probabilities float64[n, K] of a string array."""
        return self.linear.probabilities(self.symbols(texts))

    def reasons(self, text: str, label: str, top: int = 5) -> list[tuple[str, float]]:
        """The n-grams of a text that speak most for a label, with what each adds to its score."""
        symbols = self.symbols(pa.array([text], pa.large_string()))
        return self.linear.reasons(symbols, 0, self.card.labels.index(label), top)
