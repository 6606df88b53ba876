"""The forest kernel against CatBoost itself, alone against in company, and its reasons."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xiezhi.detect.models.calibration import Calibration
from xiezhi.detect.models.forest import BLOCK
from xiezhi.detect.models.registry import write_model
from xiezhi.detect.models.trees import TreeModel
from xiezhi.domain.errors import XiezhiError
from xiezhi.learn.boosting import export_forest, fit_catboost, fit_forest
from xiezhi.learn.cards import new_card

FEATURES = 6
NAMES = tuple(f"feature.{number}" for number in range(FEATURES))


def rows_and_classes(count: int, classes: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    random = np.random.default_rng(1)
    matrix = random.normal(size=(count, FEATURES)).astype(np.float32)
    matrix[:, 1] = np.round(matrix[:, 1] * 2)  # many rows lie on a border
    score = np.nan_to_num(matrix[:, 0]) + matrix[:, 1] * matrix[:, 2] + random.normal(size=count) * 0.3
    matrix[random.random(matrix.shape) < 0.1] = np.nan
    matrix[:, 5] = np.nan_to_num(matrix[:, 5])  # never missing in training
    return matrix, np.digitize(score, np.linspace(-0.5, 0.8, classes - 1)).astype(np.int64)


@pytest.fixture(scope="module")
def boosters():
    found = {}
    for classes in (2, 4):
        matrix, labels = rows_and_classes(1500, classes)
        found[classes] = fit_catboost(matrix, labels, classes, seed=0, trees=40, depth=5), matrix
    return found


@pytest.fixture(scope="module")
def model(boosters) -> TreeModel:
    booster, _ = boosters[2]
    beta = Calibration("beta", np.array([0.9, 1.1, 0.1]), np.zeros(0))
    card = new_card(
        "calls", TreeModel.kind, "call", ("normal", "fraud"), (), split="none", scores={}, features=NAMES
    )
    return TreeModel(replace(card, calibration="beta"), export_forest(booster, FEATURES), beta, 1.0)


@np.errstate(over="ignore", invalid="ignore")
def hard_rows(matrix: npt.NDArray[np.float32], borders: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows with missing values in every column, infinities, and values on and beside the borders."""
    on_border = np.resize(borders, (len(borders), FEATURES)).astype(np.float32)
    beside = np.where(np.abs(on_border) < 1e30, on_border + np.abs(np.spacing(on_border)), on_border)
    special = np.full((3, FEATURES), np.nan, dtype=np.float32)
    special[1:] = [[np.inf], [-np.inf]]
    return np.concatenate([matrix, on_border, beside, special])


@pytest.mark.parametrize("classes", [2, 4])
def test_sums_are_those_of_catboost(boosters, classes: int) -> None:
    booster, matrix = boosters[classes]
    forest = export_forest(booster, FEATURES)
    rows = hard_rows(matrix, forest.borders)
    expected = booster.predict(rows, prediction_type="RawFormulaVal").reshape(len(rows), -1)
    np.testing.assert_allclose(forest.sums(rows), expected, rtol=0, atol=1e-9)


def test_missing_values_above_all_borders_as_in_training() -> None:
    from catboost import CatBoostClassifier

    matrix, classes = rows_and_classes(800, 2)
    booster = CatBoostClassifier(
        iterations=20, depth=4, nan_mode="Max", verbose=False, allow_writing_files=False
    )
    booster.fit(matrix, classes)
    forest = export_forest(booster, FEATURES)
    assert forest.nan_high[:5].all()
    rows = hard_rows(matrix, forest.borders)[:, :]
    rows[:, 5] = np.nan_to_num(rows[:, 5], posinf=9, neginf=-9)
    expected = booster.predict(rows, prediction_type="RawFormulaVal")
    np.testing.assert_allclose(forest.sums(rows)[:, 0], expected, rtol=0, atol=1e-9)


def test_column_never_seen_missing_may_be_missing_later(boosters) -> None:
    booster, matrix = boosters[2]
    rows = matrix[:200].copy()
    rows[:, 5] = np.nan
    expected = booster.predict(rows, prediction_type="RawFormulaVal")
    np.testing.assert_allclose(export_forest(booster, FEATURES).sums(rows)[:, 0], expected, rtol=0, atol=1e-9)


