"""What the operations of access take and give."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiezhi.api.access.accounts import NAME

MS = 8_640_000_000_000_000
"""The latest time that a browser's clock knows, in ms since 1970."""

Time = Annotated[int, Field(ge=0, le=MS, description="ms since 1970", examples=[1_790_000_000_000])]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
NewName = Annotated[str, StringConstraints(pattern=NAME)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Display = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Asked(BaseModel):
    """A request's body: no unknown fields."""

    model_config = ConfigDict(extra="forbid")


def example(**values: Any) -> ConfigDict:
    """The configuration of a body with an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": values})


class SetupState(BaseModel):
    """Whether the house still waits for its first user."""

    needed: bool = Field(description="there is no user yet: open the link that the terminal shows")
    demo: bool = Field(description="a demo log-in is offered to you")


class SetupAsked(Asked):
    """The first administrator."""

    model_config = example(token="from the link", name="wang", password="four words of your own")
    token: Token
    name: NewName
    password: Password


class LoginAsked(Asked):
    """Name and password."""

    model_config = example(name="wang", password="four words of your own")
    name: Name
    password: Password


class DemoAsked(Asked):
    """The role to look at the demo with."""

    model_config = example(role="analyst")
    role: Word


class PasswordAsked(Asked):
    """A new password for oneself."""

    model_config = example(old="four words of your own", new="four other words entirely")
    old: Password
    new: Password


class SessionUser(BaseModel):
    """Whose session it is."""

    name: str
    role: str
    display: str


class Session(BaseModel):
    """A log-in: who, what they may do, and what the header X-CSRF-Token must say."""

    user: SessionUser
    permissions: list[str]
    csrf: str = Field(description="empty for a key, which needs none")
    expires_at: int | None = Field(description="ms since 1970; null for a key that never expires")
    demo: bool


class UserShown(BaseModel):
    """An account."""

    name: str
    display: str
    role: str
    created_at: int
    last_login_at: int | None
    disabled: bool


class Users(BaseModel):
    """All accounts."""

    items: list[UserShown]
    next: str | None = None


class UserAsked(Asked):
    """A new account."""

    model_config = example(name="li.na", display="李娜", role="analyst", password="four words of your own")
    name: NewName
    display: Display = ""
    role: Word
    password: Password


class UserChange(Asked):
    """What is to change of an account; what is left out stays."""

    model_config = example(role="operator", disabled=False)
    display: Display | None = None
    role: Word | None = None
    disabled: bool | None = None
    password: Password | None = None


class RoleShown(BaseModel):
    """A role with all its permissions."""

    role: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    permissions: list[str]


class PermissionShown(BaseModel):
    """A permission."""

    name: str
    zh: str
    en: str
    note_zh: str
    note_en: str


class Roles(BaseModel):
    """The table of permissions."""

    items: list[RoleShown]
    permissions: list[PermissionShown]
    next: str | None = None


class KeyShown(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_by: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked: bool


class Keys(BaseModel):
    """All keys, newest first."""

    items: list[KeyShown]
    next: str | None = None


class KeyAsked(Asked):
    """A new key."""

    model_config = example(name="billing system", scopes=["decide.run"], expires_at=1_890_000_000_000)
    name: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    scopes: list[Word] = Field(min_length=1, max_length=64)
    expires_at: Time | None = None


class KeyMade(KeyShown):
    """A new key with its secret, which is shown this once."""

    secret: str


class AuditRow(BaseModel):
    """Who did or read what."""

    number: int
    at: int
    who: str
    role: str
    via: str
    key: str | None
    address: str
    what: str
    target: str
    detail: dict[str, Any]


class AuditPage(BaseModel):
    """Rows of the audit log, newest first."""

    items: list[AuditRow]
    next: str | None
