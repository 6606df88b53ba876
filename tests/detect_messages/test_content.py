"""The content detector with the shipped model."""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from xiezhi.detect.messages.content import TextContent, shipped_message_model
from xiezhi.detect.models.registry import WEIGHTS, shipped_root
from xiezhi.domain.columns import Codes

DATA = Path(__file__).parents[3] / "shared" / "data"
TEXTS = [
    "尊敬的用户:您的手机银行已失效,请登录 wap.95588x.top 重新认证,逾期将冻结账户【工商银行】",
    "澳门葡京娱乐城,注册送彩金,百家乐真人荷官,网址 http://abc123.com",
    "妈,我晚上回家吃饭,你多做点",
    "13812345678",
    "",
    None,
]


def run(texts: list[str | None]) -> dict:
    return TextContent().run("message", pa.RecordBatch.from_pydict({"text": pa.array(texts, pa.string())}))


def test_outputs_are_what_run_gives() -> None:
    columns = run(TEXTS)
    assert [variable.name for variable in TextContent().outputs("message")] == list(columns)
    assert columns["text.length"].tolist() == [len(text or "") for text in TEXTS]
    assert columns["text.has_url"].tolist() == [True, True, False, False, False, False]
    assert columns["text.has_contact"].tolist() == [False, False, False, True, False, False]


def test_the_shipped_model_tells_the_plain_cases_apart() -> None:
    columns = run(TEXTS)
    classes = columns["text.class"]
    assert isinstance(classes, Codes)
    assert [classes.at(row) for row in range(3)] == ["FR_Phishing_Bank", "IL_Gambling", "Personal"]
    assert columns["text.fraud_probability"][0] > 0.9
    assert columns["text.illegal_probability"][1] > 0.9
    assert columns["text.fraud_probability"][2] < 0.05


def test_a_text_without_letters_has_no_class() -> None:
    columns = run(TEXTS[3:])
    assert [columns["text.class"].at(row) for row in range(3)] == [None] * 3
    assert np.isnan(columns["text.fraud_probability"]).all()


def test_split_of_the_batch_changes_no_bit() -> None:
    together = run(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = run([text])
        for name, column in alone.items():
            whole = together[name]
            if isinstance(column, Codes):
                assert column.at(0) == whole.at(row)
            else:
                assert column.tobytes() == whole[row : row + 1].tobytes()
    assert all(len(column) == 0 for column in run([]).values())


def test_the_shipped_model_is_small_and_says_where_it_is_from() -> None:
    card = shipped_message_model().card
    assert (shipped_root() / "messages" / WEIGHTS).stat().st_size < 3_000_000
    assert {entry["name"] for entry in card.data} == {"fbs-sms", "nus-sms-zh", "service_notices"}
    assert all(entry["source"] and entry["licence"] for entry in card.data)
    assert card.scores["macro_f1"] > 0.84
    assert card.scores["out_of_domain"]["ham_fraud_at_0.9"] < 0.05


@pytest.mark.skipif(not (DATA / "zh-sms-spam").is_dir(), reason="the data set zh-sms-spam is not there")
def test_honest_messages_of_another_source_are_seldom_taken_for_fraud() -> None:
    frame = pl.read_csv(DATA / "zh-sms-spam" / "data.csv").filter(pl.col("label") == "ham")
    shares = run(frame["text"].to_list())["text.fraud_probability"]
    assert (shares > 0.9).mean() < 0.04
