"""A trained character model of texts, from its directory to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.detect.messages.linear import LANES, LinearModel
from xiezhi.detect.messages.normal import NormalTexts, normalise
from xiezhi.detect.messages.sounds import sound_symbols
from xiezhi.detect.messages.symbols import SymbolTexts, message_symbols, plain_symbols
from xiezhi.detect.models.registry import Arrays, Card, read_model
from xiezhi.domain.errors import XiezhiError

VIEWS: Final = {
    "message": (message_symbols, plain_symbols, sound_symbols),
    "masked": (message_symbols,),
    "report": (message_symbols, plain_symbols),
    "plain": (plain_symbols,),
}
"""The ways in which texts are read, by the name that a model's card gives: short messages that may be disguised,
the same from sources that write details differently (which a plain view would tell apart), longer texts whose writer
hides nothing, and web addresses."""


def views_of(preparation: str, texts: NormalTexts) -> tuple[SymbolTexts, ...]:
    """n texts in every view of a preparation."""
    return tuple(view(texts) for view in VIEWS[preparation])


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
        importance = arrays.get("importance", np.zeros(0, np.uint8))
        fits = (
            weights.dtype == np.int8
            and weights.ndim == 2
            and weights.shape[1] % LANES == 0
            and weights.shape[1] >= classes
            and len(weights).bit_count() == 1
            and len(arrays["scale"]) == len(arrays["bias"]) == classes
            and importance.dtype == np.uint8
            and len(importance) == len(weights)
            and card.preparation in VIEWS
        )
        if not fits:
            cure = "train the model again, or take card.json and weights.npz from the same run"
            raise XiezhiError(f"model {card.name}: card and weights do not fit together", cure)
        temperature = float(arrays["temperature"])
        linear = LinearModel(card.labels, weights, importance, arrays["scale"], arrays["bias"], temperature)
        return cls(card, linear)

    def arrays(self) -> Arrays:
        """What `of` needs to make the model again."""
        linear = self.linear
        temperature = np.float64(linear.temperature)
        return {
            "weights": linear.weights,
            "importance": linear.importance,
            "scale": linear.scale,
            "bias": linear.bias,
            "temperature": temperature,
        }

    def views(self, texts: pa.Array) -> tuple[SymbolTexts, ...]:
        """Texts as the model reads them."""
        return views_of(self.card.preparation, normalise(texts))

    def probabilities(self, texts: pa.Array) -> npt.NDArray[np.float64]:
        """Calibrated probabilities float64[n, K] of a string array."""
        return self.linear.probabilities(self.views(texts))

    def reasons(self, text: str, label: str, top: int = 5) -> list[tuple[str, float]]:
        """The n-grams of a text that speak most for a label, with what each adds to its score in all views that a
        person can read."""
        found: dict[str, float] = {}
        place = self.card.labels.index(label)
        for number, symbols in enumerate(self.views(pa.array([text], pa.large_string()))):
            if VIEWS[self.card.preparation][number] is not sound_symbols:
                for gram, share in self.linear.reasons(symbols, number, 0, place).items():
                    found[gram] = found.get(gram, 0.0) + share
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:top]
