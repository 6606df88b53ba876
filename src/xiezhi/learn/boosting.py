"""Boosted trees: fitted by CatBoost, exported to the flat arrays that `detect.models.forest` evaluates."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from xiezhi.detect.models.forest import DEEPEST, MOST_BORDERS, NEVER, Forest
from xiezhi.domain.errors import XiezhiError

Matrix = npt.NDArray[np.float32]

TREES: Final = 300
DEPTH: Final = 6
LEARNING_RATE: Final = 0.06


def fit_forest(
    matrix: Matrix,
    classes: npt.NDArray[np.int64],
    count: int,
    seed: int = 0,
    trees: int = TREES,
    depth: int = DEPTH,
) -> Forest:
    """Fit trees to float32[n, F] and class numbers int64[n] in 0..count-1; NaN is a missing value.

    Two classes give one output (the log-odds of class 1), more give one per class (a softmax's inputs).
    The same seed and data give the same trees. Columns without a value or with one value only are left
    to themselves: no tree asks for them.
    """
    booster = fit_catboost(matrix, classes, count, seed, trees, depth)
    return export_forest(booster, matrix.shape[1])


def fit_catboost(
    matrix: Matrix,
    classes: npt.NDArray[np.int64],
    count: int,
    seed: int,
    trees: int = TREES,
    depth: int = DEPTH,
) -> Any:
    """The CatBoost model itself, as `fit_forest` fits it (for comparisons)."""
    from catboost import CatBoostClassifier

    if len(np.unique(classes)) < 2:
        raise XiezhiError("the rows to learn from are all of one class", "give rows of at least two labels")
    many = {"loss_function": "MultiClass", "classes_count": count, "boost_from_average": False}
    booster = CatBoostClassifier(
        iterations=trees, depth=depth, learning_rate=LEARNING_RATE, l2_leaf_reg=3.0, border_count=128,
        bootstrap_type="Bernoulli", subsample=0.8, random_seed=seed, verbose=False, allow_writing_files=False,
        **(many if count > 2 else {"loss_function": "Logloss", "rsm": 0.8}),
    )  # fmt: skip
    booster.fit(np.ascontiguousarray(matrix), classes)
    return booster


def export_forest(booster: Any, features: int) -> Forest:
    """Flat arrays of a fitted CatBoost model over `features` numeric columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        booster.save_model(str(path), format="json")
        model = json.loads(path.read_text("utf-8"))
    return _forest(model, features)


def _forest(model: dict[str, Any], features: int) -> Forest:
    # a tree that found nothing to ask has no splits at all
    trees = [tree | {"splits": tree["splits"] or []} for tree in model["oblivious_trees"]]
    used: list[set[float]] = [set() for _ in range(features)]
    for tree in trees:
        for split in tree["splits"]:
            used[split["float_feature_index"]].add(float(np.float32(split["border"])))
    borders = [sorted(found) for found in used]
    scale, bias = model["scale_and_bias"]
    depth = max((len(tree["splits"]) for tree in trees), default=0)
    outputs = len(bias)
    if depth > DEEPEST or max(map(len, borders)) > MOST_BORDERS:
        raise XiezhiError("the trees are too deep or too finely split", f"use a depth of at most {DEEPEST}")
    shape = (len(trees), max(depth, 1))
    split_features = np.zeros(shape, dtype=np.int32)
    split_bins = np.full(shape, NEVER, dtype=np.uint8)
    leaves = np.zeros((shape[0], outputs, 1 << shape[1]))
    leaf_weights = np.zeros((shape[0], 1 << shape[1]))
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            feature = split["float_feature_index"]
            split_features[number, level] = feature
            split_bins[number, level] = borders[feature].index(float(np.float32(split["border"]))) + 1
        size = 1 << len(tree["splits"])
        leaves[number, :, :size] = np.reshape(tree["leaf_values"], (size, outputs)).T
        leaf_weights[number, :size] = tree["leaf_weights"]
    return Forest(
        borders=np.array([border for found in borders for border in found], dtype=np.float32),
        border_starts=np.concatenate([[0], np.cumsum([len(found) for found in borders])]).astype(np.int64),
        nan_high=_nan_high(model, features),
        split_features=split_features,
        split_bins=split_bins,
        leaves=leaves,
        leaf_weights=leaf_weights,
        scale=float(scale),
        bias=np.array(bias, dtype=np.float64),
    )


def _nan_high(model: dict[str, Any], features: int) -> npt.NDArray[np.uint8]:
    """Where CatBoost takes a missing value as larger than any other (`AsTrue`); else it is the smallest."""
    high = np.zeros(features, dtype=np.uint8)
    for feature in model["features_info"]["float_features"]:
        high[feature["flat_feature_index"]] = feature["nan_value_treatment"] == "AsTrue"
    return high
