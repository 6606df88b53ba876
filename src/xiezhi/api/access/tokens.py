"""Random tokens, of which only digests are kept."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from base64 import urlsafe_b64encode

_LETTERS = string.ascii_letters + string.digits
_PREFIX, _SECRET = 8, 40  # 40 letters of 62 are 238 bits
_KEY = re.compile(rf"(xz_[A-Za-z0-9]{{{_PREFIX}}})[A-Za-z0-9]{{8,}}")


def new_token() -> str:
    """256 random bits as text that fits a cookie or a link."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A short random name."""
    return secrets.token_hex(6)


def new_key() -> tuple[str, str]:
    """An API key and its visible beginning."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(_PREFIX + _SECRET))
    return f"xz_{text}", f"xz_{text[:_PREFIX]}"


def digest(token: bytes | str) -> str:
    """SHA-256 in hex. A token has too many bits to be guessed, so no slow hash is needed."""
    return hashlib.sha256(token.encode() if isinstance(token, str) else token).hexdigest()


def csrf_of(token: bytes | str) -> str:
    """The CSRF token that belongs to a session's token; from it the session's token can't be found."""
    raw = token.encode() if isinstance(token, str) else token
    return urlsafe_b64encode(hashlib.sha256(b"xiezhi csrf\0" + raw).digest()).decode().rstrip("=")


def without_keys(text: str) -> str:
    """A text in which API keys are cut down to their visible beginning."""
    return _KEY.sub(r"\1…", text)
