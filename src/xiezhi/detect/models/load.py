"""Any trained model by its directory, with one way to ask it: a label, a probability and reasons a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.detect.messages.texts import TextModel
from xiezhi.detect.models.registry import Card, read_model
from xiezhi.detect.models.trees import TreeModel
from xiezhi.domain.errors import XiezhiError


@dataclass(frozen=True, slots=True)
class Scores:
    """Answers for n rows: `probabilities` float64[n, K] over `labels`; `chosen` int64[n] is the likeliest."""

    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float64]
    chosen: npt.NDArray[np.int64]

    def label(self, row: int) -> str:
        """The likeliest label of a row."""
        return self.labels[int(self.chosen[row])]

    def probability(self, row: int) -> float:
        """The calibrated probability of that label."""
        return float(self.probabilities[row, self.chosen[row]])


@dataclass(frozen=True)
class LoadedModel:
    """A model of either kind with its card."""

    card: Card
    model: TreeModel | TextModel

    @property
    def reads_texts(self) -> bool:
        """Whether rows are texts (else rows of numbers)."""
        return isinstance(self.model, TextModel)

    def score_texts(self, texts: Sequence[str | None] | pa.Array) -> Scores:
        """Scores of n texts; a missing one counts as empty."""
        if not isinstance(self.model, TextModel):
            raise XiezhiError(
                f"model {self.card.name} reads columns of numbers, not texts", "give it a table"
            )
        array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
        return _scores(self.card.labels, self.model.probabilities(array))

    def score_matrix(self, matrix: npt.NDArray[np.float32]) -> Scores:
        """Scores of float32[n, F] with the columns of `card.features`; NaN is a missing value."""
        if not isinstance(self.model, TreeModel):
            raise XiezhiError(
                f"model {self.card.name} reads texts, not columns of numbers", "give it a text column"
            )
        return _scores(self.card.labels, self.model.probabilities(matrix))

    def text_reasons(self, text: str, label: str, top: int = 5) -> list[tuple[str, float]]:
        """The n-grams of a text that speak most for a label, with what they add to its score."""
        if not isinstance(self.model, TextModel):
            raise XiezhiError(
                f"model {self.card.name} reads columns of numbers, not texts", "give it a table"
            )
        return self.model.reasons(text, label, top)

    def matrix_reasons(
        self, matrix: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], top: int = 5
    ) -> list[list[tuple[str, float]]]:
        """For each of the given rows what moved its likeliest label's score most, strongest first."""
        if not isinstance(self.model, TreeModel):
            raise XiezhiError(
                f"model {self.card.name} reads texts, not columns of numbers", "give it a text column"
            )
        classes = self.score_matrix(matrix[rows]).chosen
        found = self.model.reasons(matrix, rows, top, classes)
        return [[(reason.feature, reason.contribution) for reason in reasons] for reasons in found]


def load_model(folder: Path) -> LoadedModel:
    """Read a model directory of either kind; raises `XiezhiError` when it is missing or damaged."""
    card, arrays = read_model(Path(folder))
    if card.kind == TreeModel.kind:
        return LoadedModel(card, TreeModel.of(card, arrays))
    if card.kind == TextModel.kind:
        return LoadedModel(card, TextModel.of(card, arrays))
    raise XiezhiError(
        f"{folder}: is a model of unknown kind `{card.kind}`", "use the version of Xiezhi that wrote it"
    )


def _scores(labels: tuple[str, ...], probabilities: npt.NDArray[np.float64]) -> Scores:
    chosen = probabilities.argmax(axis=1) if len(probabilities) else np.zeros(0, dtype=np.int64)
    return Scores(labels, probabilities, chosen.astype(np.int64))
