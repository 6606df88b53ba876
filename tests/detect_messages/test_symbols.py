"""Masks of details: the same for raw texts and for corpora that come masked."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.symbols import HAS_CONTACT, HAS_LETTERS, HAS_URL, message_symbols, plain_symbols


def prepared(text: str) -> tuple[str, int]:
    found = message_symbols(normalise(pa.array([text])))
    return "".join(map(chr, found.symbols.tolist())), int(found.marks[0])


@pytest.mark.parametrize(
    ("raw", "symbols"),
    [
        ("详情点击http://t.cn/abc?x=1登录", "详情点击U登录"),
        ("www.ICBC-95588.top", "U"),
        ("3.5g流量v.s", "Dg流量v s"),
        ("ok.thanks", "ok thanks"),
        ("电话13812345678", "电话M"),
        ("138-1234-5678", "M"),
        ("010-12345678或4008001234", "P或P"),
        ("请拨打95588", "请拨打P"),
        ("卡号6222020200112233445", "卡号B"),
        ("8折 满200减50", "折满D减D"),
        ("2014-05-22", "D"),
        ("加微信：abc12345领取", "加W领取"),
        ("微信支付", "微信支付"),
        ("QQ:123456", "Q"),
        ("扣扣 99887766", "Q"),
        ("vx abcd_99", "W"),
        ("Hello, World", "hello world"),
        ("１３８１２３４５６７８", "M"),
        ("无 抵 押", "无抵押"),
        ("!!!", ""),
    ],
)
def test_details_become_masks(raw: str, symbols: str) -> None:
    assert prepared(raw)[0] == symbols


def test_masked_corpora_read_like_raw_texts() -> None:
    masked = prepared("NAME 贷款 DIGIT 万 最快 当天 放款 详询 CELLPHONE 点击 URLdfge PLACE")
    raw = prepared("贷款20万,最快当天放款!详询13912345678,点击http://a.cn/dfge")
    assert masked == raw


def test_marks() -> None:
    assert prepared("看 a.com")[1] == HAS_URL | HAS_LETTERS
    assert prepared("13812345678")[1] == HAS_CONTACT
    assert prepared("请拨95588")[1] == HAS_LETTERS
    assert prepared("12345")[1] == 0


def test_plain_keeps_every_visible_character() -> None:
    found = plain_symbols(normalise(pa.array([" HTTP://A.cn/x \n 1 ", "\t"])))
    assert "".join(map(chr, found.symbols.tolist())) == "http://a.cn/x 1"
    assert found.offsets.tolist() == [0, 15, 15]


pieces = st.sampled_from(
    ["http://", "www.", ".com", "微信", "QQ", "CELLPHONE", "URL", "DIGIT", "WECHAT", "13812345678", "1",
     "-", ".", " ", "中", "a", "加", "：", "abc123", "95588", "wechat", "weixin", "NAME", "v", "/", "😀"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(pieces, max_size=12).map("".join), min_size=1, max_size=6))
def test_neighbours_change_nothing(raw: list[str]) -> None:
    together = message_symbols(normalise(pa.array(raw)))
    for row, text in enumerate(raw):
        start, stop = together.offsets[row : row + 2]
        symbols = "".join(map(chr, together.symbols[start:stop].tolist()))
        assert (symbols, int(together.marks[row])) == prepared(text)
        assert len(symbols) <= 2 * len(text)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_gives_letters_and_masks_only(raw: list[str]) -> None:
    found = message_symbols(normalise(pa.array(raw, pa.string())))
    for symbol in map(chr, found.symbols.tolist()):
        assert symbol in "UMPQWBD " or symbol == symbol.lower()
