"""What the routes of access share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import Response

from xiezhi.api.access import denial
from xiezhi.api.access.denial import Denial
from xiezhi.api.access.errors import ConflictError, ForbiddenError, UnknownError
from xiezhi.api.access.gate import COOKIE
from xiezhi.api.access.guard import access_of
from xiezhi.api.access.passwords import BusyError
from xiezhi.api.access.sessions import Opened
from xiezhi.api.access.settings import AccessSettings
from xiezhi.api.problems import Refusal
from xiezhi.domain.errors import XiezhiError

_STATUS = ((UnknownError, 404), (ConflictError, 409), (ForbiddenError, 403))


@contextmanager
def refusing() -> Iterator[None]:
    """Turns the faults of accounts and keys into answers with their status."""
    try:
        yield
    except BusyError as error:
        raise denial.BUSY.refusal() from error
    except XiezhiError as error:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
        raise Refusal(status, error.message, error.cure) from error


def at_the_door(request: Request) -> str:
    """The address of somebody who has not logged in; a dependency. Raises `Refusal` (403, 429)."""
    found = access_of(request).gate.door(request.scope)
    if isinstance(found, Denial):
        raise found.refusal()
    return found


def hand_out(response: Response, opened: Opened, settings: AccessSettings) -> None:
    """Give the session's token to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(settings.life_seconds),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="strict",
    )
    response.headers["cache-control"] = "no-store"


def take_back(response: Response, settings: AccessSettings) -> None:
    """Have the browser forget the session's token."""
    response.delete_cookie(COOKIE, path="/", secure=settings.https, httponly=True, samesite="strict")
