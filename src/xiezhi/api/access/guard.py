"""The guard at the routes: `caller: Annotated[Caller, Depends(need("rules.read"))]`.

`need` lets a caller pass who has all the permissions named (`need()` asks for a log-in alone), answers 401, 403 or
429 otherwise, and notes every unsafe operation in the audit log once it has succeeded. A handler that knows more
than the route's name and path does calls `access.note(caller, what, target, detail)` itself; nothing is noted
twice then. `need(..., noted=False)` is for a POST that changes nothing, such as a validation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from fastapi import Security
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from xiezhi.api.access.caller import Caller
from xiezhi.api.access.fast import lacking
from xiezhi.api.access.gate import SAFE
from xiezhi.api.access.openapi import KEY, SESSION
from xiezhi.api.problems import Refusal

if TYPE_CHECKING:
    from xiezhi.api.access.service import Access

__all__ = ["Caller", "access_of", "need", "note"]


def access_of(request: Request) -> Access:
    """The access service of the house that answers a request."""
    access: Access = request.app.state.house.access
    return access


def need(*permissions: str, noted: bool = True) -> Callable[..., AsyncIterator[Caller]]:
    """A FastAPI dependency that yields the `Caller` if it has all these permissions.

    Raises `Refusal`: 401 without a valid log-in or key, 403 without a permission or with a forged browser
    request, 429 above a rate limit. `noted` False leaves the audit log to the handler.
    """
    by_key = Security(KEY, scopes=list(permissions))
    by_session = Security(SESSION, scopes=list(permissions))

    async def needed(
        request: Request, _key: None = by_key, _session: None = by_session
    ) -> AsyncIterator[Caller]:
        caller = access_of(request).identify(request.scope)
        unsafe = request.method not in SAFE
        for permission in permissions:
            if not caller.may(permission):
                if unsafe:
                    await note(request, caller, {"refused": permission})
                raise lacking(caller, permission).refusal()
        try:
            yield caller
        except Refusal:
            raise
        except Exception:
            # Something of it may have been done before it failed.
            if noted and unsafe and caller.notes == 0:
                await note(request, caller, {"failed": True})
            raise
        if noted and unsafe and caller.notes == 0:
            await note(request, caller, {})

    return needed


async def note(request: Request, caller: Caller, detail: dict[str, Any]) -> None:
    """Put the operation that a request asks for into the audit log."""
    route = request.scope.get("route")
    what = getattr(route, "operation_id", None) or f"{request.method} {getattr(route, 'path', '?')}"
    target = "/".join(str(value) for value in request.path_params.values())
    await run_in_threadpool(access_of(request).note, caller, what, target, detail)
