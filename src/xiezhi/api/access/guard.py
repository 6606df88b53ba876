"""The guard at the routes: `Annotated[Caller, Depends(need("rules.read"))]`.

`need` lets a caller pass who has all the permissions named (`need()` asks for a log-in alone), answers 401, 403 or
429 otherwise, and notes every unsafe operation in the audit log once it has succeeded. A handler that knows more
than the route's name and path does calls `access.note(caller, what, target, detail)` itself; nothing is noted
twice then. `need(..., noted=False)` is for a POST that changes nothing, such as a validation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from xiezhi.api.access.caller import Caller
from xiezhi.api.problems import Refusal

if TYPE_CHECKING:
    from xiezhi.api.access.service import Access

__all__ = ["Caller", "access_of", "need", "needed_by"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Dependency = Callable[[Request], AsyncIterator[Caller]]


def access_of(request: Request) -> Access:
    """The access service of the house that answers a request."""
    access: Access = request.app.state.house.access
    return access


def need(*permissions: str, noted: bool = True) -> Dependency:
    """A FastAPI dependency that yields the `Caller` if it has all these permissions.

    Raises `Refusal`: 401 without a valid log-in or key, 403 without a permission or with a forged browser
    request, 429 above a rate limit. `noted` False leaves the audit log to the handler.
    """

    async def needed(request: Request) -> AsyncIterator[Caller]:
        access = access_of(request)
        caller = access.identify(request.scope)
        unsafe = request.method not in SAFE
        missing = [each for each in permissions if not caller.may(each)]
        if missing:
            if unsafe:
                await _note(access, caller, request, {"refused": ", ".join(missing)})
            raise Refusal(
                403,
                f"this needs the permission `{missing[0]}`, which {_who(caller)} does not have",
                "ask an administrator for a role or a key that has it",
            )
        yield caller
        if noted and unsafe and caller.notes == 0:
            await _note(access, caller, request, {})

    vars(needed)[_MARK] = permissions
    return needed


_MARK = "xiezhi_permissions"


def needed_by(call: Any) -> tuple[str, ...] | None:
    """The permissions that a dependency made by `need` asks for; None for any other callable."""
    found: tuple[str, ...] | None = getattr(call, _MARK, None)
    return found


def _who(caller: Caller) -> str:
    return f"the key {caller.key}…" if caller.key else f"the role `{caller.role}`"


async def _note(access: Access, caller: Caller, request: Request, detail: dict[str, Any]) -> None:
    route = request.scope.get("route")
    what = getattr(route, "operation_id", None) or f"{request.method} {getattr(route, 'path', '?')}"
    target = "/".join(str(value) for value in request.path_params.values())
    await run_in_threadpool(access.note, caller, what, target, detail)
