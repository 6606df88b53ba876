"""The tables of Chinese characters in `knowledge/data`, made again by one command:

    pip install pypinyin opencc-python-reimplemented && python -m xiezhi.learn.character_data

Both packages are needed to make the tables, not to read them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from importlib import metadata, resources

from xiezhi.detect.messages.characters import LIMIT
from xiezhi.knowledge.base import data_folder

RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_SOUNDS = """\
# How characters sound: a syllable without its tone, and the characters whose most common reading it is.
# Source: the readings of pypinyin {version} (MIT licence).
# Made by `python -m xiezhi.learn.character_data`.
"""
_SIMPLIFIED = """\
# Simplified characters, and the traditional ones that are written so.
# Source: the characters of OpenCC (Apache-2.0) as packaged by opencc-python-reimplemented {version}; the first where
# it gives several.
# Made by `python -m xiezhi.learn.character_data`.
"""


def sounds() -> Iterable[tuple[str, str]]:
    """(syllable, character) for every character with a reading."""
    import pypinyin
    from pypinyin.constants import PINYIN_DICT

    for start, stop in RANGES:
        for code in range(start, stop):
            if code in PINYIN_DICT:
                sound = pypinyin.lazy_pinyin(chr(code))[0].replace("ü", "v")
                if sound.isascii():
                    yield sound, chr(code)


def simplified() -> Iterable[tuple[str, str]]:
    """(simplified, traditional) for every character that has a simplified form."""
    table = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    for line in table.read_text("utf-8").splitlines():
        traditional, _, forms = line.partition("\t")
        plain = forms.split(" ")[0].strip()
        if len(traditional) == len(plain) == 1 and traditional != plain and ord(plain) < LIMIT:
            yield plain, traditional


def _write(name: str, header: str, package: str, pairs: Iterable[tuple[str, str]]) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for key, character in pairs:
        found[key].append(character)
    lines = [f"{key} {''.join(found[key])}\n" for key in sorted(found)]
    text = header.format(version=metadata.version(package)) + "".join(lines)
    (data_folder() / name).write_text(text, "utf-8")


def main() -> None:
    """Write both tables into the package."""
    _write("sounds.txt", _SOUNDS, "pypinyin", sounds())
    _write("simplified.txt", _SIMPLIFIED, "opencc-python-reimplemented", simplified())


if __name__ == "__main__":
    main()
