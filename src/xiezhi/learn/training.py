"""From data files to a model directory: read, test on honest splits, calibrate, fit on all rows, write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from xiezhi.detect.messages.linear import LinearModel
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.texts import TextModel, views_of
from xiezhi.detect.models.calibration import Calibration, softmax
from xiezhi.detect.models.registry import Card, write_model
from xiezhi.detect.models.trees import TreeModel
from xiezhi.domain.errors import XiezhiError
from xiezhi.learn.boosting import fit_forest
from xiezhi.learn.calibrating import choose_calibration, fit_temperature
from xiezhi.learn.cards import new_card
from xiezhi.learn.characters import counts_matrix, fit_linear, weighed
from xiezhi.learn.metrics import Figures, measure, summarise
from xiezhi.learn.splits import (
    Split,
    equal_row_groups,
    grouped_splits,
    host_groups,
    near_duplicate_groups,
    time_split,
)
from xiezhi.learn.tables import (
    FeatureProvider,
    NumberRows,
    TextRows,
    classes_of,
    number_rows,
    provided_rows,
    read_data,
    text_rows,
)
from xiezhi.learn.tasks import find_task

SEEDS: Final = 3

GROUPED_TEXTS: Final = (
    "five folds a seed, near duplicates (MinHash of three-symbol shingles) kept in one fold"
)
GROUPED_HOSTS: Final = "five folds a seed, addresses of one host kept in one fold"
GROUPED_ROWS: Final = "five folds a seed, equal rows kept in one fold, classes spread evenly"
TIME_ORDERED: Final = "the last fifth in time is tested"

Progress = Callable[[str], None]
Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores float64[n, K] of the rows that were tested in the first repetition (class numbers beside
    them, in row order), and the figures over all repetitions."""

    scores: Floats
    classes: Classes
    figures: Figures


def train(
    task_name: str,
    files: Sequence[Path],
    out: Path,
    label: str | None = None,
    provider: FeatureProvider | None = None,
    seeds: int = SEEDS,
    say: Progress = lambda step: None,
) -> Card:
    """Learn a task from labelled files and write the model directory `out`; returns its card.

    `provider` computes features from event files for tasks of a channel; without one, a table of
    numeric columns is learned as it is. Raises `XiezhiError` for data that cannot be learned from.
    """
    task = find_task(task_name)
    if not files:
        raise XiezhiError("no data file", "give at least one with --data")
    data = [read_data(path) for path in files]
    say(f"{sum(file.frame.height for file in data):,} rows read")
    described = tuple(file.describe() for file in data)
    if task.reads == "texts":
        texts = text_rows(data, task.columns, label)
        model: Any = learn_texts(task.name, task.channel, task.preparation, texts, described, seeds, say)
    else:
        if provider is not None and task.channel:
            rows = provided_rows(provider, task.channel, data, label)
        else:
            rows = number_rows(data, label)
        model = learn_numbers(task.name, task.channel, rows, described, seeds, say)
    return write_model(out, model.card, model.arrays())


def learn_texts(
    name: str,
    channel: str,
    preparation: str,
    rows: TextRows,
    data: tuple[dict[str, Any], ...],
    seeds: int = SEEDS,
    say: Progress = lambda step: None,
) -> TextModel:
    """A character model of labelled texts, with its card."""
    labels, classes = classes_of(rows.labels)
    views = views_of(preparation, normalise(rows.texts))
    counts = counts_matrix(views)
    addresses = preparation == "plain"
    groups = host_groups(rows.texts) if addresses else near_duplicate_groups(views[0])
    say(f"{len(labels)} labels, {len(np.unique(groups)):,} groups of rows")

    def scores(split: Split) -> Floats:
        return _linear_scores(
            fit_linear(counts, split.train, classes[split.train], labels), counts, split.test
        )

    tested = _measured(grouped_splits(classes, groups, seeds), scores, classes, labels, say)
    temperature = fit_temperature(tested.scores, tested.classes)
    linear = fit_linear(counts, np.arange(len(classes)), classes, labels, temperature)
    card = new_card(
        name, TextModel.kind, channel, labels, data, scores=tested.figures,
        split=GROUPED_HOSTS if addresses else GROUPED_TEXTS, calibration="temperature",
        preparation=preparation, notes=rows.notes,
        base_rate=float(classes.mean()) if len(labels) == 2 else None,
    )  # fmt: skip
    return TextModel(card, linear)


