"""Passwords: hashed with argon2id, at most a few at a time, and never among the common ones."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type

from xiezhi.api.access.settings import AccessSettings
from xiezhi.domain.errors import XiezhiError

SHORTEST, LONGEST = 10, 256
PATIENCE = 5.0
"""Seconds that a log-in waits for its turn to be hashed."""
MOST_WAITING = 8
"""Log-ins that wait at once; each holds a thread that other operations need."""

_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class BusyError(Exception):
    """Too many passwords are being hashed at the moment."""


class Passwords:
    """Hashes and checks passwords. One hash takes tens of milliseconds and the memory that settings say, so
    that only `hashes_at_once` are computed at a time."""

    def __init__(self, settings: AccessSettings) -> None:
        # One lane: the engine needs the other cores more than a log-in does.
        self._hasher = PasswordHasher(
            time_cost=settings.hash_rounds,
            memory_cost=settings.hash_memory_kib,
            parallelism=1,
            type=Type.ID,
        )
        self._turns = _Turns(settings.hashes_at_once)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The password with its salt and parameters, ready to be stored. Raises `BusyError`."""
        with self._turns:
            return self._hasher.hash(_even(password))

    def check(self, password: str, stored: str | None) -> bool:
        """Whether it is the password. Without a stored one the same work is done, in vain. Raises `BusyError`."""
        with self._turns:
            try:
                return self._hasher.verify(stored or self._nobody, _even(password)) and stored is not None
            except (Argon2Error, InvalidHashError):
                return False

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than those of today."""
        return self._hasher.check_needs_rehash(stored)


class _Turns:
    """Lets a few in at once and a few more wait for them. Raises `BusyError` for all others."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.BoundedSemaphore(at_once + MOST_WAITING)
        self._turns = threading.BoundedSemaphore(at_once)

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise BusyError
        if not self._turns.acquire(timeout=PATIENCE):
            self._places.release()
            raise BusyError

    def __exit__(self, *_: object) -> None:
        self._turns.release()
        self._places.release()


def check_strength(password: str, name: str) -> None:
    """Raises `XiezhiError` for a password that others would soon guess."""
    even = _even(password)
    if not SHORTEST <= len(even) <= LONGEST:
        raise XiezhiError(
            f"the password has {len(even)} characters",
            f"choose {SHORTEST} to {LONGEST}; four or five words that do not belong together are easy to keep",
        )
    folded = even.casefold()
    core = _AROUND.sub("", folded)
    if name.casefold() in (folded, core):
        raise XiezhiError("the password is the user name", "choose one that has nothing to do with it")
    if folded in common() or core in common() or len(set(folded)) < 4:
        raise XiezhiError(
            "the password is one of the first that others would try", "choose four or five words at random"
        )


@cache
def common() -> frozenset[str]:
    """Passwords that many people choose, in lower case, bare of digits and signs around them."""
    text = (resources.files("xiezhi.api.access") / "common_passwords.txt").read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _even(password: str) -> str:
    """One form for what looks the same, so that every keyboard's way of writing it is accepted."""
    return unicodedata.normalize("NFKC", password)