single = st.one_of(st.floats(-4, 4, width=32), st.just(float("nan")), st.floats(width=32))


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 2 * BLOCK + 3), st.just(FEATURES)), elements=single, fill=single
    )
)
def test_a_row_alone_has_the_bits_it_has_in_company(
    model: TreeModel, matrix: npt.NDArray[np.float32]
) -> None:
    together = model.probabilities(matrix)
    logits = model.logits(matrix)
    for row in range(len(matrix)):
        assert model.probabilities(matrix[row : row + 1]).tobytes() == together[row : row + 1].tobytes()
        assert model.logits(matrix[row : row + 1]).tobytes() == logits[row : row + 1].tobytes()


def test_order_of_rows_and_empty_batches(model: TreeModel) -> None:
    matrix, _ = rows_and_classes(500, 2)
    order = np.random.default_rng(3).permutation(len(matrix))
    assert model.logits(matrix[order]).tobytes() == model.logits(matrix)[order].tobytes()
    assert model.probabilities(matrix[:0]).shape == (0, 2)


@pytest.mark.parametrize("classes", [2, 4])
def test_contributions_lead_from_the_base_to_the_score(boosters, classes: int) -> None:
    booster, matrix = boosters[classes]
    labels = tuple(f"label{number}" for number in range(classes))
    card = new_card("calls", TreeModel.kind, "", labels, (), split="none", scores={}, features=NAMES)
    found = TreeModel(card, export_forest(booster, FEATURES), None, 1.0)
    rows = np.arange(0, 300, 7, dtype=np.int64)
    chosen = np.full(len(rows), classes - 1)
    reasons = found.reasons(matrix, rows, top=FEATURES, classes=chosen)
    logits = found.logits(matrix[rows])
    wanted = logits if classes == 2 else logits[:, classes - 1]
    base = found.base[0 if classes == 2 else classes - 1]
    for row, score in enumerate(wanted):
        assert sum(reason.contribution for reason in reasons[row]) == pytest.approx(score - base, abs=1e-9)


def test_reasons_name_the_features_that_matter(model: TreeModel) -> None:
    matrix, _ = rows_and_classes(400, 2)
    top = [reasons[0].feature for reasons in model.reasons(matrix, np.arange(400, dtype=np.int64), top=1)]
    assert set(top) <= {"feature.0", "feature.1", "feature.2"}
    strongest = model.reasons(matrix, np.array([5], dtype=np.int64), top=3)[0]
    sizes = [abs(reason.contribution) for reason in strongest]
    assert sizes == sorted(sizes, reverse=True)
    value = matrix[5, NAMES.index(strongest[0].feature)]
    assert strongest[0].value == value or np.isnan(value)


def test_saved_and_loaded_models_agree(model: TreeModel, tmp_path: Path) -> None:
    matrix, _ = rows_and_classes(300, 2)
    write_model(tmp_path, model.card, model.arrays())
    loaded = TreeModel.load(tmp_path)
    assert loaded.features == NAMES
    assert loaded.probabilities(matrix).tobytes() == model.probabilities(matrix).tobytes()


def test_same_seed_same_trees() -> None:
    matrix, classes = rows_and_classes(400, 2)
    first, second = (fit_forest(matrix, classes, 2, seed=5, trees=10) for _ in range(2))
    assert first.sums(matrix).tobytes() == second.sums(matrix).tobytes()


def test_wrong_width_and_foreign_weights_are_refused(model: TreeModel, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected \[n, 6\]"):
        model.logits(np.zeros((2, FEATURES + 1), dtype=np.float32))
    card = new_card("calls", TreeModel.kind, "", ("a", "b"), (), split="", scores={}, features=("one", "two"))
    write_model(tmp_path, card, model.arrays())
    with pytest.raises(XiezhiError, match="do not fit together"):
        TreeModel.load(tmp_path)
    write_model(tmp_path, replace(model.card, calibration="spline"), model.arrays())
    with pytest.raises(XiezhiError, match="unknown calibration `spline`"):
        TreeModel.load(tmp_path)
