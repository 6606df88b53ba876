"""What a message holds: its length, addresses, contacts, and what the model takes it for."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa

from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.symbols import HAS_CONTACT, HAS_LETTERS, HAS_URL
from xiezhi.detect.messages.texts import TextModel, views_of
from xiezhi.detect.models.registry import shipped_root
from xiezhi.domain.columns import Codes, Column, Variable

_ROLES: Final = {
    "fraud": ("诈骗概率", "Probability of fraud"),
    "illegal": ("违法内容概率", "Probability of illegal content"),
    "advert": ("广告概率", "Probability of advertising"),
}


@cache
def shipped_message_model() -> TextModel:
    """The message model that comes with the package, read once."""
    return TextModel.load(shipped_root() / "messages")


class TextContent:
    """Length, contacts and class of a message; one without letters (a bare number) has no class."""

    channels: ClassVar[tuple[str, ...]] = ("message",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """`text.length`, `text.has_url`, `text.has_contact`, `text.class` and the three probabilities."""
        return (
            Variable("text.length", "number", "正文字数", "Length of the text", "characters"),
            Variable("text.has_url", "flag", "含网址", "Has a web address"),
            Variable("text.has_contact", "flag", "含联系方式", "Has a number or handle to answer to"),
            Variable("text.class", "text", "内容类别", "Class of the content"),
            *(Variable(f"text.{role}_probability", "number", zh, en) for role, (zh, en) in _ROLES.items()),
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """One value a row for each output; probabilities are NaN where a text has no letter."""
        texts = normalise(table.column("text"))
        model = shipped_message_model()
        views = views_of(model.card.preparation, texts)
        symbols = views[0]
        shares = model.linear.probabilities(views)
        silent = (symbols.marks & HAS_LETTERS) == 0
        classes = np.where(silent, -1, shares.argmax(axis=1) if len(shares) else 0).astype(np.int32)
        columns: dict[str, Column] = {
            "text.length": np.diff(texts.offsets).astype(np.float64),
            "text.has_url": (symbols.marks & HAS_URL) != 0,
            "text.has_contact": (symbols.marks & HAS_CONTACT) != 0,
            "text.class": Codes(classes, model.card.labels),
        }
        for role in _ROLES:
            total = np.zeros(len(shares))
            for label in model.card.roles[role]:  # one by one: the order of additions is part of the result
                total += shares[:, model.card.labels.index(label)]
            columns[f"text.{role}_probability"] = np.where(silent, np.nan, total)
        return columns


DETECTORS = (TextContent,)
