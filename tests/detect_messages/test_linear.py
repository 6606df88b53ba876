"""The linear kernel against its formula in plain Python, alone and in company."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.detect.messages.linear import LinearModel, buckets_of
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.symbols import SymbolTexts, message_symbols

BITS = 10


@pytest.fixture(scope="module")
def model() -> LinearModel:
    random = np.random.default_rng(4)
    weights = np.zeros((1 << BITS, 8), dtype=np.int8)
    weights[:, :3] = random.integers(-127, 128, (1 << BITS, 3))
    return LinearModel(
        ("a", "b", "c"), weights, np.array([0.01, 0.02, 0.005]), np.array([0.1, -0.2, 0.0]), 0.7
    )


def symbols_of(texts: list[str]) -> SymbolTexts:
    return message_symbols(normalise(pa.array(texts, pa.string())))


def bucket(gram: str) -> int:
    """The hashing as the module's docstring has it."""
    key = 0
    for symbol in gram:
        key = key << 21 | ord(symbol)
    key ^= key >> 32
    return (key * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> (64 - BITS)


def plain_scores(model: LinearModel, text: str) -> list[float]:
    grams = [text[at : at + size] for size in (1, 2, 3) for at in range(len(text) - size + 1)]
    sums = np.zeros(3, dtype=np.int64)
    for gram in grams:
        sums += model.weights[bucket(gram), :3]
    return [model.scale[k] * sums[k] / np.sqrt(max(len(grams), 1)) + model.bias[k] for k in range(3)]


words = st.text(alphabet="中文贷款信用卡abc", max_size=30)


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=6))
def test_scores_follow_the_formula_and_ignore_neighbours(model: LinearModel, texts: list[str]) -> None:
    together = symbols_of(texts)
    scores, shares = model.scores(together), model.probabilities(together)
    for row, text in enumerate(texts):
        alone = symbols_of([text])
        assert model.scores(alone).tobytes() == scores[row : row + 1].tobytes()
        assert model.probabilities(alone).tobytes() == shares[row : row + 1].tobytes()
        np.testing.assert_allclose(scores[row], plain_scores(model, text), rtol=1e-14)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)


def test_training_sees_the_buckets_that_scoring_sees() -> None:
    texts = symbols_of(["贷款ab", "", "中"])
    buckets, ends = buckets_of(texts.symbols, texts.offsets, BITS)
    assert np.diff(ends).tolist() == [4 + 3 + 2, 0, 1]
    grams = ["贷", "款", "a", "b", "贷款", "款a", "ab", "贷款a", "款ab"]
    assert sorted(buckets[:9].tolist()) == sorted(map(bucket, grams))


def test_reasons_add_up_to_the_score(model: LinearModel) -> None:
    texts = symbols_of(["信用卡贷款abc"])
    reasons = model.reasons(texts, 0, label=1, top=1000)
    score = model.scores(texts)[0, 1]
    assert sum(share for _, share in reasons) == pytest.approx(score - model.bias[1], abs=1e-12)
    assert [share for _, share in reasons] == sorted((share for _, share in reasons), reverse=True)
    assert model.reasons(symbols_of([""]), 0, label=1) == []
