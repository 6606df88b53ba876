"""From scores to probabilities: three shapes, fitted on held-out rows, applied here.

- `platt`: logistic(a x + b) (Platt 1999)
- `beta`: logistic(a ln p - b ln(1 - p) + c) with p = logistic(x) (Kull, Silva Filho and Flach, AISTATS 2017)
- `isotonic`: a rising line through knots (Zadrozny and Elkan, KDD 2002), straight between them
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.detect.models.arithmetic import exponential, logistic

Kind = Literal["platt", "beta", "isotonic"]
KINDS: Final[tuple[Kind, ...]] = ("platt", "beta", "isotonic")

SMALLEST: Final = 1e-6
"""No probability is closer to 0 or 1 than this: no model has seen enough to be surer."""


@dataclass(frozen=True)
class Calibration:
    """One fitted shape. `x` and `y` (float64) are the knots of `isotonic` (x ascending); for the others
    `x` holds the parameters (a, b) or (a, b, c) and `y` is empty."""

    kind: Kind
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]

    def apply(self, logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Probabilities float64[n] of scores float64[n]; each depends on its own score only."""
        found: npt.NDArray[np.float64]
        if self.kind == "isotonic":
            found = _isotonic(logits, self.x, self.y)
        else:
            found = (_beta if self.kind == "beta" else _platt)(logits, self.x)
        return found


@njit(cache=True, nogil=True, inline="always")
def _within(p: float) -> float:
    return min(max(p, SMALLEST), 1.0 - SMALLEST)


@njit(cache=True, nogil=True)
def _platt(logits: Any, parameters: Any) -> Any:
    shares = np.empty(len(logits), dtype=np.float64)
    for row in range(len(logits)):
        shares[row] = _within(logistic(parameters[0] * logits[row] + parameters[1]))
    return shares


@njit(cache=True, nogil=True)
def _beta(logits: Any, parameters: Any) -> Any:
    shares = np.empty(len(logits), dtype=np.float64)
    for row in range(len(logits)):
        x = logits[row]
        # ln logistic(x) = -ln(1 + e^-x), written so that neither end overflows
        low = np.log(1.0 + exponential(-abs(x)))
        ln_p = min(x, 0.0) - low
        ln_q = -max(x, 0.0) - low
        shares[row] = _within(logistic(parameters[0] * ln_p - parameters[1] * ln_q + parameters[2]))
    return shares


@njit(cache=True, nogil=True)
def _isotonic(logits: Any, x: Any, y: Any) -> Any:
    shares = np.empty(len(logits), dtype=np.float64)
    for row in range(len(logits)):
        place = np.searchsorted(x, logits[row], side="right")
        if place == 0:
            shares[row] = _within(y[0])
        elif place == len(x):
            shares[row] = _within(y[-1])
        else:
            part = (logits[row] - x[place - 1]) / (x[place] - x[place - 1])
            shares[row] = _within(y[place - 1] + part * (y[place] - y[place - 1]))
    return shares


@njit(cache=True, nogil=True)
def softmax(scores: Any, temperature: Any) -> Any:
    """Shares float64[n, K] of scores divided by a temperature; each row depends on itself only."""
    rows, classes = scores.shape
    shares = np.empty((rows, classes), dtype=np.float64)
    inverse = 1.0 / temperature
    for row in range(rows):
        highest = scores[row, 0]
        for k in range(1, classes):
            highest = max(highest, scores[row, k])
        total = 0.0
        for k in range(classes):
            shares[row, k] = exponential((scores[row, k] - highest) * inverse)
            total += shares[row, k]
        for k in range(classes):
            shares[row, k] /= total
    return shares
