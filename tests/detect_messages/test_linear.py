"""The linear kernel against its formula in plain Python, alone and in company."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.detect.messages.linear import LinearModel, buckets_of
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.sounds import sound_symbols
from xiezhi.detect.messages.symbols import SymbolTexts
from xiezhi.detect.messages.texts import views_of
from xiezhi.learn.characters import counts_matrix, fit_linear, weighed

BITS = 10


@pytest.fixture(scope="module")
def model() -> LinearModel:
    random = np.random.default_rng(4)
    weights = np.zeros((1 << BITS, 8), dtype=np.int8)
    weights[:, :3] = random.integers(-127, 128, (1 << BITS, 3))
    importance = random.integers(0, 200, 1 << BITS).astype(np.uint8)
    importance[:100] = 0
    return LinearModel(
        ("a", "b", "c"), weights, importance, np.array([0.01, 0.02, 0.005]), np.array([0.1, -0.2, 0.0]), 0.7
    )


def views_of_texts(texts: list[str]) -> tuple[SymbolTexts, ...]:
    return views_of("message", normalise(pa.array(texts, pa.string())))


def bucket(gram: str, view: int) -> int:
    """The hashing as the module's docstring has it."""
    key = 0
    for symbol in gram:
        key = key << 21 | ord(symbol)
    key ^= (view * 0xA0761D6478BD642F % (1 << 64)) ^ (key >> 32)
    return (key * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> (64 - BITS)


def grams_of(text: str) -> list[str]:
    return [text[at : at + size] for size in (1, 2, 3) for at in range(len(text) - size + 1)]


def plain_scores(model: LinearModel, views: list[str]) -> list[float]:
    scores = [float(each) for each in model.bias]
    for view, text in enumerate(views):
        buckets = [each for each in (bucket(gram, view) for gram in grams_of(text)) if model.importance[each]]
        length = sum(int(model.importance[each]) ** 2 for each in buckets)
        for k in range(3):
            total = sum(int(model.weights[each, k]) for each in buckets)
            scores[k] += model.scale[k] * total / np.sqrt(max(length, 1))
    return scores


def read(symbols: SymbolTexts, row: int) -> str:
    return "".join(map(chr, symbols.symbols[symbols.offsets[row] : symbols.offsets[row + 1]].tolist()))


words = st.text(alphabet="中文贷款信用卡abc", max_size=30)


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=6))
def test_scores_follow_the_formula_and_ignore_neighbours(model: LinearModel, texts: list[str]) -> None:
    together = views_of_texts(texts)
    scores, shares = model.scores(together), model.probabilities(together)
    for row, text in enumerate(texts):
        alone = views_of_texts([text])
        assert model.scores(alone).tobytes() == scores[row : row + 1].tobytes()
        assert model.probabilities(alone).tobytes() == shares[row : row + 1].tobytes()
        np.testing.assert_allclose(
            scores[row], plain_scores(model, [read(view, row) for view in together]), rtol=1e-12, atol=1e-12
        )
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)


@pytest.mark.parametrize("view", [0, 1, 2])
def test_training_sees_the_buckets_that_scoring_sees(view: int) -> None:
    texts = views_of_texts(["贷款ab", "", "中"])[0]
    buckets, ends = buckets_of(texts.symbols, texts.offsets, BITS, view)
    assert np.diff(ends).tolist() == [4 + 3 + 2, 0, 1]
    grams = ["贷", "款", "a", "b", "贷款", "款a", "ab", "贷款a", "款ab"]
    assert sorted(buckets[:9].tolist()) == sorted(bucket(gram, view) for gram in grams)


def test_what_training_fits_is_what_scoring_gives() -> None:
    texts = ["您的账户异常请登录", "明天开会", "贷款利息低", "吃饭了吗", "账户冻结请登录", "晚上见"]
    views, classes = views_of_texts(texts), np.array([1, 0, 1, 0, 1, 0])
    counts, rows = counts_matrix(views, 12), np.arange(6)
    fitted = fit_linear(counts, rows, classes, ("honest", "fraud"))
    assert (fitted.scores(views).argmax(axis=1) == classes).all()
    features = weighed(counts, fitted.importance, rows)
    worth = np.maximum(fitted.importance, 1)[:, None]
    weights = fitted.weights[:, :2] * fitted.scale / worth
    np.testing.assert_allclose(features @ weights + fitted.bias, fitted.scores(views), rtol=1e-9)


def test_reasons_add_up_to_the_score(model: LinearModel) -> None:
    views = views_of_texts(["信用卡贷款abc"])
    shares = [sum(model.reasons(texts, view, 0, label=1).values()) for view, texts in enumerate(views)]
    assert sum(shares) == pytest.approx(model.scores(views)[0, 1] - model.bias[1], abs=1e-12)
    assert model.reasons(views_of_texts([""])[0], 0, 0, label=1) == {}


def test_characters_of_one_sound_are_one_symbol() -> None:
    words = ["微信", "薇芯", "威心", "徽信", "章", "脏", "男", "兰"]
    sounds = sound_symbols(normalise(pa.array(words)))
    found = [read(sounds, row) for row in range(len(words))]
    assert found[0] == found[1] == found[2] != found[3]
    assert found[4] == found[5] and found[6] == found[7]
    kept = sound_symbols(normalise(pa.array(["OK 13912345678，a!"])))
    assert read(kept, 0) == "okMa"
