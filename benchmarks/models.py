"""How fast models are, with ratios to the libraries they are measured against in the same run.

    python benchmarks/models.py [--rows N] [--data DIR]

One core for everybody: Numba's kernels run on one thread, the libraries are told to use one. Each figure is
the median of five runs. LightGBM is no dependency: where absent it is skipped.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from xiezhi.detect.messages.content import TextContent, shipped_message_model
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.patterns import TextPatterns, shipped_patterns
from xiezhi.detect.messages.symbols import message_symbols
from xiezhi.detect.messages.texts import views_of
from xiezhi.learn.boosting import export_forest, fit_catboost
from xiezhi.learn.notices import service_notices

FEATURES, TREES, DEPTH = 50, 300, 6


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Median wall time of one run, after one to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def each(work: Callable[[], object], calls: int) -> float:
    """Median wall time of one call among many."""
    return seconds(lambda: [work() for _ in range(calls)]) / calls


def show(what: str, figure: str, against: str = "") -> None:
    print(f"  {what:<44}{figure:>20}  {against}", flush=True)


def trees(rows: int) -> None:
    print(f"boosted trees: {TREES} trees of depth {DEPTH}, {FEATURES} features, one tenth missing, one core")
    random = np.random.default_rng(0)
    matrix = random.normal(size=(20_000, FEATURES)).astype(np.float32)
    classes = (matrix[:, 0] + matrix[:, 1] * matrix[:, 2] + random.normal(size=20_000) * 0.5 > 0.3).astype(
        np.int64
    )
    matrix[random.random(matrix.shape) < 0.1] = np.nan
    booster = fit_catboost(matrix, classes, 2, seed=0, trees=TREES, depth=DEPTH)
    forest = export_forest(booster, FEATURES)
    many = np.resize(matrix, (rows, FEATURES))
    one = many[:1].copy()

    batch = seconds(lambda: forest.sums(many))
    single = each(lambda: forest.sums(one), 2000)
    show("this kernel, batch", f"{rows / batch / 1e6:.2f} M rows/s")
    show("this kernel, single row", f"{single * 1e6:.1f} us")
    raw = {"prediction_type": "RawFormulaVal", "thread_count": 1}
    other = seconds(lambda: booster.predict(many, **raw))
    show("CatBoost, batch", f"{rows / other / 1e6:.2f} M rows/s", f"{other / batch:.1f} times slower")
    other = each(lambda: booster.predict(one, **raw), 300)
    show("CatBoost, single row", f"{other * 1e6:.1f} us", f"{other / single:.1f} times slower")
    difference = np.abs(forest.sums(many)[:, 0] - booster.predict(many, **raw)).max()
    show("largest difference from CatBoost", f"{difference:.1e}")
    lightgbm(matrix, classes, many, one, batch, single)


def lightgbm(
    matrix: np.ndarray, classes: np.ndarray, many: np.ndarray, one: np.ndarray, batch: float, single: float
) -> None:
    try:
        import lightgbm as library
    except ImportError:
        show("LightGBM", "skipped", "not installed")
        return
    settings = {"objective": "binary", "num_leaves": 2**DEPTH, "verbose": -1, "num_threads": 1}
    booster = library.train(settings, library.Dataset(matrix, classes), num_boost_round=TREES)
    part = many[: len(many) // 10]
    other = seconds(lambda: booster.predict(part, num_threads=1), runs=3) * len(many) / len(part)
    show("LightGBM, batch", f"{len(many) / other / 1e6:.2f} M rows/s", f"{other / batch:.1f} times slower")
    other = each(lambda: booster.predict(one, num_threads=1), 300)
    show("LightGBM, single row", f"{other * 1e6:.1f} us", f"{other / single:.1f} times slower")


def texts(data: Path | None) -> None:
    corpora = {"service notices": service_notices() * 25}
    for name in ("nus-sms-zh", "zh-sms-spam", "fbs-sms"):
        if data is not None and (data / name / "data.csv").is_file():
            corpora[name] = pl.read_csv(data / name / "data.csv")["text"].drop_nulls().to_list()
        else:
            print(f"{name}: skipped, not there")
    for name, found in corpora.items():
        messages(name, found)


def messages(name: str, raw: list[str]) -> None:
    length = sum(map(len, raw)) / len(raw)
    print(f"messages: {name}, {len(raw):,} texts of {length:.0f} characters, one core")
    column = pa.array(raw, pa.string())
    batches = [
        pa.RecordBatch.from_pydict({"text": column.slice(at, 4096)}) for at in range(0, len(raw), 4096)
    ]
    model = shipped_message_model().linear
    normal = [normalise(batch.column("text")) for batch in batches]
    views = [views_of(shipped_message_model().card.preparation, batch) for batch in normal]

    def rate(work: Callable[[], object]) -> str:
        return f"{len(raw) / seconds(work) / 1e6:.2f} M texts/s"

    show("normal form", rate(lambda: [normalise(batch.column("text")) for batch in batches]))
    show("symbols", rate(lambda: [message_symbols(batch) for batch in normal]))
    show("all views of a trained model", rate(lambda: [views_of("message", batch) for batch in normal]))
    show("character model, 16 classes", rate(lambda: [model.probabilities(batch) for batch in views]))
    whole = [normalise(batch.column("text")) for batch in batches]
    show("all three", rate(lambda: [_probabilities(batch) for batch in batches]))
    show("patterns", rate(lambda: [shipped_patterns().counts(batch) for batch in whole]))
    content, patterns = TextContent(), TextPatterns()
    show(
        "both detectors",
        rate(lambda: [(content.run("message", b), patterns.run("message", b)) for b in batches]),
    )
    one = batches[0].slice(0, 1)
    show(
        "both detectors, single text",
        f"{each(lambda: (content.run('message', one), patterns.run('message', one)), 500) * 1e6:.1f} us",
    )


def _probabilities(batch: pa.RecordBatch) -> np.ndarray:
    return shipped_message_model().probabilities(batch.column("text"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    given = parser.parse_args()
    trees(given.rows)
    texts(given.data)


if __name__ == "__main__":
    main()
