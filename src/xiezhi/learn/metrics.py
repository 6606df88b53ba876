"""How good predictions are, in the figures that papers and cards give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Classes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Figures = dict[str, Any]
"""`rows`, `accuracy`, `macro_f1`, `classes` (label -> precision, recall, f1, rows) and, for two classes,
`auc` and `brier`."""


def measure(truth: Classes, probabilities: Floats, labels: Sequence[str]) -> Figures:
    """Figures for class numbers int64[n] and probabilities float64[n, K].

    The likeliest class is the predicted one. The macro mean is over the classes that occur in the truth.
    """
    chosen = probabilities.argmax(axis=1)
    classes = {label: _one_class(truth == k, chosen == k) for k, label in enumerate(labels)}
    f1 = [figures["f1"] for figures in classes.values() if figures["rows"]]
    found: Figures = {
        "rows": len(truth),
        "accuracy": float((chosen == truth).mean()),
        "macro_f1": float(np.mean(f1)),
        "classes": classes,
    }
    if len(labels) == 2:
        found["auc"] = area_under_curve(truth == 1, probabilities[:, 1])
        found["brier"] = float(np.mean((probabilities[:, 1] - (truth == 1)) ** 2))
    return found


def area_under_curve(positive: npt.NDArray[np.bool_], scores: Floats) -> float | None:
    """Chance that a positive row scores above a negative one, ties counting half (Mann and Whitney 1947);
    None where one of the two is missing."""
    count = int(positive.sum())
    if count in (0, len(positive)):
        return None
    _, inverse, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    ranks = (last - (sizes - 1) / 2)[inverse]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(positive) - count)))


def summarise(figures: Sequence[Figures]) -> Figures:
    """Mean and spread (standard deviation) of the single figures over repetitions; classes by their means."""
    found: Figures = {"rows": figures[0]["rows"], "repetitions": len(figures), "spread": {}}
    for name in ("accuracy", "macro_f1", "auc", "brier"):
        values = [one[name] for one in figures if one.get(name) is not None]
        if values:
            found[name] = float(np.mean(values))
            found["spread"][name] = float(np.std(values))
    found["classes"] = {
        label: {name: float(np.mean([one["classes"][label][name] for one in figures])) for name in first}
        for label, first in figures[0]["classes"].items()
    }
    return found


def resampled_spread(
    truth: Classes, probabilities: Floats, labels: Sequence[str], seeds: int = 20
) -> dict[str, float]:
    """Standard deviation of the single figures over bootstrap samples of the rows (Efron 1979)."""
    random = np.random.default_rng(0)
    samples = []
    for _ in range(seeds):
        rows = random.integers(0, len(truth), len(truth))
        samples.append(measure(truth[rows], probabilities[rows], labels))
    spread: dict[str, float] = summarise(samples)["spread"]
    return spread


def _one_class(truth: npt.NDArray[np.bool_], chosen: npt.NDArray[np.bool_]) -> Figures:
    right = int((truth & chosen).sum())
    precision = right / max(int(chosen.sum()), 1)
    recall = right / max(int(truth.sum()), 1)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "rows": int(truth.sum())}
