"""Figures against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support, roc_auc_score

from xiezhi.learn.metrics import area_under_curve, measure, resampled_spread, summarise


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_figures_of_three_classes(pairs: list[tuple[int, int]]) -> None:
    truth, chosen = (np.array(column) for column in zip(*pairs, strict=True))
    figures = measure(truth, np.eye(3)[chosen], ("a", "b", "c"))
    assert figures["accuracy"] == accuracy_score(truth, chosen)
    present = sorted(set(truth.tolist()))
    expected = f1_score(truth, chosen, labels=present, average="macro", zero_division=0)
    assert figures["macro_f1"] == pytest.approx(expected)
    each = precision_recall_fscore_support(truth, chosen, labels=[0, 1, 2], zero_division=0)
    for k, label in enumerate("abc"):
        one = figures["classes"][label]
        assert (one["precision"], one["recall"], one["f1"], one["rows"]) == pytest.approx(
            [part[k] for part in each]
        )


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=50))
def test_area_under_curve(pairs: list[tuple[bool, int]]) -> None:
    positive = np.array([one for one, _ in pairs])
    scores = np.array([float(score) for _, score in pairs])
    found = area_under_curve(positive, scores)
    if positive.all() or not positive.any():
        assert found is None
    else:
        assert found == pytest.approx(roc_auc_score(positive, scores))


def test_summary_has_mean_and_spread() -> None:
    truth = np.array([0, 1, 1, 0])
    good = measure(truth, np.array([[1.0, 0], [0, 1], [0, 1], [1, 0]]), ("no", "yes"))
    bad = measure(truth, np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]]), ("no", "yes"))
    found = summarise([good, bad])
    assert found["accuracy"] == pytest.approx(0.75)
    assert found["spread"]["accuracy"] == pytest.approx(0.25)
    assert found["repetitions"] == 2
    spread = resampled_spread(truth, np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]]), ("no", "yes"))
    assert spread["accuracy"] > 0
