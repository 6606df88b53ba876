"""Rows to be scored by a model: in the order of the file, none left out, no labels asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from xiezhi.detect.models.load import LoadedModel
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.learn.tables import DataFile, text_column
from xiezhi.learn.tasks import Task


def inputs_of(model: LoadedModel, task: Task, data: DataFile) -> tuple[pa.Array | None, Any]:
    """(texts, None) for a model that reads texts, (None, float32[n, F]) for one that reads numbers.

    Raises `XiezhiError` naming the column that is missing.
    """
    if model.reads_texts:
        return text_column(data, task.columns).to_arrow().cast(pa.large_string()), None
    missing = [name for name in model.card.features if name not in data.frame.columns]
    if missing:
        raise XiezhiError(
            f"{data.path}: no column `{missing[0]}`", did_you_mean(missing[0], data.frame.columns)
        )
    numbers = data.frame.select(pl.col(name).cast(pl.Float32, strict=False) for name in model.card.features)
    return None, np.ascontiguousarray(numbers.to_numpy(), np.float32)
