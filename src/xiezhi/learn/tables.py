"""Data files as examples to learn from: rows of numbers, or texts, with their labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean

Matrix: TypeAlias = npt.NDArray[np.float32]
Provided: TypeAlias = tuple[Matrix, tuple[str, ...], Sequence[str]]
FeatureProvider: TypeAlias = Callable[[str, Sequence[Path]], Provided]
"""(channel, event files) -> float32[n, F] in the order of the events, which is that of time; the names of its
columns; and the id of each event. Raises `XiezhiError` for files that hold no events of the channel."""

_TIMES: Final = ("ts", "time", "timestamp", "date", "datetime")
_ROW_NUMBERS: Final = ("", "id", "index", "row", "row_number", "unnamed: 0", "_duplicated_0", "column_1")


@dataclass(frozen=True)
class NumberRows:
    """float32[n, F] with column names and labels; `in_time_order` says that rows come oldest first."""

    matrix: Matrix
    names: tuple[str, ...]
    labels: tuple[str, ...]
    in_time_order: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextRows:
    """n texts (large_string, nothing missing) with labels."""

    texts: pa.Array
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataFile:
    """One data file, read."""

    path: Path
    frame: pl.DataFrame

    def describe(self) -> dict[str, Any]:
        """How a model's card names it: file name, rows and SHA-256."""
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return {"name": self.path.name, "rows": self.frame.height, "digest": digest}


def read_data(path: Path) -> DataFile:
    """A CSV, Parquet or JSONL file by its extension; raises `XiezhiError` when it cannot be read."""
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": _read_csv,
        ".parquet": pl.read_parquet,
        ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
        ".ndjson": lambda path: pl.read_ndjson(path, infer_schema_length=None),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise XiezhiError(f"{path}: unknown kind of file", "give a .csv, .parquet or .jsonl file")
    try:
        return DataFile(path, reader(path))
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise XiezhiError(
            f"{path}: cannot be read: {reason}", "check the path and the file's form"
        ) from error


def _read_csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=None, encoding="utf8-lossy")


def text_rows(files: Sequence[DataFile], columns: Sequence[str], label: str | None) -> TextRows:
    """Texts and labels of files: the first of `columns` a file has, or the turns of a dialogue in its
    list columns `left` and `right`. Rows without text or label are left out and counted in the notes."""
    texts: list[pl.Series] = []
    labels: list[pl.Series] = []
    dropped = 0
    for file in files:
        text = text_column(file, columns)
        given = file.frame[label_column(file, label)].cast(pl.String)
        whole = text.is_not_null() & (text.str.len_bytes() > 0) & given.is_not_null()
        dropped += file.frame.height - int(whole.sum())
        texts.append(text.filter(whole))
        labels.append(given.filter(whole))
    joined = pl.concat(texts).to_arrow().cast(pa.large_string())
    notes = (f"{dropped} rows without text or label left out",) if dropped else ()
    return TextRows(joined, tuple(pl.concat(labels).to_list()), notes)


def text_column(file: DataFile, columns: Sequence[str]) -> pl.Series:
    """A file's texts, one a row: the first of `columns` that it has, or the turns of its dialogues."""
    frame = file.frame
    by_name = {name.strip().lower(): name for name in frame.columns}
    for name in columns:
        if name in by_name and frame[by_name[name]].dtype == pl.String:
            return frame[by_name[name]].alias("text")
    if isinstance(frame.schema.get("left"), pl.List) and isinstance(frame.schema.get("right"), pl.List):
        pairs = zip(frame["left"].to_list(), frame["right"].to_list(), strict=True)
        return pl.Series(
            "text", [_dialogue(left or [], right or []) for left, right in pairs], dtype=pl.String
        )
    cure = f"name the column one of: {', '.join(columns)}"
    raise XiezhiError(f"{file.path}: no text column among {', '.join(frame.columns[:12])}", cure)


def _dialogue(left: Sequence[str], right: Sequence[str]) -> str:
    """The turns of two speakers, left first, each on its line."""
    turns: list[str] = []
    for at in range(max(len(left), len(right))):
        turns.extend((*left[at : at + 1], *right[at : at + 1]))
    return "\n".join(turns)


