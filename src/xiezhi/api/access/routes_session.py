"""Setting up the first administrator, logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from xiezhi.api.access.addresses import is_local
from xiezhi.api.access.answers import at_the_door, hand_out, refusing, take_back
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.denial import WRONG, Denial
from xiezhi.api.access.directory import DEMO
from xiezhi.api.access.gate import token_in
from xiezhi.api.access.guard import access_of, need
from xiezhi.api.access.models import (
    DemoAsked,
    LoginAsked,
    PasswordAsked,
    Session,
    SessionUser,
    SetupAsked,
    SetupState,
)
from xiezhi.api.access.service import Access
from xiezhi.api.access.sessions import Opened
from xiezhi.api.access.tokens import csrf_of
from xiezhi.api.problems import Refusal, answers
from xiezhi.domain.access import ADMINISTRATOR

router = APIRouter(prefix="/v1", tags=["access"])

Address = Annotated[str, Depends(at_the_door)]


@router.get(
    "/setup",
    operation_id="setup_state",
    summary="Whether there is a first user to be made",
    responses=answers(403, public=True),
)
def setup_state(request: Request, address: Address) -> SetupState:
    """Anybody may ask."""
    access = access_of(request)
    return SetupState(
        needed=not access.accounts.exist(), demo=access.settings.demo and is_local(request.scope)
    )


@router.post(
    "/setup",
    status_code=201,
    operation_id="setup",
    summary="Make the first administrator",
    responses=answers(401, 403, 409, public=True),
)
def setup(request: Request, response: Response, asked: SetupAsked, address: Address) -> Session:
    """With the token of the link that the terminal showed: it is good once, for a day at most."""
    access = access_of(request)
    if not access.first_link.valid(asked.token):
        if wait := access.login.wrong_token(address):
            raise wait.refusal()
        cure = "start the server again: as long as there is no user, it shows a new link"
        raise Refusal(401, "the link is not valid, or has been used, or is older than a day", cure)
    with refusing():
        access.accounts.add(asked.name, "", ADMINISTRATOR, asked.password, first=True)
    access.first_link.used()
    access.note(Caller(asked.name, ADMINISTRATOR, frozenset(), "session", address), "setup", asked.name)
    return _begin(access, response, access.sessions.open(asked.name, address))


@router.post(
    "/session",
    operation_id="log_in",
    summary="Log in",
    responses=answers(401, 403, public=True),
)
def log_in(request: Request, response: Response, asked: LoginAsked, address: Address) -> Session:
    """Gives the cookie `xiezhi_session`; requests that change something must repeat `csrf` in `X-CSRF-Token`."""
    access = access_of(request)
    with refusing():
        opened = access.login.log_in(asked.name, asked.password, address)
    if isinstance(opened, Denial):
        raise opened.refusal()
    if before := token_in(request.headers.get("cookie", "").encode("latin-1")):
        access.sessions.end(before)
    return _begin(access, response, opened)


@router.post(
    "/session/demo",
    operation_id="log_in_to_demo",
    summary="Look at the demo with a role",
    responses=answers(403, 404, public=True),
)
def log_in_to_demo(request: Request, response: Response, asked: DemoAsked, address: Address) -> Session:
    """Only where the demo runs, listens on this machine alone, and is called from this machine."""
    access = access_of(request)
    if not (access.settings.demo and is_local(request.scope)):
        raise Refusal(404, "there is no demo log-in here", "log in with a user's name and password")
    if asked.role not in access.table.roles:
        raise Refusal(
            422, f"there is no role {asked.role!r}", f"choose one of {', '.join(access.table.roles)}"
        )
    opened = access.sessions.open_demo(asked.role, address)
    access.note(Caller(opened.user, asked.role, frozenset(), "session", address), "log_in_to_demo")
    return _begin(access, response, opened)


@router.get("/session", operation_id="session", summary="Who I am and what I may do")
async def session(
    request: Request, response: Response, caller: Annotated[Caller, Depends(need())]
) -> Session:
    """The session of the cookie, or what a key may do."""
    access = access_of(request)
    response.headers["cache-control"] = "no-store"
    token = b"" if caller.key else token_in(request.headers.get("cookie", "").encode("latin-1"))
    return Session(
        user=SessionUser(name=caller.name, role=caller.role, display=_display(access, caller.name)),
        permissions=sorted(caller.permissions),
        csrf=csrf_of(token) if token else "",
        expires_at=caller.expires_at,
        demo=caller.demo,
    )


@router.delete("/session", status_code=204, operation_id="log_out", summary="Log out")
def log_out(request: Request, response: Response, caller: Annotated[Caller, Depends(need())]) -> None:
    """Ends the session of the cookie; a key has none to end."""
    access = access_of(request)
    access.sessions.end(token_in(request.headers.get("cookie", "").encode("latin-1")))
    take_back(response, access.settings)


@router.put(
    "/session/password",
    status_code=204,
    operation_id="change_own_password",
    summary="Change my password",
    responses=answers(),
)
def change_own_password(
    request: Request, response: Response, asked: PasswordAsked, caller: Annotated[Caller, Depends(need())]
) -> None:
    """Ends all sessions of the account, this one too: log in again with the new password."""
    access = access_of(request)
    if caller.via != "session" or caller.demo:
        raise Refusal(
            403, "only somebody logged in with a password can change it", "log in with your own account"
        )
    with refusing():
        wrong = access.login.proven(caller.name, asked.old, caller.address, "change_own_password")
        if wrong is WRONG:
            raise Refusal(403, "the old password is wrong", "write the password that you logged in with")
        if wrong is not None:
            raise wrong.refusal()
        access.accounts.change(caller.name, password=asked.new)
    take_back(response, access.settings)


def _begin(access: Access, response: Response, opened: Opened) -> Session:
    hand_out(response, opened, access.settings)
    known = access.directory.session_of(opened.token)
    if known is None:  # the account was disabled in this very moment
        raise WRONG.refusal()
    return Session(
        user=SessionUser(name=opened.user, role=known.role, display=_display(access, opened.user)),
        permissions=sorted(known.permissions),
        csrf=opened.csrf,
        expires_at=opened.expires_at,
        demo=opened.demo,
    )


def _display(access: Access, name: str) -> str:
    return "demo" if name.startswith(DEMO) else access.directory.display.get(name, name)
