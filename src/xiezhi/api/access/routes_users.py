"""Accounts and roles."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath

from xiezhi.api.access.accounts import User
from xiezhi.api.access.answers import refusing
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.errors import ConflictError, ForbiddenError
from xiezhi.api.access.guard import access_of, need
from xiezhi.api.access.models import (
    PermissionShown,
    Roles,
    RoleShown,
    UserAsked,
    UserChange,
    Users,
    UserShown,
)
from xiezhi.api.access.service import Access
from xiezhi.api.problems import answers
from xiezhi.domain.errors import XiezhiError

router = APIRouter(prefix="/v1", tags=["users"])

Manager = Annotated[Caller, Depends(need("users.manage"))]
UserName = Annotated[
    str, InPath(min_length=1, max_length=64, description="the user's name", examples=["li.na"])
]


@router.get("/users", operation_id="list_users", summary="All users")
def list_users(request: Request, caller: Manager) -> Users:
    """By name."""
    return Users(items=[_shown(user) for user in access_of(request).accounts.all()])


@router.post(
    "/users",
    status_code=201,
    operation_id="create_user",
    summary="Make a user",
    responses=answers(409),
)
def create_user(request: Request, asked: UserAsked, caller: Manager) -> UserShown:
    """The role may have no permission that you lack yourself."""
    access = access_of(request)
    with refusing():
        _within(access, caller, asked.role)
        user = access.accounts.add(asked.name, asked.display, asked.role, asked.password)
    access.note(caller, "create_user", user.name, {"role": user.role, "display": user.display})
    return _shown(user)


@router.patch(
    "/users/{name}",
    operation_id="change_user",
    summary="Change a user",
    responses=answers(404, 409),
)
def change_user(request: Request, name: UserName, asked: UserChange, caller: Manager) -> UserShown:
    """Another role, another password or being disabled ends the user's sessions."""
    access = access_of(request)
    changes = asked.model_dump(exclude_unset=True, exclude_none=True)
    with refusing():
        before = access.accounts.find(name)
        _within(access, caller, before.role)
        if asked.role is not None:
            _within(access, caller, asked.role)
        if name == caller.name and changes.keys() & {"password", "disabled", "role"}:
            raise ConflictError(
                "nobody changes their own role or password here, or disables themselves",
                "use PUT /v1/session/password for your password; have somebody else do the rest",
            )
        user = access.accounts.change(name, **changes)
    said = {key: value for key, value in changes.items() if key != "password"}
    access.note(caller, "change_user", name, {**said, "changed": sorted(changes)})
    return _shown(user)


@router.delete(
    "/users/{name}",
    status_code=204,
    operation_id="delete_user",
    summary="Remove a user",
    responses=answers(404, 409),
)
def delete_user(request: Request, name: UserName, caller: Manager) -> None:
    """Ends the user's sessions and revokes the keys they made. The audit log keeps what they did."""
    access = access_of(request)
    with refusing():
        user = access.accounts.find(name)
        _within(access, caller, user.role)
        if name == caller.name:
            raise ConflictError("nobody removes themselves", "have another administrator do it")
        access.accounts.remove(name)


@router.get("/roles", operation_id="list_roles", summary="Roles and permissions")
async def list_roles(request: Request, caller: Annotated[Caller, Depends(need())]) -> Roles:
    """The table as the knowledge files have it."""
    table = access_of(request).table
    shown = [
        RoleShown(
            role=role.id,
            zh=role.zh,
            en=role.en,
            note_zh=role.note_zh,
            note_en=role.note_en,
            permissions=[name for name in table.permissions if name in table.granted[role.id]],
        )
        for role in table.roles.values()
    ]
    permissions = [
        PermissionShown(name=each.id, zh=each.zh, en=each.en, note_zh=each.note_zh, note_en=each.note_en)
        for each in table.permissions.values()
    ]
    return Roles(items=shown, permissions=permissions)


def _within(access: Access, caller: Caller, role: str) -> None:
    """Nobody gives, or takes over through a new password, more than they have."""
    more = access.table.granted.get(role, frozenset()) - caller.permissions
    if role not in access.table.roles:
        roles = ", ".join(access.table.roles)
        raise XiezhiError(f"there is no role {role!r}", f"choose one of {roles}")
    if more:
        raise ForbiddenError(
            f"the role `{role}` may do what you may not: {', '.join(sorted(more))}",
            "have it done by somebody who has these permissions",
        )


def _shown(user: User) -> UserShown:
    return UserShown(**asdict(user))