def number_rows(
    files: Sequence[DataFile], label: str | None, features: Sequence[str] | None = None
) -> NumberRows:
    """Numeric columns and labels of files that share their columns.

    With `features` given exactly those are taken; otherwise every numeric column but the label, the
    time and row numbers (which tell where in a file a row stood, and often its label). Rows are put in the
    order of a time column where there is one.
    """
    _same_columns(files)
    column = label_column(files[0], label)
    frame = pl.concat([file.frame for file in files], how="vertical_relaxed").filter(
        pl.col(column).is_not_null()
    )
    time = next((name for name in frame.columns if name.lower() in _TIMES and name != column), None)
    if time is not None:
        frame = frame.sort(time, maintain_order=True)
    notes: list[str] = []
    if features is None:
        features = [name for name in frame.columns if name not in (column, time)]
        features = _usable(frame, features, notes)
    missing = [name for name in features if name not in frame.columns]
    if missing:
        raise XiezhiError(
            f"{files[0].path}: no column `{missing[0]}`", did_you_mean(missing[0], frame.columns)
        )
    numbers = frame.select(pl.col(name).cast(pl.Float32, strict=False) for name in features)
    matrix = np.ascontiguousarray(numbers.to_numpy(), dtype=np.float32)
    labels = tuple(frame[column].cast(pl.String).to_list())
    return NumberRows(matrix, tuple(features), labels, time is not None, tuple(notes))


def _same_columns(files: Sequence[DataFile]) -> None:
    for file in files[1:]:
        if file.frame.columns != files[0].frame.columns:
            raise XiezhiError(f"{file.path}: other columns than {files[0].path}", "give files of one layout")


def _usable(frame: pl.DataFrame, names: Sequence[str], notes: list[str]) -> list[str]:
    numeric = [name for name in names if frame[name].dtype.is_numeric() or frame[name].dtype == pl.Boolean]
    rows = [name for name in numeric if name.strip().lower() in _ROW_NUMBERS or _counts_up(frame[name])]
    found = [name for name in numeric if name not in rows]
    if rows:
        notes.append(f"row numbers left out: {', '.join(name or '(unnamed)' for name in rows)}")
    if len(numeric) < len(names):
        other = [name for name in names if name not in numeric]
        shown = ", ".join(other[:5]) + (", ..." if len(other) > 5 else "")
        notes.append(f"{len(other)} columns that are not numbers left out: {shown}")
    if not found:
        raise XiezhiError("no column of numbers to learn from", "give a table with numeric columns")
    return found


def _counts_up(column: pl.Series) -> bool:
    """Whether whole numbers rise by one from row to row: a row number."""
    return column.dtype.is_integer() and column.len() > 2 and bool((column.diff().drop_nulls() == 1).all())


def provided_rows(
    provider: FeatureProvider, channel: str, files: Sequence[DataFile], label: str | None
) -> NumberRows:
    """Features that the provider computes from event files, labelled by event id.

    Labels come from the files that have the label column (the events' own, or a file of truth beside
    them); an event that none of them names is honest. Any label but an honest one counts as `fraud`.
    """
    told = [file for file in files if (label or "label") in file.frame.columns]
    events = [file for file in files if file not in told] or list(files)
    matrix, names, ids = provider(channel, [file.path for file in events])
    fraud: set[str] = set()
    for file in told:
        if "id" not in file.frame.columns:
            raise XiezhiError(
                f"{file.path}: labels without the column `id`", "add the id of the event to each row"
            )
        marked = file.frame.filter(~_honest(file.frame[label or "label"]))
        fraud.update(marked["id"].cast(pl.String).to_list())
    if not told:
        label_column(files[0], label)  # says what is missing
    labels = tuple("fraud" if name in fraud else "normal" for name in ids)
    return NumberRows(matrix, names, labels, in_time_order=True)


HONEST: Final = frozenset(
    (
        "",
        "0",
        "0.0",
        "false",
        "no",
        "none",
        "normal",
        "ham",
        "benign",
        "legit",
        "legitimate",
        "honest",
        "negative",
    )
)
"""Labels, in lower case, that say that nothing is wrong."""


def _honest(labels: pl.Series) -> pl.Series:
    return labels.cast(pl.String).fill_null("").str.to_lowercase().is_in(sorted(HONEST))


def label_column(file: DataFile, label: str | None) -> str:
    """The column with the labels: the one asked for, or `label`."""
    wanted = label or "label"
    if wanted in file.frame.columns:
        return wanted
    near = did_you_mean(wanted, file.frame.columns) if file.frame.width else "the file is empty"
    cure = near if label else f"say which column holds it with --label ({near})"
    raise XiezhiError(f"{file.path}: no column `{wanted}`", cure)


def classes_of(labels: Sequence[str]) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Class names and the class number of each row; an honest class comes first, the rest by name."""
    names = tuple(sorted(set(labels), key=lambda name: (name.lower() not in HONEST, name)))
    if len(names) < 2:
        raise XiezhiError(
            f"all rows have the label `{next(iter(names), '')}`", "give rows of at least two labels"
        )
    numbers = {name: number for number, name in enumerate(names)}
    return names, np.array([numbers[label] for label in labels], dtype=np.int64)