def learn_numbers(
    name: str,
    channel: str,
    rows: NumberRows,
    data: tuple[dict[str, Any], ...],
    seeds: int = SEEDS,
    say: Progress = lambda step: None,
) -> TreeModel:
    """Boosted trees over labelled rows of numbers, with their card."""
    labels, classes = classes_of(rows.labels)
    splits: Iterable[Split]
    if rows.in_time_order:
        splits = [time_split(len(classes))]
    else:
        splits = grouped_splits(classes, equal_row_groups(rows.matrix), seeds)
    say(f"{len(labels)} labels, {len(rows.names)} features")

    def scores(split: Split) -> Floats:
        forest = fit_forest(rows.matrix[split.train], classes[split.train], len(labels), split.seed)
        sums = forest.sums(rows.matrix[split.test])
        return np.concatenate([-sums, sums], axis=1) / 2 if forest.outputs == 1 else sums

    tested = _measured(splits, scores, classes, labels, say)
    calibration: Calibration | None = None
    temperature = 1.0
    if len(labels) == 2:
        calibration = choose_calibration(tested.scores[:, 1] - tested.scores[:, 0], tested.classes)
    else:
        temperature = fit_temperature(tested.scores, tested.classes)
    forest = fit_forest(rows.matrix, classes, len(labels))
    card = new_card(
        name, TreeModel.kind, channel, labels, data, features=rows.names, notes=rows.notes,
        split=TIME_ORDERED if rows.in_time_order else GROUPED_ROWS, scores=tested.figures,
        calibration=calibration.kind if calibration else "temperature",
        base_rate=float(classes.mean()) if len(labels) == 2 else None,
    )  # fmt: skip
    return TreeModel(card, forest, calibration, temperature)


def _linear_scores(model: LinearModel, counts: Sequence[Any], rows: Classes) -> Floats:
    """What `LinearModel.scores` gives for some rows, from counts that are at hand already."""
    worth = np.maximum(model.importance, 1).astype(np.float64)
    weights = model.weights[:, : len(model.labels)] * (model.scale / worth[:, None])
    found: Floats = weighed(counts, model.importance, rows) @ weights + model.bias
    return found


def _measured(
    splits: Iterable[Split],
    scores: Callable[[Split], Floats],
    classes: Classes,
    labels: tuple[str, ...],
    say: Progress,
) -> Measured:
    """Fit and test every split; figures are over all tested rows of a seed together."""
    by_seed: dict[int, list[tuple[Classes, Floats]]] = {}
    for number, split in enumerate(splits, 1):
        if len(np.unique(classes[split.train])) < 2:
            raise XiezhiError("too few rows to keep some for testing", "give more rows of every label")
        by_seed.setdefault(split.seed, []).append((split.test, scores(split)))
        say(f"split {number} tested")
    figures = []
    for parts in by_seed.values():
        rows = np.concatenate([tested for tested, _ in parts])
        found = np.concatenate([one for _, one in parts])
        figures.append(measure(classes[rows], softmax(np.ascontiguousarray(found), 1.0), labels))
    rows = np.concatenate([tested for tested, _ in by_seed[0]])
    order = np.argsort(rows, kind="stable")
    found = np.ascontiguousarray(np.concatenate([one for _, one in by_seed[0]])[order])
    return Measured(found, classes[rows[order]], summarise(figures))


def with_card(model: TextModel, **changes: Any) -> TextModel:
    """The same model with parts of its card changed."""
    return TextModel(replace(model.card, **changes), model.linear)
