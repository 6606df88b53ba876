"""Shapes of calibration: fitted well, applied row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from xiezhi.detect.models.arithmetic import exponential
from xiezhi.detect.models.calibration import KINDS, Calibration, softmax
from xiezhi.learn.calibrating import brier, choose_calibration, fit_calibration, fit_temperature


@njit
def exponentials(values):
    found = np.empty_like(values)
    for row in range(len(values)):
        found[row] = exponential(values[row])
    return found


def skewed(rows: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Scores twice as sure as they should be, with the classes they were drawn from."""
    random = np.random.default_rng(2)
    truth = random.normal(-1.0, 1.5, rows)
    return truth * 2, (random.random(rows) < 1 / (1 + np.exp(-truth))).astype(np.int64)


@settings(deadline=None)
@given(st.lists(st.floats(-700, 700), min_size=1, max_size=20))
def test_exponential_is_the_mathematical_one(values: list[float]) -> None:
    given_values = np.array(values)
    np.testing.assert_allclose(exponentials(given_values), np.exp(given_values), rtol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_improves_the_brier_score(kind) -> None:
    logits, classes = skewed()
    before = brier(1 / (1 + np.exp(-logits[2000:])), classes[2000:])
    fitted = fit_calibration(kind, logits[:2000], classes[:2000])
    assert brier(fitted.apply(logits[2000:]), classes[2000:]) < before - 0.003


@pytest.mark.parametrize("kind", KINDS)
def test_applied_alone_and_together(kind) -> None:
    logits, classes = skewed(600)
    fitted = fit_calibration(kind, logits, classes)
    wide = np.concatenate([logits, [-1e9, 1e9, 0.0, np.inf, -np.inf]])
    together = fitted.apply(wide)
    assert all(fitted.apply(wide[row : row + 1])[0] == together[row] for row in range(len(wide)))
    assert ((together > 0) & (together < 1)).all()
    order = np.argsort(wide, kind="stable")
    assert (np.diff(together[order]) >= 0).all()


def test_chosen_shape_is_the_best_on_the_later_half() -> None:
    logits, classes = skewed()
    chosen = choose_calibration(logits, classes)
    losses = {
        kind: brier(fit_calibration(kind, logits[:2000], classes[:2000]).apply(logits[2000:]), classes[2000:])
        for kind in KINDS
    }
    assert losses[chosen.kind] == min(losses.values())
    assert choose_calibration(logits[:50], classes[:50]).kind == "platt"


def test_isotonic_is_straight_between_knots() -> None:
    shape = Calibration("isotonic", np.array([0.0, 2.0]), np.array([0.2, 0.6]))
    np.testing.assert_allclose(shape.apply(np.array([-1.0, 0.0, 1.0, 2.0, 3.0])), [0.2, 0.2, 0.4, 0.6, 0.6])


def test_temperature_cools_scores_that_are_too_sure() -> None:
    logits, classes = skewed()
    scores = np.column_stack([-logits, logits]) / 2
    assert fit_temperature(scores, classes) == pytest.approx(2.0, rel=0.2)
    shares = softmax(scores, 2.0)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)
