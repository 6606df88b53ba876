"""Files to read, from the files and folders that a user names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from xiezhi.domain.errors import XiezhiError
from xiezhi.sources.inputs import STDIN, split_name

READABLE = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
"""Extensions of files that can be read. All but Parquet may be compressed besides: .gz, .zst, .bz2."""


def is_readable(path: Path) -> bool:
    """Whether a file's name says that it can be read."""
    _, extension, compression = split_name(path)
    return (
        extension in READABLE
        and not (compression and extension == ".parquet")
        and not path.name.startswith(".")
    )


def expand_paths(paths: Iterable[str | Path]) -> list[str]:
    """The files named: a file as it is, a folder's readable files in order of name (folders within are not
    entered), `-` for standard input. A file named twice is taken once. `XiezhiError` when there is
    nothing."""
    found: dict[str, None] = {}
    for name in map(str, paths):
        found.update(dict.fromkeys([name] if name == STDIN else _expand(Path(name))))
    if not found:
        raise XiezhiError("no file to read was named", "name files or folders, or - for standard input")
    return list(found)


def _expand(path: Path) -> list[str]:
    if not path.is_dir():
        if not path.exists():
            raise XiezhiError(f"{path}: no such file or folder", "check the path")
        return [str(path)]
    try:
        inside = sorted(entry for entry in path.iterdir() if entry.is_file() and is_readable(entry))
    except OSError as error:
        raise XiezhiError(f"{path}: cannot be read: {error.strerror}", "check the permissions") from None
    if not inside:
        raise XiezhiError(f"{path}: holds no file that can be read", f"readable are {', '.join(READABLE)}")
    return list(map(str, inside))
