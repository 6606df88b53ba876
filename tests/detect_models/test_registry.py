"""Models at rest: found by name, refused when damaged."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xiezhi.detect.models.load import load_model
from xiezhi.detect.models.registry import Card, find_models, read_card, read_model, write_model
from xiezhi.detect.models.signal import ModelSignal
from xiezhi.domain.errors import XiezhiError
from xiezhi.learn.cards import new_card

ARRAYS = {"weights": np.arange(6, dtype=np.int8)}


def a_card(name: str = "demo", version: int = 1, kind: str = "other") -> Card:
    return replace(
        new_card(name, kind, "", ("a", "b"), (), split="none", scores={"rows": 1}), version=version
    )


def test_card_and_arrays_come_back(tmp_path: Path) -> None:
    written = write_model(tmp_path, replace(a_card(), roles={"fraud": ("b",)}, base_rate=0.1), ARRAYS)
    card, arrays = read_model(tmp_path)
    assert card == written
    assert card.roles == {"fraud": ("b",)}
    assert arrays["weights"].tolist() == [0, 1, 2, 3, 4, 5]


def test_models_are_found_by_name_and_the_newest_wins(tmp_path: Path) -> None:
    for folder, card in (("x", a_card(version=2)), ("y", a_card(version=1)), ("z", a_card("other"))):
        write_model(tmp_path / "shipped" / folder, card, ARRAYS)
    write_model(tmp_path / "own", a_card(version=1), ARRAYS)
    assert find_models(tmp_path / "shipped") == {
        "demo": tmp_path / "shipped" / "x",
        "other": tmp_path / "shipped" / "z",
    }
    assert find_models(tmp_path / "shipped", tmp_path / "own")["demo"] == tmp_path / "own"
    assert find_models(tmp_path / "nothing") == {}


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    write_model(tmp_path, a_card(), ARRAYS)
    weights = tmp_path / "weights.npz"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(bytes(content))
    with pytest.raises(XiezhiError, match=r"weights\.npz: damaged.*\n.*copy its directory again"):
        read_model(tmp_path)
    weights.unlink()
    with pytest.raises(XiezhiError, match=r"weights\.npz: cannot be read"):
        read_model(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 9}, "format 9 is not 1"),
        ({"lables": []}, "unknown key `lables`\n.*did you mean `labels`"),
        ({"kind": "unheard"}, "unknown kind `unheard`"),
    ],
)
def test_a_card_that_cannot_be_read_says_why(tmp_path: Path, change: dict, message: str) -> None:
    write_model(tmp_path, a_card(), ARRAYS)
    path = tmp_path / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(XiezhiError, match=message):
        load_model(tmp_path)


def test_a_broken_card_names_its_line(tmp_path: Path) -> None:
    write_model(tmp_path, a_card(), ARRAYS)
    (tmp_path / "card.json").write_text('{\n "name": "x",\n oops\n}', "utf-8")
    with pytest.raises(XiezhiError, match=r"card\.json:3: is not JSON"):
        read_card(tmp_path)
    with pytest.raises(XiezhiError, match="no model here"):
        read_card(tmp_path / "elsewhere")


def test_an_interrupted_write_leaves_no_model(tmp_path: Path) -> None:
    write_model(tmp_path, a_card(), ARRAYS)

    class Unwritable:
        def __array__(self, *_: object, **__: object) -> np.ndarray:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_model(tmp_path, a_card(version=2), {"weights": Unwritable()})
    assert find_models(tmp_path) == {}


def test_signal_speaks_above_its_floor_and_within_its_cap() -> None:
    signal = ModelSignal("model.demo", "loan.fake_platform", base_rate=0.1, floor=0.5, cap=3.0)
    weights = signal.weights(np.array([0.05, 0.49, 0.5, 0.7, 0.999999]))
    assert weights[:2].tolist() == [0.0, 0.0]
    assert weights[2] == pytest.approx(np.log(9))
    assert weights[3] == pytest.approx(3.0)
    assert weights[4] == 3.0
    with pytest.raises(XiezhiError, match="out of its range"):
        ModelSignal("model.demo", "", base_rate=0.0)
