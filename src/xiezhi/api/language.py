"""The language of texts in answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.types import Scope

from xiezhi.decide.wording import Language


def language_of(scope: Scope) -> Language:
    """English when `Accept-Language` begins with `en`, otherwise Chinese."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return "en" if value[:2].lower() == b"en" else "zh"
    return "zh"


def language(request: Request) -> Language:
    """The same as a dependency of an operation."""
    return language_of(request.scope)


TheLanguage = Annotated[Language, Depends(language)]
"""The language as a parameter of an operation."""
