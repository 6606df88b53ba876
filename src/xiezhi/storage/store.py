"""A store: the folder in which one installation keeps everything."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from xiezhi.domain.errors import XiezhiError


@dataclass(slots=True)
class Store:
    """The folder `root` and where things lie in it. `hold` keeps other engines out until `release`."""

    root: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    @property
    def journal(self) -> Path:
        """The journal's database."""
        return self.root / "journal.db"

    @property
    def operations(self) -> Path:
        """The operational tables' database."""
        return self.root / "operations.db"

    @property
    def history(self) -> Path:
        """Decided events as Parquet."""
        return self.root / "history"

    @property
    def checkpoints(self) -> Path:
        """Window state."""
        return self.root / "checkpoints"

    @property
    def models(self) -> Path:
        """Models of the site's own."""
        return self.root / "models"

    def make(self) -> Store:
        """Make the folder if it is not there. Raises `XiezhiError` where that can't be done."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(self.root, error) from error
        return self

    def existing(self) -> Store:
        """This store, if there is one. Raises `XiezhiError` otherwise."""
        if not self.journal.is_file():
            raise XiezhiError(
                f"{self.root}: there is no store here", "give --store DIR of a replay or of the server"
            )
        return self

    def hold(self) -> None:
        """Keep other engines out. Raises `XiezhiError` when one has the store already."""
        try:
            handle = open(self.root / "lock", "a+")  # noqa: SIM115 - it stays open as long as the lock
        except OSError as error:
            raise _refused(self.root, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.close()
            raise XiezhiError(
                f"{self.root}: another engine is working on this store",
                "stop it first, send what you want through its address, or give another --store",
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        self._lock = handle

    def held(self) -> bool:
        """Whether some engine, here or in another process, works on the store."""
        if self._lock is not None:
            return True
        try:
            with open(self.root / "lock", "a+") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False

    def release(self) -> None:
        """Let others in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _refused(root: Path, error: OSError) -> XiezhiError:
    return XiezhiError(
        f"{root}: can't be written ({error.strerror or error})",
        "check the folder's owner, its rights and the mount",
    )
