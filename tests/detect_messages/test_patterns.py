"""Pattern sets: the shipped ones, and what is refused at load."""

import threading
from pathlib import Path

import pyarrow as pa
import pytest

from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.patterns import TextPatterns, load_patterns, shipped_patterns
from xiezhi.domain.errors import XiezhiError

SETS = {
    "impersonation", "loan", "gambling", "brushing", "investment", "phishing_link", "contact_lure", "credit",
    "shopping", "code_request",
}  # fmt: skip

EXAMPLES = [
    ("【工商银行】您的网银已失效,请点击 http://95588ab.top 重新验证", "phishing_link.verify"),
    ("您的网银已失效", "impersonation.bank_expired"),
    ("您名下账户涉嫌洗钱,请转到安全账户", "impersonation.safe_account"),
    ("无 抵 押 贷款,当天放款", "loan.no_collateral"),
    ("澳门威尼斯人,首存送彩金", "gambling.first_deposit"),
    ("手机兼职刷单,日结,佣金高", "brushing.brush_orders"),
    ("老师带单,内幕消息,稳赚不赔", "investment.guaranteed"),
    ("加微信：abc12345", "contact_lure.handle_text"),
    ("征信修复,消除不良记录", "credit.repair"),
    ("闲鱼链接付款,不走平台", "shopping.off_platform"),
    ("把验证码发给我", "code_request.send_code"),
    ("把​验证​码发给我", "code_request.send_code"),
]


def hits(text: str) -> list[str]:
    return shipped_patterns().names(normalise(pa.array([text])), 0)


def test_shipped_sets_are_there_and_many() -> None:
    sets = shipped_patterns().sets
    assert {found.id for found in sets} == SETS
    assert sum(len(found.patterns) for found in sets) >= 250
    assert all(pattern.zh and pattern.en for found in sets for pattern in found.patterns)


@pytest.mark.parametrize(("text", "name"), EXAMPLES)
def test_examples(text: str, name: str) -> None:
    assert name in hits(text)


@pytest.mark.parametrize("text", ["晚上回家吃饭", "好的,明天见", "生日快乐!", "", "我先睡了,晚安"])
def test_everyday_texts_hit_nothing(text: str) -> None:
    assert hits(text) == []


def test_counts_are_of_distinct_patterns_and_each_row_its_own() -> None:
    texts = ["无抵押无抵押免抵押", "无抵押,不查征信", None, "你好"]
    table = pa.RecordBatch.from_pydict({"text": pa.array(texts, pa.string())})
    columns = TextPatterns().run("message", table)
    assert set(columns) == {f"text.patterns.{name}" for name in SETS}
    assert columns["text.patterns.loan"].tolist() == [1.0, 2.0, 0.0, 0.0]
    for row in range(4):
        alone = TextPatterns().run("message", table.slice(row, 1))
        assert all(alone[name].tobytes() == columns[name][row : row + 1].tobytes() for name in columns)


def test_a_match_does_not_cross_into_the_next_message() -> None:
    columns = TextPatterns().run("message", pa.RecordBatch.from_pydict({"text": ["无抵", "押贷款"]}))
    assert columns["text.patterns.loan"].tolist() == [0.0, 0.0]


def test_several_threads_scan_at_once() -> None:
    texts = normalise(pa.array([text for text, _ in EXAMPLES] * 200))
    expected = shipped_patterns().counts(texts).tobytes()
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(shipped_patterns().counts(texts).tobytes()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


HEAD = "id: demo\nzh: 示例\nen: Demo\npatterns:\n"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{id: a, zh: 甲, en: A, regex: '(?=x)y'}", r"demo\.yaml:5: .*cannot be compiled: Zero-width"),
        (r"{id: a, zh: 甲, en: A, regex: '(x)\1'}", r"demo\.yaml:5: .*Back-references"),
        ("{id: a, zh: 甲, en: A, regex: 'x?'}", r"demo\.yaml:5: .*empty buffer"),
        ("{id: a, zh: 甲, en: A, regex: '[x'}", r"demo\.yaml:5: .*cannot be compiled"),
        ("{id: a, zh: 甲, en: A, regex: 'x.*y'}", "repeat without end\n.*bound it"),
        ("{id: a, zh: 甲, en: A, regex: 'x{3,}y'}", "repeat without end"),
        ("{id: a, zh: 甲, en: A, regex: 'x{1,900}y'}", "repeats more than 64 times"),
        ("{id: a, zh: 甲, en: A, any: [Loan]}", "`Loan` has capitals"),
        ("{id: a, zh: 甲, en: A, any: ['']}", "1 to 200 characters"),
        ("{id: a, zh: 甲, en: A}", "looks for nothing"),
        ("{id: a, zh: 甲, en: A, anny: [x]}", "unknown key `anny`"),
        (
            "{id: a, zh: 甲, en: A, any: [x]}\n  - {id: a, zh: 甲, en: A, any: [y]}",
            r"demo\.yaml:6: .*there twice",
        ),
    ],
)
def test_faults_name_place_and_cure(tmp_path: Path, pattern: str, message: str) -> None:
    (tmp_path / "demo.yaml").write_text(f"{HEAD}  - {pattern}\n", "utf-8")
    with pytest.raises(XiezhiError, match=message):
        load_patterns(tmp_path)


def test_own_set_replaces_a_set_of_the_same_id(tmp_path: Path) -> None:
    for name, word in (("one", "甲乙"), ("two", "丙丁")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "demo.yaml").write_text(f"{HEAD}  - {{id: a, zh: 甲, en: A, any: [{word}]}}\n", "utf-8")
    matcher = load_patterns(tmp_path / "one", tmp_path / "two")
    assert matcher.counts(normalise(pa.array(["甲乙", "丙丁"]))).tolist() == [[0.0], [1.0]]
    assert load_patterns(tmp_path).counts(normalise(pa.array(["甲乙"]))).shape == (1, 0)
