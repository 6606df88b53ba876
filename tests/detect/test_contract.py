"""Every detector that is found keeps the contract of `xiezhi.detect.base`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.detect.samples import rows
from xiezhi.detect import registry
from xiezhi.detect.base import Detector
from xiezhi.domain.columns import Codes, Column, Variable
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import load_knowledge

SCHEMAS = load_knowledge().schemas
CASES = [
    pytest.param(detector, channel, id=f"{type(detector).__name__}-{channel}")
    for detector in registry.detectors()
    for channel in detector.channels
]
every_detector = pytest.mark.parametrize(("detector", "channel"), CASES)


def plain(column: Column) -> list[object]:
    """A column as a list in which equal values are equal, missing ones too."""
    if isinstance(column, Codes):
        return [column.at(row) for row in range(len(column))]
    return ["missing" if value != value else value for value in column.tolist()]


def checked(detector: Detector, channel: str, table: pa.RecordBatch) -> dict[str, list[object]]:
    """What a detector gives, after checking it against what it declares."""
    given = detector.run(channel, table)
    declared = {variable.name: variable for variable in detector.outputs(channel)}
    assert list(given) == list(declared)
    for name, column in given.items():
        assert len(column) == table.num_rows, name
        match declared[name].type:
            case "number":
                assert isinstance(column, np.ndarray) and column.dtype == np.float64, name
            case "flag":
                assert isinstance(column, np.ndarray) and column.dtype == np.bool_, name
            case "text":
                assert isinstance(column, Codes) and column.codes.dtype == np.int32, name
                assert len(set(column.values)) == len(column.values), name
                assert np.all((column.codes >= -1) & (column.codes < len(column.values))), name
    return {name: plain(column) for name, column in given.items()}


@every_detector
def test_known_channel_and_words_in_both_languages(detector: Detector, channel: str) -> None:
    assert channel in SCHEMAS
    outputs = detector.outputs(channel)
    assert outputs
    for variable in outputs:
        assert variable.zh.strip() and variable.en.strip()
        assert variable.name not in SCHEMAS[channel].by_name


@every_detector
def test_no_rows(detector: Detector, channel: str) -> None:
    given = checked(detector, channel, rows(SCHEMAS[channel], 0, seed=1))
    assert all(values == [] for values in given.values())


@every_detector
def test_nothing_but_nulls(detector: Detector, channel: str) -> None:
    given = checked(detector, channel, rows(SCHEMAS[channel], 9, seed=2, missing=1.1))
    for values in given.values():
        assert len({str(value) for value in values}) == 1  # missing says the same on every row
        assert values[0] is not True


@every_detector
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_batch_gives_what_its_rows_give_alone(detector: Detector, channel: str, missing: float) -> None:
    table = rows(SCHEMAS[channel], 40, seed=3, missing=missing)
    whole = checked(detector, channel, table)
    alone = [checked(detector, channel, table.slice(row, 1)) for row in range(table.num_rows)]
    for name, values in whole.items():
        assert values == [one[name][0] for one in alone], name


@every_detector
def test_order_does_not_matter(detector: Detector, channel: str) -> None:
    table = rows(SCHEMAS[channel], 60, seed=4)
    order = np.random.default_rng(5).permutation(table.num_rows)
    whole = checked(detector, channel, table)
    mixed = checked(detector, channel, table.take(pa.array(order)))
    for name, values in whole.items():
        assert mixed[name] == [values[row] for row in order], name


@every_detector
def test_slices_are_read_from_where_they_begin(detector: Detector, channel: str) -> None:
    table = rows(SCHEMAS[channel], 33, seed=6)
    whole = checked(detector, channel, table)
    part = checked(detector, channel, table.slice(11, 13))
    for name, values in whole.items():
        assert part[name] == values[11:24], name


def test_agreed_variables_are_there() -> None:
    agreed = {
        "call": {"caller.form", "callee.form", "caller.imitates", "ts.hour"},
        "message": {"sender.form", "ts.hour", "text.length", "text.fraud_probability"},
        "visit": {"domain.length", "domain.digit_share", "domain.cheap_suffix", "domain.brand_imitation"},
        "install": {"source.sideloaded", "package.random", "ts.hour"},
        "transfer": {"amount.round", "amount.below_limit", "balance.drained", "ts.hour"},
        "account": {"ts.hour"},
        "sighting": {"ts.hour"},
        "complaint": {"ts.hour"},
    }
    for channel, names in agreed.items():
        assert names <= set(registry.variables_for(channel))


def test_detectors_are_made_once() -> None:
    assert registry.detectors_for("call") is registry.detectors_for("call")
    assert registry.detectors_for("no such channel") == ()


def test_two_detectors_cannot_add_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twin:
        channels = ("twins",)

        def outputs(self, channel: str) -> tuple[Variable, ...]:
            return (Variable("same", "flag", "同", "same"),)

        def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
            return {"same": np.zeros(table.num_rows, dtype=np.bool_)}

    monkeypatch.setattr(registry, "detectors", lambda: (Twin(), Twin()))
    registry.detectors_for.cache_clear()
    with pytest.raises(XiezhiError, match="two detectors add `same` to twins"):
        registry.variables_for("twins")
    registry.detectors_for.cache_clear()
