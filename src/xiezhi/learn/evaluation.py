"""How good a model is on labelled files that it is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from xiezhi.detect.models.load import LoadedModel, Scores, load_model
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.learn.metrics import Figures, measure, resampled_spread
from xiezhi.learn.tables import DataFile, FeatureProvider, number_rows, provided_rows, read_data, text_rows
from xiezhi.learn.tasks import Task, find_task

REPORT: Final = "evaluation.json"


def evaluate(
    task_name: str,
    model_dir: Path,
    files: Sequence[Path],
    label: str | None = None,
    out: Path | None = None,
    provider: FeatureProvider | None = None,
) -> Figures:
    """Figures of a model on labelled files, also written as `evaluation.json` (to `out` if given).

    Rows whose label the model does not know count as wrong. A file that the model was trained on is named
    under `trained_on`: figures on it say little.
    """
    task, model = find_task(task_name), load_model(model_dir)
    if model.card.task != task.name:
        cure = f"run `xiezhi evaluate {model.card.task}`, or give a model of the task {task.name}"
        raise XiezhiError(f"{model_dir}: is a model of the task `{model.card.task}`", cure)
    if not files:
        raise XiezhiError("no data file", "give at least one with --data")
    data = [read_data(path) for path in files]
    scores, given = _scored(task, model, data, label, provider)
    figures = _figures(scores, given) | _provenance(model, data)
    target = (out or model_dir) / REPORT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return figures


def _scored(
    task: Task,
    model: LoadedModel,
    data: Sequence[DataFile],
    label: str | None,
    provider: FeatureProvider | None,
) -> tuple[Scores, tuple[str, ...]]:
    """The model's answers and the labels given, row by row."""
    if model.reads_texts:
        texts = text_rows(data, task.columns, label)
        return model.score_texts(texts.texts), texts.labels
    if provider is not None and task.channel:
        rows = provided_rows(provider, task.channel, data, label)
        at = {name: column for column, name in enumerate(rows.names)}
        missing = [name for name in model.card.features if name not in at]
        if missing:
            raise XiezhiError(
                f"no feature `{missing[0]}` on {task.channel} events", did_you_mean(missing[0], at)
            )
        matrix = np.ascontiguousarray(rows.matrix[:, [at[name] for name in model.card.features]])
        return model.score_matrix(matrix), rows.labels
    rows = number_rows(data, label, model.card.features)
    return model.score_matrix(rows.matrix), rows.labels


def _figures(scores: Scores, given: Sequence[str]) -> Figures:
    """Figures over the model's labels and those that only the data have."""
    if not given:
        raise XiezhiError("no row with a label", "give rows with their labels")
    unknown = tuple(sorted(set(given) - set(scores.labels)))
    if len(unknown) == len(set(given)):
        raise XiezhiError(
            f"the labels of the data ({', '.join(unknown[:8])}) are none of the model's",
            f"give data with its labels: {', '.join(scores.labels[:20])}",
        )
    labels = (*scores.labels, *unknown)
    numbers = {name: number for number, name in enumerate(labels)}
    truth = np.array([numbers[name] for name in given], dtype=np.int64)
    probabilities = np.zeros((len(truth), len(labels)))
    probabilities[:, : len(scores.labels)] = scores.probabilities
    figures = measure(truth, probabilities, labels)
    figures["spread"] = resampled_spread(truth, probabilities, labels)
    if unknown:
        figures["unknown_labels"] = list(unknown)
    return figures


def _provenance(model: LoadedModel, data: Sequence[DataFile]) -> dict[str, Any]:
    described = [file.describe() for file in data]
    learned = {entry.get("digest") for entry in model.card.data}
    return {
        "task": model.card.task,
        "model": {"name": model.card.name, "version": model.card.version, "digest": model.card.digest},
        "data": described,
        "split": "all rows of the files; spread over 20 bootstrap samples of them",
        "trained_on": [entry["name"] for entry in described if entry["digest"] in learned],
    }
