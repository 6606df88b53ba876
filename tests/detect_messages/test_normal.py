"""Normal forms against Python's own Unicode functions, in plain code."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.detect.messages.characters import LIMIT, character_tables
from xiezhi.detect.messages.normal import normalise

INVISIBLE = "­͏​‌‍⁠﻿️"

texts = st.lists(st.none() | st.text(max_size=30), max_size=8)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("①②③", "123"),
        ("㈠", "(一)"),
        ("加​微⁠信", "加微信"),
        ("，。！", ",。!"),
        ("𝐕𝐗", "VX"),
        ("ⅸ", "ix"),
        ("點擊鏈接領取獎勵", "点击链接领取奖励"),
        ("㋉", "10月"),
        ("é", "é"),
        ("😀", "😀"),
        ("", ""),
    ],
)
def test_examples(raw: str, normal: str) -> None:
    assert normalise(pa.array([raw])).text(0) == normal


def test_no_form_lies_beyond_the_tables() -> None:
    tables = character_tables()
    assert tables.normal.max() < LIMIT and tables.expansion.max() < LIMIT and tables.letter.max() < LIMIT
    everything = "".join(chr(code) for code in range(1, 0x32000) if not 0xD800 <= code < 0xE000)
    assert normalise(pa.array([everything])).points.max() < LIMIT


@settings(deadline=None)
@given(texts)
def test_each_character_is_its_own_nfkc(raw: list[str | None]) -> None:
    found = normalise(pa.array(raw, pa.string()))
    assert len(found) == len(raw)
    for row, text in enumerate(raw):
        seen = found.text(row)
        for character in INVISIBLE:
            assert character not in seen
        if text is None:
            assert seen == ""
        elif all(unicodedata.category(character) not in ("Cf", "Cn", "Co", "Mn", "Lo") for character in text):
            plain = [unicodedata.normalize("NFKC", character) for character in text if character != "\0"]
            assert seen == "".join(plain)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="aB1中文 ，Ａ①​é😀", max_size=12), min_size=1, max_size=8), st.data())
def test_alone_sliced_or_large_all_the_same(raw: list[str], data: st.DataObject) -> None:
    whole = normalise(pa.array(raw))
    row = data.draw(st.integers(0, len(raw) - 1))
    large = pa.array([*raw, None], pa.large_string())
    assert normalise(pa.array(raw).slice(row, 1)).text(0) == whole.text(row)
    assert normalise(large.slice(row)).text(0) == whole.text(row)
    assert normalise(large).text(len(raw)) == ""


def searchable(text: str) -> str:
    data, offsets = normalise(pa.array([text])).searchable
    assert offsets.tolist() == [0, len(data)]
    return data.tobytes().decode()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("无 抵 押 贷款", "无抵押贷款"),
        ("Call  NOW 电话 ok", "call now电话ok"),
        ("ÀÉ 中\n文", "àé中文"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_spaces_hide_no_chinese_words(raw: str, found: str) -> None:
    assert searchable(raw) == found
