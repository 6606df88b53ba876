"""Fitting the shapes of `detect.models.calibration` to held-out scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from xiezhi.detect.models.calibration import KINDS, SMALLEST, Calibration, Kind, softmax

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]

_TEMPERATURES = np.geomspace(0.02, 20.0, 121)
_FEW = 200


def choose_calibration(logits: Floats, classes: Classes) -> Calibration:
    """The shape with the least Brier score for scores float64[n] of rows not learned from, oldest first.

    Each is fitted on the first half and judged on the second; the best is fitted again on all. Below 200
    rows, or where a half has one class only, it is Platt's, which has the fewest parameters.
    """
    half = len(logits) // 2
    halves = (classes[:half], classes[half:])
    if len(logits) < _FEW or any(len(np.unique(part)) < 2 for part in halves):
        return fit_calibration("platt", logits, classes)
    losses = {
        kind: brier(fit_calibration(kind, logits[:half], classes[:half]).apply(logits[half:]), classes[half:])
        for kind in KINDS
    }
    return fit_calibration(min(KINDS, key=losses.__getitem__), logits, classes)


def fit_calibration(kind: Kind, logits: Floats, classes: Classes) -> Calibration:
    """One shape fitted to scores float64[n] and classes 0 or 1."""
    nothing = np.zeros(0)
    if kind == "isotonic":
        return _fit_isotonic(logits, classes)
    if kind == "platt":
        slope, shift = _logistic_fit(logits[:, None], classes)
        return Calibration(kind, np.array([*slope, shift]), nothing)
    ln_p, ln_q = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    slope, shift = _logistic_fit(np.column_stack([ln_p, -ln_q]), classes)
    return Calibration(kind, np.array([*slope, shift]), nothing)


def fit_temperature(scores: Floats, classes: Classes) -> float:
    """The temperature with the least log loss for scores float64[n, K] of rows not learned from."""
    rows = np.arange(len(classes))
    losses = [
        -np.log(np.maximum(softmax(scores, temperature)[rows, classes], SMALLEST)).mean()
        for temperature in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def brier(probabilities: Floats, classes: Classes) -> float:
    """Mean squared error of probabilities of class 1 (Brier 1950)."""
    return float(np.mean((probabilities - classes) ** 2))


def _fit_isotonic(logits: Floats, classes: Classes) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(logits, classes)
    return Calibration(
        "isotonic", fitted.X_thresholds_.astype(np.float64), fitted.y_thresholds_.astype(np.float64)
    )


def _logistic_fit(inputs: Floats, classes: Classes) -> tuple[list[float], float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e4, max_iter=1000).fit(inputs, classes)
    return [float(slope) for slope in fitted.coef_[0]], float(fitted.intercept_[0])
