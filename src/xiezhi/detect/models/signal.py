"""A model's word as a signal beside those of the rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiezhi.detect.models.trees import TreeModel
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.verdicts import Signal


@dataclass(frozen=True, slots=True)
class ModelSignal:
    """When and how loudly a model speaks.

    It speaks on events whose calibrated probability is at least `floor`. Its weight is what it moved the
    log-odds away from `base_rate`, the share of fraud it was trained on, at least 0 and at most `cap`.
    """

    model: str
    fraud_type: str
    base_rate: float
    floor: float = 0.5
    cap: float = 4.0
    group: str = "model"

    def __post_init__(self) -> None:
        if not (0 < self.base_rate < 1 and 0 <= self.floor < 1 and self.cap > 0):
            cure = "give base_rate and floor as probabilities (0.02 for 2 %) and a cap above 0"
            raise XiezhiError(f"model signal {self.model}: a setting is out of its range", cure)

    def weights(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Log-odds weights float64[n] for probabilities float64[n]; 0 where the model keeps silent."""
        shift = np.log(probabilities / (1 - probabilities)) - np.log(self.base_rate / (1 - self.base_rate))
        return np.where(probabilities >= self.floor, np.clip(shift, 0.0, self.cap), 0.0)

    def signal(self, model: TreeModel, matrix: npt.NDArray[np.float32], row: int, weight: float) -> Signal:
        """The signal for one row on which the model speaks, with the values that moved it most."""
        reasons = model.reasons(matrix, np.array([row], dtype=np.int64))[0]
        values: dict[str, float | bool | str | None] = {reason.feature: reason.value for reason in reasons}
        return Signal(self.model, model.card.version, weight, self.group, self.fraud_type, values)
