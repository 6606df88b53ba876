"""Texts of the city: Chinese templates with slots (YAML in this folder), rendered into pools by seed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from xiezhi.domain.batch import Int64

_SLOT = re.compile(r"\{(\w+)\}")
_EVASIONS = {
    "微信": ("V❤", "薇❤", "威芯", "v.x"),
    "转账": ("zhuan账", "转zhang", "轉賬"),
    "加": ("➕", "+", "加丨"),
    "兼职": ("兼-职", "J职", "兼耳只"),
    "贷款": ("贷.款", "代款", "D款"),
    "返": ("反", "返·"),
    "银行": ("银·行", "YH", "艮行"),
    "佣金": ("拥金", "YJ", "佣.金"),
    "提现": ("提-现", "T现", "提x"),
    "投资": ("投.资", "頭资", "tou资"),
    "充": ("冲", "茺"),
}
"""How careful gangs write around filters: sound-alikes, look-alikes, split characters."""


@cache
def load(name: str) -> dict[str, Any]:
    """One YAML file of this folder."""
    content: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))
    return content


def fill(template: str, rng: np.random.Generator, **given: str) -> str:
    """A template with its slots filled, from `given` first and the slot lists otherwise."""
    slots = load("slots")

    def word(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in given:
            return given[name]
        if name == "code":
            return f"{int(rng.integers(100_000, 1_000_000))}"
        choices = slots[name]
        return str(choices[int(rng.integers(len(choices)))])

    return _SLOT.sub(word, template)


def evade(text: str, rng: np.random.Generator, skill: float) -> str:
    """The text as a gang of that skill (0..1) writes it to slip past word lists."""
    for word, others in _EVASIONS.items():
        if word in text and rng.random() < skill:
            text = text.replace(word, others[int(rng.integers(len(others)))])
    return text


def speech(kind: str, use: str, rng: np.random.Generator, **given: str) -> str:
    """One text of a fraud kind; `use` is `sms`, `chat`, `complaint` or `label`."""
    choices = load("fraud")[kind][use]
    return fill(choices[int(rng.integers(len(choices)))], rng, **given)


def note(rng: np.random.Generator) -> str | None:
    """What is written beside a payment, if anything; gangs write what everybody writes."""
    choices = load("normal")["note"]
    return choices[int(rng.integers(len(choices)))] or None


@dataclass(frozen=True)
class Pool:
    """Rendered texts of several sorts: `heads` + something fresh + `tails`. `ranges` gives per sort its
    (first, last) rows of the pool, `middles` the fresh parts and `fresh` which of them each sort takes;
    `issuer` is the place of the bank that a text speaks for, or -1."""

    heads: pa.StringArray
    tails: pa.StringArray
    middles: pa.StringArray
    ranges: dict[str, tuple[int, int]]
    fresh: dict[str, tuple[int, int]]
    issuer: Int64

    def draw(self, rng: np.random.Generator, sort: str, rows: int) -> tuple[Int64, Int64]:
        """Random (text, middle) indices of one sort."""
        return rng.integers(*self.ranges[sort], rows), rng.integers(*self.fresh[sort], rows)

    def texts(self, text: Int64, middle: Int64) -> pa.StringArray:
        """The texts that such indices stand for."""
        parts = (
            self.heads.take(pa.array(text)),
            self.middles.take(pa.array(middle)),
            self.tails.take(pa.array(text)),
        )
        return pc.binary_join_element_wise(*parts, "")


def render(seed: int, size: int) -> Pool:
    """The pool of honest texts, `size` renderings of each sort."""
    rng = np.random.default_rng([seed, 21])
    source = load("normal")
    follows = sorted({fill(source["follow"][i % len(source["follow"])], rng) for i in range(size)})
    numbers = [f"{number}" for number in rng.integers(1000, 1_000_000, 4 * size)]
    heads: list[str] = []
    tails: list[str] = []
    ranges, fresh = {}, {}
    for sort in ("chat", "notice", "code", "advert", "warning", "complaint"):
        first = len(heads)
        for i in range(size):
            head, _, tail = fill(source[sort][i % len(source[sort])], rng).partition("{~}")
            heads.append(head)
            tails.append(tail)
        ranges[sort] = (first, len(heads))
        whole = sort in ("chat", "complaint")
        fresh[sort] = (0, len(follows)) if whole else (len(follows), len(follows) + len(numbers))
    fresh["complaint"] = (follows.index(""), follows.index("") + 1)
    banks = [f"【{bank}】" for bank in load("slots")["bank"]]
    issuer = [next((i for i, bank in enumerate(banks) if head.startswith(bank)), -1) for head in heads]
    return Pool(
        pa.array(heads),
        pa.array(tails),
        pa.array(follows + numbers),
        ranges,
        fresh,
        np.array(issuer, dtype=np.int64),
    )
