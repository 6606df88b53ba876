"""How much a message model loses when senders disguise what they write.

    python benchmarks/attacks.py --data ../shared/data

A model is trained as `xiezhi train messages` does, on four of five folds (near duplicates kept together), and tested on
the fifth: as it is, and with its spam disguised in one way after another. Ham is left alone, as honest people disguise
nothing. Sound-alike characters are drawn from all of a syllable; look-alikes and split characters come from
lists written for this benchmark, which no table of the product holds.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from xiezhi.detect.messages.characters import character_lists
from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.texts import views_of
from xiezhi.learn.characters import counts_matrix, fit_linear
from xiezhi.learn.splits import grouped_splits, near_duplicate_groups
from xiezhi.learn.tables import classes_of, read_data, text_rows
from xiezhi.learn.tasks import find_task

SHARE = 0.3
"""Of the characters that an attack can change, how many it does."""
WANTED = 2.0
"""Points of F1 that an attack may cost."""

LOOKS = (
    "微徽 信佶 加伽 款歀 贷货 银很 行衍 卡咔 号呺 码玛 元兀 万方 钱线 利刮 息恖 办辦 理埋 电申 话活 费贵 "
    "免兔 优尤 惠恵 抽油 奖浆 中申 代伐 开幵 发友 票栗 请清 点奌 击缶 网罔 址扯 登凳 录彔 账帐 户尸 验俭 "
    "证怔 快块 速逨 到倒 期朝 今令 天夭 日曰 大太 人入 买头 卖实 房旁 车东 公么 司同 客容 服眼 品晶 送迭 "
    "满瞒 减咸 活话 动劫 详祥 询洵 咨资 回迥 复夏 退褪 订盯"
)
SPLITS = (
    "好女子 信亻言 加力口 明日月 林木木 钱钅戋 银钅艮 码石马 话讠舌 请讠青 询讠旬 详讠羊 证讠正 账贝长 "
    "购贝勾 赚贝兼 现王见 理王里 期其月 利禾刂 到至刂 别另刂 卡上卜 优亻尤 代亻弋 他亻也 们亻门 仅亻又 "
    "汇氵匚 江氵工 活氵舌 清氵青 满氵㒼 功工力 动云力 助且力 双又又 朋月月 比匕匕 权木又 机木几 村木寸 "
    "相木目 提扌是 抽扌由 打扌丁 找扌戈 投扌殳 快忄夬 情忄青"
)
EMOJI = "😀🔥💰❤️🎁✨"

Attack = Callable[[str, random.Random], str]


def _swaps() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in LOOKS.split()} | {pair[1]: pair[0] for pair in LOOKS.split()}


def _sounds() -> dict[str, str]:
    return {
        character: characters for _, characters in character_lists("sounds.txt") for character in characters
    }


LOOK, SOUND = _swaps(), _sounds()
SPLIT = {entry[0]: entry[1:] for entry in SPLITS.split()}
TRADITIONAL = {plain: characters[0] for plain, characters in character_lists("simplified.txt")}


def changed(change: Callable[[str, random.Random], str], share: float = SHARE) -> Attack:
    """An attack that changes a share of a text's characters, or as many as it can."""

    def attack(text: str, draw: random.Random) -> str:
        after = [change(each, draw) for each in text]
        able = [at for at, each in enumerate(text) if after[at] != each]
        chosen = set(draw.sample(able, min(len(able), round(share * len(text)))))
        return "".join(after[at] if at in chosen else each for at, each in enumerate(text))

    return attack


def full_width(character: str, draw: random.Random) -> str:
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def other_sound(character: str, draw: random.Random) -> str:
    return draw.choice(SOUND.get(character, "").replace(character, "") or character)


def one_of_all(character: str, draw: random.Random) -> str:
    ways = [LOOK.get(character, character), other_sound(character, draw), SPLIT.get(character, character)]
    return draw.choice([way for way in ways if way != character] or [character + draw.choice(EMOJI)])


ATTACKS: dict[str, Attack] = {
    "look-alike": changed(lambda each, draw: LOOK.get(each, each), 1.0),
    "sound-alike": changed(other_sound),
    "split": changed(lambda each, draw: SPLIT.get(each, each), 1.0),
    "emoji between": changed(lambda each, draw: each + draw.choice(EMOJI)),
    "zero-width": changed(lambda each, draw: each + "\u200b", 1.0),
    "full-width": changed(full_width, 1.0),
    "traditional": changed(lambda each, draw: TRADITIONAL.get(each, each), 1.0),
    "broken address": lambda text, draw: (
        text.replace(".", " 。").replace("http", "h t t p").replace("www", "w w w")
    ),
    "30 % changed": changed(one_of_all),
}


def f1(truth: np.ndarray, found: np.ndarray) -> float:
    return float(2 * (truth & found).sum() / max(truth.sum() + found.sum(), 1))


def measure(name: str, path: Path, spam: Callable[[str], bool]) -> None:
    rows = text_rows([read_data(path)], find_task("messages").columns, None)
    labels, classes = classes_of(rows.labels)
    views = views_of("message", normalise(rows.texts))
    split = next(iter(grouped_splits(classes, near_duplicate_groups(views[0]), 1)))
    model = fit_linear(counts_matrix(views), split.train, classes[split.train], labels)
    wanted = np.array([spam(label) for label in labels])
    truth = wanted[classes[split.test]]
    texts = rows.texts.take(pa.array(split.test)).to_pylist()

    def score(tested: list[str]) -> float:
        found = model.scores(views_of("message", normalise(pa.array(tested, pa.large_string()))))
        return f1(truth, wanted[found.argmax(axis=1)])

    clean = score(texts)
    print(
        f"{name}: {len(split.train):,} rows learned, {len(texts):,} tested, near duplicates grouped, one fold"
    )
    print(f"  {'as it is':16} F1 {clean:.4f}")
    for attack, change in ATTACKS.items():
        draw = random.Random(attack)
        found = score([change(text, draw) if bad else text for text, bad in zip(texts, truth, strict=True)])
        fall = 100 * (clean - found)
        print(
            f"  {attack:16} F1 {found:.4f}  {-fall:+6.1f} points  {'met' if fall <= WANTED else 'MISSED'}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with one folder a data set"
    )
    given = parser.parse_args()
    for name, spam in (
        ("zh-sms-spam", lambda label: label == "spam"),
        ("fbs-sms", lambda label: label.startswith("FR_")),
        ("stoneskipping-review", lambda label: label == "spam"),
    ):
        path = given.data / name / "data.csv"
        if path.is_file():
            measure(name, path, spam)
        else:
            print(f"{name}: skipped, {path} is not there")


if __name__ == "__main__":
    main()
