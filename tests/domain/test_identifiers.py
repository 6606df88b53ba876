"""Identifiers through their public door."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.domain.hashing import hash_text
from xiezhi.domain.identifiers import IDENTIFIERS, clean_column, guess, is_absent

KINDS = sorted(IDENTIFIERS)
BITS = [
    "138",
    "0013",
    "+86",
    "86",
    "00",
    "10086",
    ".0",
    "-",
    " ",
    "(",
    "a",
    "F",
    "_",
    "E+",
    ".",
    ":",
    "/",
    "http://",
]
BITS += [
    "https://",
    "%2f",
    "%41",
    "[.]",
    "hxxp",
    "#",
    "?",
    "@",
    "..",
    "１３８",
    "\u200b",
    "é",
    "例子",
    "com",
    "\x00",
    "~",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(BITS), max_size=8).map("".join))


def test_every_kind_that_is_promised_is_there():
    promised = (
        "phone imsi imei cell device account card wallet domain url ip package certificate sample template"
    )
    assert set(KINDS) == {*promised.split(), "person", "any"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("13800138000", "13800138000"),
        (" 138-0013 8000 ", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086(138)00138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("+86 10 8888 6666", "01088886666"),
        ("+86 (0)571 8888 6666", "057188886666"),
        ("+864008123123", "4008123123"),
        ("110", "110"),
        ("95588", "95588"),
        ("106912345678901234", "106912345678901234"),
        ("00852 2345 6789", "+85223456789"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("0086110", "0086110"),
        ("+86110", "+86110"),
        ("0010086", "0010086"),
        ("010110", "010110"),
        ("+95588", "+95588"),
        ("ICBC", "ICBC"),
        ("349", "349"),
        ("user_12", "user_12"),
        ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"),
        ("1.38E+10", None),
        ("two words", None),
        ("line\nbreak", None),
        ("NULL", None),
        ("", None),
        ("x" * 65, None),
        ("1" * 65, None),
    ],
)
def test_phone(text, clean):
    assert IDENTIFIERS["phone"].clean(text) == clean


@pytest.mark.parametrize(
    ("kind", "text", "clean"),
    [
        ("domain", "WWW.Example.COM.", "www.example.com"),
        ("domain", "例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("domain", "https://evil[.]example/login", "evil.example"),
        ("domain", "192.0.2.7", "192.0.2.7"),
        ("domain", "no spaces.com", None),
        ("domain", "localhost", None),
        ("domain", "a..b", None),
        ("url", "HTTP://Example.COM:80/a/../b?x=1#top", "http://example.com/b?x=1"),
        ("url", "hxxps://evil[.]example", "https://evil.example/"),
        ("url", "example.com/%7euser/%e4%bd%a0", "http://example.com/~user/%E4%BD%A0"),
        ("url", "http://例子.中国/路径", "http://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF%E5%BE%84"),
        ("url", "http://[2001:DB8::0:1]:8080/", "http://[2001:db8::1]:8080/"),
        ("url", "http://bank.example@evil.example/", "http://bank.example@evil.example/"),
        ("url", "http:///nothing", None),
        ("url", "http://example.com:99999/", None),
        ("ip", "192.0.2.7:443", "192.0.2.7"),
        ("ip", "::ffff:192.0.2.7", "192.0.2.7"),
        ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
        ("ip", "192.0.2.256", None),
        ("card", "6222 0212 3456 7890 123", "6222021234567890123"),
        ("card", "12345", None),
        ("sample", "SHA256:" + "AB" * 32, "ab" * 32),
        ("sample", "xyz", None),
        ("certificate", "AB:" * 19 + "CD", "ab" * 19 + "cd"),
        ("package", "com.Example.App", "com.Example.App"),
        ("package", "com/example", None),
        (
            "wallet",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x52908400098527886e0f7030069857d2e4169ee7",
        ),
        ("account", "42.0", "42"),
        ("account", "6222 0200", "62220200"),
        ("account", "张三", "张三"),
        ("person", "11010519491231002x", "11010519491231002X"),
        ("imei", "35-209900-176148-1", "352099001761481"),
        ("cell", "460-00-6311-25001", "460-00-6311-25001"),
    ],
)
def test_other_kinds(kind, text, clean):
    assert IDENTIFIERS[kind].clean(text) == clean


@pytest.mark.parametrize(
    ("kind", "good", "odd"),
    [
        ("imei", "352099001761481", "352099001761482"),
        ("card", "4111111111111111", "4111111111111112"),
        ("person", "11010519491231002X", "110105194912310021"),
        ("imsi", "460001234567890", "abc"),
        ("phone", "13800138000", "user_12"),
        ("wallet", "0x52908400098527886e0f7030069857d2e4169ee7", "somebody"),
        ("package", "com.example.app", "example"),
    ],
)
def test_validate_tells_odd_values_that_clean_still_takes(kind, good, odd):
    identifier = IDENTIFIERS[kind]
    assert identifier.validate(good)
    assert identifier.clean(odd) == odd
    assert not identifier.validate(odd)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13800138000", "phone"),
        ("+85223456789", "phone"),
        ("95588", "phone"),
        ("4111 1111 1111 1111", "card"),
        ("11010519491231002x", "person"),
        ("http://a.example/x", "url"),
        ("a.example/x", "url"),
        ("pay.example.com", "domain"),
        ("com.example.pay", "package"),
        ("192.0.2.1", "ip"),
        ("ab" * 32, "sample"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "wallet"),
        ("wx_friend", "account"),
        ("a@b.example", "account"),
    ],
)
def test_guess(text, kind):
    found = guess(text)
    assert found is not None and found[0] == kind
    assert IDENTIFIERS["any"].clean(text) == IDENTIFIERS[kind].clean(text)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(KINDS))
def test_cleaning_twice_is_cleaning_once_and_nothing_raises(text, kind):
    identifier = IDENTIFIERS[kind]
    once = identifier.clean(text)
    assert once is None or identifier.clean(once) == once
    assert identifier.validate(text) in (True, False)
    if once is not None:
        assert identifier.key(once) == hash_text(once) != 0


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(KINDS))
def test_a_mask_shows_no_more_than_declared(text, kind):
    identifier = IDENTIFIERS[kind]
    head, tail = identifier.shown
    left, _, right = identifier.mask(text, "middle").partition("****")
    assert text.startswith(left) and len(left) <= head
    assert text.endswith(right) and len(right) <= tail
    assert len(left) + len(right) <= max(len(text) - 4, len(text) // 2)
    assert identifier.mask(text, "hide") == "****"
    assert identifier.mask(text, "none") == text
    if text:
        assert identifier.mask(text, "hash") != identifier.mask(text, "hash", b"secret")
        assert len(identifier.mask(text, "hash")) == 17


def test_masks_people_will_see():
    assert IDENTIFIERS["phone"].mask("13800138000") == "138****8000"
    assert IDENTIFIERS["phone"].mask("95588") == "9****8"
    assert IDENTIFIERS["url"].mask("https://a.example/secret?token=1", "tail") == "https://a.example/****"
    assert IDENTIFIERS["ip"].mask("192.0.2.7", "tail") == "192.0.****"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.none() | TEXTS.filter(lambda text: text.encode("utf-8", "ignore").decode() == text)),
    st.sampled_from(KINDS),
)
def test_a_column_is_its_values_one_by_one(texts, kind):
    whole = pa.array(["padding", *texts], pa.string())
    column, bad = clean_column(kind, whole.slice(1))
    expected = [None if text is None else IDENTIFIERS[kind].clean(text) for text in texts]
    assert column.to_pylist() == expected
    wrong = [
        text is not None and clean is None and not is_absent(text)
        for text, clean in zip(texts, expected, strict=True)
    ]
    assert bad.tolist() == wrong


ALPHABET = "0123456789abcdefABCDEFghzGHZ_-+.:/?%#@[]( ~é"


@settings(max_examples=800, deadline=None)
@given(
    st.sampled_from(["", "http://a.b/", "+", "86", "00", "1.2.3."]),
    st.text(ALPHABET, max_size=20),
    st.sampled_from(KINDS),
)
def test_the_compiled_look_never_passes_what_clean_would_change(start, rest, kind):
    text = start + rest
    column, _ = clean_column(kind, pa.array([text]))
    assert column[0].as_py() == IDENTIFIERS[kind].clean(text)


def test_invalid_utf8_is_bad_and_placeholders_are_missing():
    raw = pa.array([b"13800138000", b"\xff\xfe", b"#NAME?", b"", None], pa.binary())
    broken = pa.StringArray.from_buffers(5, raw.buffers()[1], raw.buffers()[2], raw.buffers()[0])
    column, bad = clean_column("phone", broken)
    assert column.to_pylist() == ["13800138000", None, None, None, None]
    assert bad.tolist() == [False, True, False, False, False]


def test_column_layouts_and_an_unknown_kind():
    plain = pa.array(["1380013800 0", None, "349"])
    for layout in (plain.cast(pa.large_string()), plain.dictionary_encode()):
        column, bad = clean_column("phone", layout)
        assert column.to_pylist() == ["13800138000", None, "349"] and not bad.any()
    assert np.array_equal(clean_column("phone", pa.array([], pa.string()))[1], np.zeros(0, dtype=bool))
    with pytest.raises(KeyError):
        clean_column("shoe", plain)
