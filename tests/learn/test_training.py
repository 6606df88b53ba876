"""From files to a model and its figures, through the public doors."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from xiezhi.detect.models.load import load_model
from xiezhi.domain.errors import XiezhiError
from xiezhi.learn.evaluation import evaluate
from xiezhi.learn.tables import classes_of, number_rows, read_data, text_rows
from xiezhi.learn.training import train

DATA = Path(__file__).parents[3] / "shared" / "data"


def table(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    calls, share = random.exponential(20, rows), random.random(rows)
    fraud = calls * share + random.normal(0, 2, rows) > 12
    return pl.DataFrame(
        {
            "": range(rows),
            "person": [f"p{row}" for row in range(rows)],
            "calls": np.where(random.random(rows) < 0.05, np.nan, calls),
            "share": share,
            "answered": random.random(rows) < 0.5,
            "label": fraud.astype(int),
        }
    )


def messages(rows: int = 240) -> pl.DataFrame:
    random = np.random.default_rng(1)
    openings = {
        "loan": ("无抵押贷款", "低息借款", "信用贷款"),
        "bet": ("娱乐城", "百家乐", "六合彩"),
        "ham": ("晚饭", "开会", "生日"),
    }
    characters = "天地人你我他上下左右东南西北春夏秋冬红黄蓝绿山水火土金木日月星云"
    found = []
    for row in range(rows):
        label = ("loan", "bet", "ham")[row % 3]
        filler = "".join(random.choice(list(characters), 12))
        found.append((random.choice(openings[label]) + filler, label))
    return pl.DataFrame(found, schema=["text", "label"], orient="row")


def write(frame: pl.DataFrame, path: Path) -> Path:
    {".csv": frame.write_csv, ".parquet": frame.write_parquet, ".jsonl": frame.write_ndjson}[path.suffix](
        path
    )
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("subscribers")
    data = write(table(), folder / "data.csv")
    train("subscribers", [data], folder / "model", seeds=1)
    return folder / "model", data


def test_a_table_of_numbers_becomes_trees(trained: tuple[Path, Path], tmp_path: Path) -> None:
    model = load_model(trained[0])
    assert model.card.features == ("calls", "share", "answered")
    assert model.card.labels == ("0", "1")
    assert model.card.scores["auc"] > 0.9
    assert any("row numbers left out" in note for note in model.card.notes)
    assert any("person" in note for note in model.card.notes)
    later = write(table(seed=9), tmp_path / "later.parquet")
    figures = evaluate("subscribers", trained[0], [later], out=tmp_path)
    assert figures["auc"] > 0.9
    assert figures["rows"] == 600
    assert figures["trained_on"] == []
    assert json.loads((tmp_path / "evaluation.json").read_text("utf-8")) == figures


def test_probabilities_are_calibrated(trained: tuple[Path, Path], tmp_path: Path) -> None:
    later = number_rows(
        [read_data(write(table(4000, 5), tmp_path / "more.csv"))], None, load_model(trained[0]).card.features
    )
    shares = load_model(trained[0]).score_matrix(later.matrix).probabilities[:, 1]
    truth = np.array(later.labels) == "1"
    for low, high in ((0.0, 0.2), (0.2, 0.8), (0.8, 1.0)):
        within = (shares >= low) & (shares <= high)
        assert abs(shares[within].mean() - truth[within].mean()) < 0.12


def test_figures_on_training_files_are_marked(trained: tuple[Path, Path]) -> None:
    assert evaluate("subscribers", *([trained[0], [trained[1]]]))["trained_on"] == ["data.csv"]


def test_reasons_of_a_row(trained: tuple[Path, Path]) -> None:
    model = load_model(trained[0])
    matrix = np.array([[60, 0.9, 1], [1, 0.1, np.nan]], dtype=np.float32)
    scores = model.score_matrix(matrix)
    assert [scores.label(row) for row in range(2)] == ["1", "0"]
    assert scores.probability(0) > 0.8
    assert {name for name, _ in model.matrix_reasons(matrix, np.array([0, 1]), top=2)[0]} == {
        "calls",
        "share",
    }


def test_three_labels_of_numbers(tmp_path: Path) -> None:
    frame = table().with_columns(
        label=pl.when(pl.col("share") > 0.6).then(pl.lit("c")).otherwise(pl.col("label").cast(pl.String))
    )
    card = train("accounts", [write(frame, tmp_path / "data.jsonl")], tmp_path / "model", seeds=1)
    assert card.labels == ("0", "1", "c")
    assert card.scores["macro_f1"] > 0.8
    shares = load_model(tmp_path / "model").score_matrix(np.zeros((2, len(card.features)), dtype=np.float32))
    np.testing.assert_allclose(shares.probabilities.sum(axis=1), 1.0)


def test_rows_with_times_are_tested_on_the_latest(tmp_path: Path) -> None:
    frame = table().with_columns(ts=pl.Series(range(600, 0, -1)) * 1000)
    card = train("transfers", [write(frame, tmp_path / "data.parquet")], tmp_path / "model")
    assert card.split == "the last fifth in time is tested"
    assert card.scores["rows"] == 120
    assert "ts" not in card.features


@pytest.mark.parametrize("labels", [3, 2])
def test_texts_become_a_character_model(tmp_path: Path, labels: int) -> None:
    frame = messages() if labels == 3 else messages().filter(pl.col("label") != "bet")
    card = train("messages", [write(frame, tmp_path / "sms.csv")], tmp_path / "model", seeds=2)
    assert card.scores["macro_f1"] > 0.95
    assert card.labels[0] == "ham"
    assert card.scores["repetitions"] == 2
    model = load_model(tmp_path / "model")
    scores = model.score_texts(["办理无抵押贷款", "晚饭吃什么", None])
    assert [scores.label(row) for row in range(2)] == ["loan", "ham"]
    assert any("贷" in gram for gram, _ in model.text_reasons("办理无抵押贷款", "loan"))


def test_dialogues_are_read_turn_by_turn(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text(
        '{"left": ["甲", "丙"], "right": ["乙"], "kind": "x"}\n{"left": [], "right": null, "kind": "y"}\n',
        "utf-8",
    )
    rows = text_rows([read_data(path)], ("text",), "kind")
    assert rows.texts.to_pylist() == ["甲\n乙\n丙"]
    assert rows.notes == ("1 rows without text or label left out",)


def test_a_provider_computes_features_of_events(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    events = pl.DataFrame({"id": [f"e{row}" for row in range(400)], "amount": random.random(400)})
    frauds = events.filter(pl.col("amount") > 0.7).select("id", fraud=pl.lit("settlement.mule_account"))
    files = [write(events, tmp_path / "transfer.parquet"), write(frauds, tmp_path / "truth.parquet")]

    def provider(channel: str, paths: Sequence[Path]) -> tuple[np.ndarray, tuple[str, ...], list[str]]:
        assert (channel, list(paths)) == ("transfer", files[:1])
        frame = pl.read_parquet(paths[0])
        return frame["amount"].to_numpy()[:, None].astype(np.float32), ("amount",), frame["id"].to_list()

    card = train("transfers", files, tmp_path / "model", "fraud", provider)
    assert card.labels == ("normal", "fraud")
    assert card.base_rate == pytest.approx(frauds.height / 400)
    assert card.scores["auc"] == 1.0
    assert evaluate("transfers", tmp_path / "model", files, "fraud", provider=provider)["accuracy"] > 0.98


@pytest.mark.parametrize(
    ("task", "frame", "label", "message"),
    [
        ("apps", table(), None, "cannot learn `apps`"),
        ("callz", table(), None, "no task `callz`\n.*did you mean `calls`"),
        ("subscribers", table().rename({"label": "fraud"}), None, "no column `label`\n.*--label"),
        ("subscribers", table(), "lable", "no column `lable`\n.*did you mean `label`"),
        ("messages", table(), None, "no text column"),
        ("subscribers", table().select("person", "label"), None, "no column of numbers"),
        ("subscribers", table().with_columns(label=pl.lit("x")), None, "all rows have the label `x`"),
    ],
)
def test_what_cannot_be_learned_says_why(
    tmp_path: Path, task: str, frame: pl.DataFrame, label: str, message: str
) -> None:
    with pytest.raises(XiezhiError, match=message):
        train(task, [write(frame, tmp_path / "data.csv")], tmp_path / "model", label)


def test_evaluation_refuses_what_does_not_belong(trained: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(XiezhiError, match="is a model of the task `subscribers`"):
        evaluate("calls", trained[0], [trained[1]])
    strange = write(table(50).with_columns(label=pl.lit("spam")), tmp_path / "strange.csv")
    with pytest.raises(XiezhiError, match="are none of the model's"):
        evaluate("subscribers", trained[0], [strange])
    with pytest.raises(XiezhiError, match="no column `calls`"):
        evaluate("subscribers", trained[0], [write(table(50).drop("calls"), tmp_path / "less.csv")])
    with pytest.raises(XiezhiError, match="unknown kind of file"):
        evaluate("subscribers", trained[0], [tmp_path / "data.xlsx"])


def test_honest_labels_come_first() -> None:
    assert classes_of(["spam", "ham"])[0] == ("ham", "spam")
    assert classes_of(["a", "normal", "b"])[0] == ("normal", "a", "b")


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "fbs-sms").is_dir(), reason="the data set fbs-sms is not there")
def test_fake_base_station_messages(tmp_path: Path) -> None:
    card = train("messages", [DATA / "fbs-sms" / "data.csv"], tmp_path, seeds=1)
    assert len(card.labels) == 14
    assert card.scores["macro_f1"] > 0.85


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "sichuan-telecom-fraud").is_dir(), reason="the Sichuan data set is not there")
def test_subscribers_of_sichuan(tmp_path: Path) -> None:
    card = train(
        "subscribers", [DATA / "sichuan-telecom-fraud" / "all_feat_with_label.csv"], tmp_path, seeds=1
    )
    assert card.scores["auc"] > 0.955
    assert card.scores["macro_f1"] > 0.905
