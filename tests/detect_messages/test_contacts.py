"""Contacts in texts: through disguises, at their places, with check digits met."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.detect.messages.contacts import contacts

TRON, ETHEREUM = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "0xdac17f958d2ee523a2206206994597c13d831ec7"
BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("登录 http://Jf-Bank.top/a?b=1 兑换", [("url", "http://jf-bank.top/a?b=1")]),
        ("请看 jf-bank点com 谢谢", [("url", "http://jf-bank.com/")]),
        ("h t t p : / / a88 . cc", [("url", "http://a88.cc/")]),
        ("ａ８８。ｃｃ", [("url", "http://a88.cc/")]),
        ("加微信：abc12345领取", [("wechat", "abc12345")]),
        ("薇信号 Kefu_2020", [("wechat", "kefu_2020")]),
        ("加V kefu888888", [("wechat", "kefu888888")]),
        ("QQ 812345678", [("qq", "812345678")]),
        ("扣扣号：８１２３４５６", [("qq", "8123456")]),
        ("飞机 @caishen888", [("telegram", "caishen888")]),
        ("电话①③⑧1234 5678", [("phone", "13812345678")]),
        ("致电010-88886666或400-800-1234", [("phone", "01088886666"), ("phone", "4008001234")]),
        ("卡号6222 0202 0011 2233 342", []),
        ("卡号4111 1111 1111 1111", [("bank_card", "4111111111111111")]),
        (f"转到{TRON}", [("wallet", TRON)]),
        (f"{TRON[:-1]}x", []),
        (BITCOIN, [("wallet", BITCOIN)]),
        (f"{BITCOIN[:-1]}b", []),
        (SEGWIT.upper(), [("wallet", SEGWIT)]),
        (f"{SEGWIT[:-1]}5", []),
        (ETHEREUM, [("wallet", ETHEREUM)]),
        ("请24小时内转3.5万元", [("deadline", "24小时内"), ("amount", "35000 CNY")]),
        ("今日18点前交￥5,000", [("deadline", "今日18点前"), ("amount", "5000 CNY")]),
        ("赚 200 USDT", [("amount", "200 USDT")]),
        ("晚上回家吃饭吗", []),
        ("3.14 和 v.s 版本2", []),
        ("", []),
    ],
)
def test_examples(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.kind, each.value) for each in contacts(text)] == expected


def test_places_are_those_of_the_text_as_it_came() -> None:
    text = "⓪ 电话\u200b①③⑧1234 5678，㈠加微信：abc12345"
    found = {each.kind: text[each.start : each.end] for each in contacts(text)}
    assert found == {"phone": "①③⑧1234 5678", "wechat": "abc12345"}


def test_a_character_that_stands_for_several_is_told_once() -> None:
    assert len(contacts("¥½元")) == 1


pieces = st.sampled_from(
    ["加微信", "QQ", "http://", "点com", "a88", "13812345678", "4111111111111111", "元", "万", "24小时内", " ",
     "\u200b", "\ud800", "\u202e", "①", "½", "¥", "㋉", "🈵", "ﷺ", "TG", "@", ":", TRON]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces | st.text(max_size=5), max_size=14).map("".join))
def test_any_text_gives_places_in_order_and_in_bounds(text: str) -> None:
    found = contacts(text)
    edge = 0
    for each in found:
        assert edge <= each.start < each.end <= len(text) and each.value
        edge = each.end
    clean = [(each.kind, each.value) for each in found]
    spread = "\u2060".join(text)
    assert [(each.kind, each.value) for each in contacts(spread)] == clean


def test_a_long_text_takes_linear_time() -> None:
    for piece in ("a", "1", "a.", "1 ", "点", "加微信", "h t t p"):
        began = time.perf_counter()
        contacts(piece * (200_000 // len(piece)))
        contacts(piece * (20_000 // len(piece)))
        assert time.perf_counter() - began < 20  # quadratic work would take minutes
