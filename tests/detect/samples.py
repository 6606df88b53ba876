"""Canonical rows of every channel for tests: plausible values, odd ones and missing ones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from xiezhi.domain.schema import EventSchema, Field

PHONES = [
    "13800138000",
    "17012345678",
    "95588",
    "0010086",
    "+95588",
    "01088886666",
    "106900001234",
    "u7",
    "",
    "0",
]
WORDS = {
    "phone": PHONES,
    "domain": [
        "icbc-vip.top",
        "www.icbc.com.cn",
        "a.b",
        "203.0.113.9",
        "xn--fiqs8s.cn",
        "888.vip",
        "localhost",
    ],
    "package": ["com.example.notes", "uni.UNI12AB34C", "a", "io.dcloud.H5ABCDEF0", "com..b"],
}
TEXTS = [
    "您的快递丢失,加QQ 123456 理赔",
    "https://a.top/x",
    "在吗",
    "",
    "110",
    "刷单返利 日结 😀",
    "\u200b",
    "a" * 300,
]
NUMBERS = [0.0, -1.0, 99.99, 100.0, 950.0, 4999.99, 1e308, 50_000.0, float("nan"), float("inf")]
TIMES = [0, -1, 1_700_000_000_000, 2**62, -(2**62)]


def rows(schema: EventSchema, count: int, seed: int, missing: float = 0.2) -> pa.RecordBatch:
    """`count` rows of a channel; a share of `missing` of all values is null."""
    rng = np.random.default_rng(seed)
    columns = [_column(field, count, rng, missing) for field in schema.fields]
    return pa.record_batch([*columns, pa.nulls(count, pa.string())], schema=schema.arrow)


def _column(field: Field, count: int, rng: np.random.Generator, missing: float) -> pa.Array:
    values = _values(field)
    picked = [values[i] for i in rng.integers(0, len(values), count)]
    return pa.array(picked, field.arrow_type, mask=rng.random(count) < missing)


def _values(field: Field) -> list[object]:
    if field.type == "identifier":
        return list(WORDS.get(field.kind, ["a1", "b2", "c3"]))
    return {
        "time": TIMES,
        "text": TEXTS,
        "number": NUMBERS,
        "integer": [0, 1, 460],
        "flag": [True, False],
        "code": [*(field.values or ("x", "y"))],
    }[field.type]
