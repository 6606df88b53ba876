"""API keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath

from xiezhi.api.access.answers import refusing
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.errors import ForbiddenError
from xiezhi.api.access.guard import access_of, need
from xiezhi.api.access.models import KeyAsked, KeyMade, Keys, KeyShown
from xiezhi.api.problems import answers

router = APIRouter(prefix="/v1", tags=["keys"])

Manager = Annotated[Caller, Depends(need("keys.manage"))]
KeyId = Annotated[
    str, InPath(min_length=1, max_length=32, description="the key's id", examples=["3f9a5c01d2e4"])
]


@router.get("/keys", operation_id="list_keys", summary="All keys")
def list_keys(request: Request, caller: Manager) -> Keys:
    """Newest first, revoked ones too; never their secrets."""
    return Keys(items=[KeyShown(**asdict(key)) for key in access_of(request).keys.all()])


@router.post(
    "/keys",
    status_code=201,
    operation_id="create_key",
    summary="Make a key",
    responses=answers(),
)
def create_key(request: Request, asked: KeyAsked, caller: Manager) -> KeyMade:
    """Its secret is shown this once. It can do what its scopes say as long as you can do it yourself."""
    access = access_of(request)
    with refusing():
        if caller.via == "key":
            # A stolen key must not be able to leave another one behind.
            raise ForbiddenError("a key makes no keys", "log in as a person to make one")
        key, secret = access.keys.create(
            asked.name, asked.scopes, caller.name, caller.permissions, asked.expires_at
        )
    access.note(
        caller, "create_key", key.id, {"name": key.name, "scopes": key.scopes, "expires_at": key.expires_at}
    )
    return KeyMade(**asdict(key), secret=secret)


@router.delete(
    "/keys/{id}",
    status_code=204,
    operation_id="revoke_key",
    summary="Revoke a key",
    responses=answers(404),
)
def revoke_key(request: Request, id: KeyId, caller: Manager) -> None:
    """From the next request on it is refused."""
    access = access_of(request)
    with refusing():
        key = access.keys.revoke(id)
    access.note(caller, "revoke_key", key.id, {"name": key.name})
