"""A trained boosted-tree model: scores, calibrated probabilities and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from xiezhi.detect.models.attribution import Attribution
from xiezhi.detect.models.calibration import KINDS, Calibration, softmax
from xiezhi.detect.models.forest import Forest
from xiezhi.detect.models.registry import Arrays, Card, read_model
from xiezhi.domain.errors import XiezhiError

Matrix = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's part in a score: its value in the row and what it added to the logit."""

    feature: str
    value: float
    contribution: float


@dataclass(frozen=True)
class TreeModel:
    """A forest with its card. Two classes have a `calibration`, more share a softmax `temperature`."""

    kind: ClassVar[str] = "boosted-trees"

    card: Card
    forest: Forest
    calibration: Calibration | None
    temperature: float

    @classmethod
    def load(cls, folder: Path) -> TreeModel:
        """Read a model directory; raises `XiezhiError` when it is missing, damaged or of another kind."""
        card, arrays = read_model(folder, cls.kind)
        return cls.of(card, arrays)

    @classmethod
    def of(cls, card: Card, arrays: Arrays) -> TreeModel:
        """The model of a card and its arrays, after checking that they fit together."""
        parts = {
            name.removeprefix("forest."): array
            for name, array in arrays.items()
            if name.startswith("forest.")
        }
        forest = Forest(**{**parts, "scale": float(parts["scale"])})
        _check(card, forest)
        calibration = None
        if "calibration.x" in arrays:
            kind = next((kind for kind in KINDS if kind == card.calibration), None)
            if kind is None:
                cure = f"use the version of Xiezhi that wrote it; this one knows {', '.join(KINDS)}"
                raise XiezhiError(f"model {card.name}: unknown calibration `{card.calibration}`", cure)
            calibration = Calibration(kind, arrays["calibration.x"], arrays["calibration.y"])
        return cls(card, forest, calibration, float(arrays["temperature"]))

    def arrays(self) -> Arrays:
        """What `of` needs to make the model again."""
        parts = Forest.__dataclass_fields__
        found: Arrays = {f"forest.{name}": np.asarray(getattr(self.forest, name)) for name in parts}
        found["temperature"] = np.float64(self.temperature)
        if self.calibration is not None:
            found |= {"calibration.x": self.calibration.x, "calibration.y": self.calibration.y}
        return found

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the F columns that a matrix must have, in order."""
        return self.card.features

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names, in the order of the columns of `probabilities`."""
        return self.card.labels

    @property
    def binary(self) -> bool:
        """Whether there is one output for two classes."""
        return self.forest.outputs == 1

    def logits(self, matrix: Matrix) -> Floats:
        """Raw scores of float32[n, F] (NaN = missing): float64[n] for two labels, else float64[n, K]."""
        if matrix.ndim != 2 or matrix.shape[1] != len(self.features):
            raise ValueError(f"matrix of shape {matrix.shape}, expected [n, {len(self.features)}]")
        sums = self.forest.sums(np.ascontiguousarray(matrix, dtype=np.float32))
        return sums[:, 0] if self.binary else sums

    def probabilities(self, matrix: Matrix) -> Floats:
        """Calibrated probabilities float64[n, number of labels]; of two labels the second is positive."""
        logits = self.logits(matrix)
        if self.calibration is None:
            shares: Floats = softmax(logits, self.temperature)
            return shares
        positive = self.calibration.apply(logits)
        return np.stack([1.0 - positive, positive], axis=1)

    def reasons(
        self,
        matrix: Matrix,
        rows: npt.NDArray[np.int64],
        top: int = 5,
        classes: npt.NDArray[np.int64] | None = None,
    ) -> list[list[Reason]]:
        """For each of the given rows the features that moved its score most, strongest first.

        With more than two classes the score is that of the row's entry in `classes` (int64[len(rows)]).
        """
        picked = np.ascontiguousarray(matrix[rows], dtype=np.float32)
        outputs = np.zeros(len(rows), dtype=np.int64) if self.binary or classes is None else classes
        shares = self._attribution.contributions(picked)[np.arange(len(rows)), outputs]
        return [self._strongest(values, share, top) for values, share in zip(picked, shares, strict=True)]

    def _strongest(self, values: npt.NDArray[np.float32], shares: Floats, top: int) -> list[Reason]:
        order = np.argsort(-np.abs(shares), kind="stable")[:top]
        return [Reason(self.features[at], float(values[at]), float(shares[at])) for at in order if shares[at]]

    @property
    def base(self) -> Floats:
        """The scores float64[K] from which the contributions of all features lead to a row's logits."""
        return self._attribution.base

    @cached_property
    def _attribution(self) -> Attribution:
        return Attribution(self.forest)


def _check(card: Card, forest: Forest) -> None:
    features = len(forest.border_starts) - 1
    wanted = 1 if len(card.labels) == 2 else len(card.labels)
    fits = (
        features == len(card.features)
        and forest.outputs == wanted
        and forest.split_features.shape == forest.split_bins.shape
        and len(forest.leaves) == len(forest.leaf_weights) == len(forest.split_features)
        and forest.leaves.shape[2] == forest.leaf_weights.shape[1] == 1 << forest.split_features.shape[1]
        and bool((forest.split_features >= 0).all() and (forest.split_features < max(features, 1)).all())
    )
    if not fits:
        cure = "train the model again, or take card.json and weights.npz from the same run"
        raise XiezhiError(f"model {card.name}: card and weights do not fit together", cure)
