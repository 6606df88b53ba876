"""Scoring messages and dialogues at the terminal with the models that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import xiezhi
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.text_classes import SCHEME, read_text_classes, text_classes

BANK = "【某某银行】您的账户积分即将过期，请登录 http://jf-bank.top 兑换现金"
TRADITIONAL = "【某某銀行】您的賬戶積分即將過期，請登錄 http://jf-bank.top 兌換現金"


def scored(*arguments: str, rows: list[dict[str, object]], folder: Path) -> list[dict[str, object]]:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    done = xiezhi("score", arguments[0], str(path), *arguments[1:])
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_message_is_told_in_both_schemes(tmp_path: Path) -> None:
    texts = [BANK, TRADITIONAL, "妈，我今晚不回家吃饭了"]
    rows = [{"ts": "2026-03-01 10:00", "sender": "17000000001", "text": text} for text in texts]
    bank, traditional, personal = scored("messages", "--language", "en", rows=rows, folder=tmp_path)
    assert bank["scheme"]["part"] == "fraud" and bank["scheme"]["class"].startswith("sms_")
    assert str(bank["type"]).split(".")[0] in {"phishing", "drainage", "impersonation"}
    assert traditional["scheme"] == bank["scheme"]
    assert personal["scheme"]["part"] == "normal" and personal["type"] is None
    (url,) = bank["contacts"]
    assert (url["kind"], url["value"]) == ("url", "http://jf-bank.top/") and "contacts" not in personal
    assert BANK[url["start"] : url["end"]] == "http://jf-bank.top"


def test_a_dialogue_says_at_which_turn_the_alarm_would_have_rung(tmp_path: Path) -> None:
    left = [
        "您好，请问是王先生吗？",
        "我是公安局的民警，您涉嫌一起洗钱案，您的银行账户要被冻结。",
        "请把资金转到安全账户配合调查，不得告诉任何人，否则您的家人会有危险。",
    ]
    rows = [
        {"left": left, "right": ["是我。", "怎么会呢？", "好的，我马上转。"]},
        {
            "left": [
                "您好，这里是餐厅订位热线，请问您要预订几位？",
                "好的，请问需要靠窗的座位吗？",
                "已经为您预订好了，祝您用餐愉快。",
            ],
            "right": ["你好，我想预订今晚六点的座位，四个人。", "要靠窗的，谢谢。", "好的，谢谢，再见。"],
        },
    ]
    fraud, honest = scored("dialogues", rows=rows, folder=tmp_path)
    assert fraud["score"] >= 0.7 and 2 <= fraud["alarm_turn"] <= 6
    assert honest["score"] < 0.5 and honest["alarm_turn"] == -1


def test_every_class_of_the_shipped_model_has_its_place() -> None:
    from xiezhi.detect.messages.content import shipped_message_model

    assert set(text_classes()) == set(shipped_message_model().card.labels)


def test_a_class_that_the_taxonomy_lacks_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "text_classes.yaml"
    path.write_text("sources: [x]\nclasses:\n  - {label: a, part: fraud, scheme_class: sms_bnk}\n")
    with pytest.raises(XiezhiError, match=r"text_classes\.yaml:3.*sms_bnk") as fault:
        read_text_classes(path, load_knowledge().taxonomy)
    assert "sms_bank" in str(fault.value) and SCHEME
