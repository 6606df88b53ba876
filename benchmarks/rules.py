"""Rules a second: compiled rules beside Polars expressions and one Python function a row, in one run.

    python benchmarks/rules.py [--rows 16384] [--seconds 1.0]

Each rule is a conjunction of three comparisons of window features with constants, over 40 features whose
values are counts with a long tail; up to one event in ten is hit by some rule. Times are medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from xiezhi.decide.compiled import Hits, compile_rules
from xiezhi.decide.language import Vocabulary
from xiezhi.domain.batch import Float64, UInt64
from xiezhi.domain.columns import Column, Variable
from xiezhi.domain.rules import Rule

FEATURES = tuple(f"caller.feature_{index}.1h" for index in range(40))
VOCABULARY = Vocabulary("call", {name: Variable(name, "number", name, name) for name in FEATURES})

Atom = tuple[int, str, int]


class Arrays:
    """A frame over arrays that are there already, as the engine has them."""

    def __init__(self, columns: dict[str, Float64]) -> None:
        self.columns = columns
        self.rows = len(next(iter(columns.values())))

    def column(self, name: str) -> Column:
        return self.columns[name]

    def keys(self, name: str) -> UInt64:
        raise AssertionError("no rule here asks for identifiers")


def atoms_of(count: int) -> list[tuple[Atom, ...]]:
    """Random rules: features, operators and constants."""
    rng = np.random.default_rng(11)
    found: list[tuple[Atom, ...]] = []
    for _ in range(count):
        features = rng.choice(len(FEATURES), 3, replace=False).tolist()
        bounds = rng.integers(20, 400, 2).tolist()
        found.append(
            (
                (features[0], ">=", bounds[0]),
                (features[1], ">", bounds[1]),
                (features[2], "<", int(rng.integers(2, 60))),
            )
        )
    return found


def columns(rows: int) -> dict[str, Float64]:
    """Counts with a long tail."""
    rng = np.random.default_rng(5)
    return {name: np.floor(rng.pareto(1.1, rows) * 2.0) for name in FEATURES}


def text(atoms: tuple[Atom, ...]) -> str:
    """A rule's condition."""
    return " and ".join(f"{FEATURES[feature]} {operator} {bound}" for feature, operator, bound in atoms)


def median_seconds(work: Callable[[], object], seconds: float) -> float:
    """The median time of one run, after a run to warm up."""
    work()
    times: list[float] = []
    started = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - started < seconds:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def ours(rules: list[tuple[Atom, ...]]) -> Callable[[Arrays], Hits]:
    """Compiled by this project."""
    made = [
        Rule(f"call.rule_{at}", "call", text(atoms), 1.0, "behaviour", "", "", "")
        for at, atoms in enumerate(rules)
    ]
    return compile_rules(made, VOCABULARY).evaluate


def polars_work(rules: list[tuple[Atom, ...]], values: dict[str, Float64]) -> Callable[[], object]:
    """One boolean Polars expression a rule, all in one select, and the places where they hold."""
    frame = pl.DataFrame(values)
    expressions = []
    for at, atoms in enumerate(rules):
        parts = [_expression(*atom) for atom in atoms]
        expressions.append((parts[0] & parts[1] & parts[2]).arg_true().implode().alias(f"rule_{at}"))
    return lambda: frame.select(expressions)


def _expression(feature: int, operator: str, bound: int) -> pl.Expr:
    column = pl.col(FEATURES[feature])
    return {">=": column >= bound, ">": column > bound, "<": column < bound}[operator]


def python_work(rules: list[tuple[Atom, ...]], values: dict[str, Float64], rows: int) -> Callable[[], object]:
    """One generated Python function that is called for every row, the fastest form plain Python has."""
    lines = ["def decide(row):", "    hits = []"]
    lines += [f"    f{index} = row[{index}]" for index in range(len(FEATURES))]
    for at, atoms in enumerate(rules):
        condition = " and ".join(f"f{feature} {operator} {bound}" for feature, operator, bound in atoms)
        lines.append(f"    if {condition}: hits.append({at})")
    scope: dict[str, Callable[[tuple[float, ...]], list[int]]] = {}
    exec("\n".join([*lines, "    return hits"]), scope)
    decide = scope["decide"]
    listed = list(zip(*(column[:rows].tolist() for column in values.values()), strict=True))
    return lambda: [decide(row) for row in listed]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=16_384)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    values = columns(given.rows)
    print(f"batches of {given.rows:,} events; thousand events/s, and how many times as fast ours is")
    print(f"{'rules':>6} {'ours':>9} {'Polars':>9} {'':>6} {'Python':>9} {'':>6} {'hit':>7}")
    base = 0.0
    for count in (10, 200, 1_000):
        rules = atoms_of(count)
        evaluate, frame = ours(rules), Arrays(values)
        mine = given.rows / median_seconds(partial(evaluate, frame), given.seconds)
        theirs = given.rows / median_seconds(polars_work(rules, values), given.seconds)
        sample = min(given.rows, 2_000)
        plain = sample / median_seconds(python_work(rules, values, sample), given.seconds)
        base = base or mine
        hit = len({*evaluate(frame).rows.tolist()}) / given.rows
        beside = f"{theirs / 1e3:9,.0f} {mine / theirs:5.1f}x {plain / 1e3:9,.1f} {mine / plain:5.1f}x"
        cost = f"{1e6 / mine:.2f} µs an event, {base / mine:.1f} x the time of 10"
        print(f"{count:6,} {mine / 1e3:9,.0f} {beside} {hit:7.1%}   {cost}")
    print("\nsmall batches, as one HTTP request or a few together make them; median microseconds a batch")
    print(f"{'rules':>6} {'1 event':>9} {'16':>9} {'32':>9}")
    for count in (10, 200, 1_000):
        evaluate = ours(atoms_of(count))
        small = [Arrays(columns(rows)) for rows in (1, 16, 32)]
        times = [median_seconds(partial(evaluate, frame), 0.3) for frame in small]
        print(f"{count:6,} " + " ".join(f"{1e6 * each:9.0f}" for each in times))


if __name__ == "__main__":
    main()
