"""Forms of telephone numbers, and numbers that imitate official ones."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.detect.calls.numbering import shipped_numbering
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.identifiers import IDENTIFIERS
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.number_plan import FORMS, LONGEST, digits_of, load_number_plan

CASES = {
    "mobile": ["13800138000", "19912345678", "19212345678", "013800138000", "14712345678", "17491234567"],
    "mvno": ["16212345678", "16512345678", "16712345678", "17012345678", "17112345678"],
    "iot": ["1410123456789", "1440012345678", "1064812345678", "14612345678", "1491234567890"],
    "landline": ["01088886666", "075523456789", "07712345678", "88886666", "2345678"],
    "service": ["110", "96110", "12381", "95588", "10086", "1008611", "116114", "12110755", "057112345"],
    "port106": ["106900001234", "106980095588", "10657516000012345678"],
    "toll": ["4001234567", "8001234567"],
    "overseas": ["+85223456789", "0085512345678", "0014155550123", "+9601234567"],
    "malformed": [
        "0010086",
        "12345678901",
        "138001380001",
        "07551234567",
        "+8613",
        "+99912345678",
        "1",
        "0" * 40,
    ],
    "pseudonym": ["u123", "138****8000", "+", "客服", "1380013800x", "13 800", "++110"],
}
IMITATIONS = [
    "0010086",
    "00110",
    "+95588",
    "86110",
    "010110",
    "0086010110",
    "0010110",
    "+8696110",
    "+8610086",
    "0000110",
    "+110",
    "021110",
    "075595588",
    "8695588",
    "057196110",
    "+860110",
    "0571012345",
]
TRUE_FORMS = [
    "110",
    "96110",
    "95588",
    "10086",
    "057112345",
    "01012345",
    "13800000110",
    "02188880110",
    "075512395588",
    "+85223410086",
    "10086110",
    "4008895588",
    "13866110110",
    "u110",
    "0",
    "00",
    "+",
    "86",
    "1101",
    "11000",
    "106980095588",
]


@pytest.mark.parametrize(("form", "number"), [(form, each) for form in CASES for each in CASES[form]])
def test_form(form: str, number: str) -> None:
    assert shipped_numbering().look_up(number).form == form


def test_every_form_is_tried() -> None:
    assert set(CASES) == set(FORMS)


@pytest.mark.parametrize("number", IMITATIONS)
def test_imitation(number: str) -> None:
    assert shipped_numbering().imitates(pa.array([number])).tolist() == [True]


@pytest.mark.parametrize("number", TRUE_FORMS)
def test_no_imitation(number: str) -> None:
    assert shipped_numbering().imitates(pa.array([number])).tolist() == [False]


@pytest.mark.parametrize("official", load_number_plan().official, ids=lambda each: each.number)
def test_official_numbers(official) -> None:  # type: ignore[no-untyped-def]
    numbering = shipped_numbering()
    found = numbering.look_up(official.number)
    assert (found.form, found.zh) == ("service", official.zh)
    disguises = [f"{before}{official.number}" for before in ("", "0", "00", "+", "86", "+86", "0086", "000")]
    assert numbering.imitates(pa.array(disguises)).tolist() == [False, *[True] * 7]
    cleaned = [IDENTIFIERS["phone"].clean(number) for number in disguises]
    assert numbering.imitates(pa.array(cleaned)).tolist() == [False, *[True] * 7]


def test_look_up_names_the_range() -> None:
    look_up = shipped_numbering().look_up
    assert look_up("13800138000").zh == "中国移动"
    assert look_up("01088886666").en == "Beijing"
    assert look_up("+85512345678").high_risk and not look_up("+819012345678").high_risk
    assert look_up("16512345678").zh == "移动转售"


def test_missing_and_empty() -> None:
    numbering = shipped_numbering()
    column = pa.array([None, "", "110"])
    assert numbering.ranges_of(column).tolist()[:2] == [-1, -1]
    assert numbering.imitates(column).tolist() == [False, False, False]


@given(
    st.lists(st.none() | st.text(max_size=40) | st.from_regex(r"\+?[0-9]{0,40}", fullmatch=True), max_size=20)
)
def test_any_text(values: list[str | None]) -> None:
    numbering = shipped_numbering()
    column = pa.array([v and v.encode("utf-8", "ignore").decode() for v in values], pa.string())
    found = numbering.ranges_of(column)
    fakes = numbering.imitates(column)
    for value, place, fake in zip(column.to_pylist(), found.tolist(), fakes.tolist(), strict=True):
        bare = (value or "").removeprefix("+")
        if not value:
            assert place == -1 and not fake
        elif not (bare.isascii() and bare.isdigit()):
            assert numbering.ranges[place].form == "pseudonym" and not fake
        else:
            assert numbering.ranges[place].form != "pseudonym"
            assert len(bare) <= LONGEST or numbering.ranges[place].form == "malformed"
        if fake:
            assert any(bare.endswith(each.number) for each in load_number_plan().official)


def test_plus_and_double_zero_are_the_same() -> None:
    numbers = [
        n for form in CASES.values() for n in form if n.startswith("+") and len(n) > 1 and n[1:].isdigit()
    ]
    assert numbers
    for number in numbers:
        assert shipped_numbering().look_up(number) == shipped_numbering().look_up("00" + number[1:])


def test_digits_of() -> None:
    assert digits_of("1[3-5]0") == ["130", "140", "150"]
    assert digits_of("9[0-24]") == ["90", "91", "92", "94"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('code: "010"', 'code: "01x"', "`01x` is not a number"),
        ("form: toll", "form: tol", "did you mean `toll`?"),
        ("local: [8, 8]", "local: [9, 8]", "is not a range of lengths"),
        ('number: "119"', 'number: "110"', "`110` is there twice"),
        ('"147"', '"14[]7"', "is not a prefix"),
        ('number: "119"', 'number: "0119"', "cannot be told from padding"),
        ("regional: true", "regionl: true", "did you mean `regional`?"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text = (data_folder() / "number_plan.yaml").read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(XiezhiError) as caught:
        load_number_plan(path)
    assert f"{path}:{line}" in str(caught.value) and fault in str(caught.value)
