"""Window state on disk, with the journal offset that it belongs to."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from xiezhi.domain.errors import XiezhiError

KEPT = 2
Arrays = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State as of just before `offset`."""

    offset: int
    arrays: Arrays


@dataclass(frozen=True, slots=True)
class Found:
    """The newest usable checkpoint, if any, and what was wrong with newer ones."""

    checkpoint: Checkpoint | None
    complaints: tuple[str, ...]


def save(folder: Path, offset: int, layout: str, arrays: Arrays) -> None:
    """Write a checkpoint whole or not at all, and keep the newest two. Raises `XiezhiError` on a full disk."""
    path = folder / f"{offset:012d}.npz"
    aside = path.with_suffix(".partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(aside, "wb") as file:
            np.savez(file, allow_pickle=False, layout=np.array(layout), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        for old in sorted(folder.glob("*.npz"))[:-KEPT]:
            old.unlink()
    except OSError as error:
        raise XiezhiError(
            f"{path}: can't be written ({error.strerror or error})",
            "make room and start again; nothing is lost",
        ) from error


def newest(folder: Path, layout: str, end: int) -> Found:
    """The newest checkpoint that is whole, of this layout and not beyond offset `end`."""
    complaints = []
    for path in sorted(folder.glob("*.npz"), reverse=True):
        offset = int(path.stem)
        try:
            with np.load(path, allow_pickle=False) as saved:
                # Each member carries a checksum that is compared as it is read.
                arrays = {name: saved[name] for name in saved.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            complaints.append(
                f"{path}: the checkpoint is damaged ({error}); an older one or the journal serves"
            )
            continue
        if str(arrays.pop("layout")) != layout:
            complaints.append(f"{path}: is of other features; the windows are made again from the journal")
        elif offset > end:
            complaints.append(f"{path}: is newer than the results that are kept; it is left aside")
        else:
            return Found(Checkpoint(offset, arrays), tuple(complaints))
    return Found(None, tuple(complaints))
