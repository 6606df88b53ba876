"""The table of how Chinese characters sound, made again by one command:

    pip install pypinyin && python -m xiezhi.learn.sounds

It is data of the package (`knowledge/data/sounds.txt`); pypinyin (MIT) is needed to make it, not to read it.
"""

from __future__ import annotations

from collections import defaultdict

from xiezhi.knowledge.base import data_folder

RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
HEADER = """\
# How characters sound: a syllable without its tone, and the characters whose most common reading it is.
# Source: the readings of pypinyin {version} (MIT licence, https://github.com/mozillazg/python-pinyin).
# Made by `python -m xiezhi.learn.sounds`.
"""


def main() -> None:
    """Write the table into the package."""
    import pypinyin
    from pypinyin.constants import PINYIN_DICT

    found: dict[str, list[str]] = defaultdict(list)
    for start, stop in RANGES:
        for code in range(start, stop):
            if code in PINYIN_DICT:
                found[pypinyin.lazy_pinyin(chr(code))[0].replace("ü", "v")].append(chr(code))
    lines = [f"{sound} {''.join(found[sound])}\n" for sound in sorted(found) if sound.isascii()]
    text = HEADER.format(version=pypinyin.__version__) + "".join(lines)
    (data_folder() / "sounds.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
