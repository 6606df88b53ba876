"""`xiezhi users` and `xiezhi keys`: accounts and keys for an operator without the console."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from xiezhi.cli.common import DEFAULT_STORE, OverlayOption, StoreOption, errors, say
from xiezhi.cli.lists import until
from xiezhi.domain.errors import XiezhiError

if TYPE_CHECKING:
    from xiezhi.api.access.caller import Caller
    from xiezhi.api.access.service import Access

users = typer.Typer(help="People who may log in.", no_args_is_help=True)
keys = typer.Typer(help="Keys with which programs call the API.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The user's name.")]


@users.command("add")
def users_add_command(
    name: NameArgument,
    role: Annotated[
        str, typer.Option("--role", help="viewer, analyst, operator or administrator.")
    ] = "viewer",
    display: Annotated[str, typer.Option("--display", help="The name to show.")] = "",
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Make a user. The password is asked for, or read from standard input.

    Example: `xiezhi users add wang --role administrator --display 王芳 --store xiezhi-store`
    """
    with _access(store, overlay) as (access, me):
        user = access.accounts.add(name, display, role, _password(twice=True))
        access.note(me, "create_user", name, {"role": user.role, "display": user.display})
    say(f"made the user {name} with the role {role}")


@users.command("list")
def users_list_command(store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None) -> None:
    """Show all users.

    Example: `xiezhi users list --store xiezhi-store`
    """
    table = Table("name", "shown as", "role", "made", "last log-in", "state")
    with _access(store, overlay) as (access, _):
        for user in access.accounts.all():
            state = "disabled" if user.disabled else "active"
            made, last = _day(user.created_at), _day(user.last_login_at)
            table.add_row(user.name, user.display, user.role, made, last, state)
    errors.print(table)


@users.command("disable")
def users_disable_command(
    name: NameArgument,
    again: Annotated[bool, typer.Option("--undo", help="Let the user in again.")] = False,
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Log a user out and keep them out; their keys stop too.

    Example: `xiezhi users disable li.na --store xiezhi-store`
    """
    with _access(store, overlay) as (access, me):
        access.accounts.change(name, disabled=not again)
        access.note(me, "change_user", name, {"disabled": not again})
    say(f"{name} is {'active again' if again else 'disabled'}")


@users.command("password")
def users_password_command(
    name: NameArgument, store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None
) -> None:
    """Give a user another password, asked for or read from standard input, and end their sessions.

    Example: `xiezhi users password wang --store xiezhi-store`
    """
    with _access(store, overlay) as (access, me):
        access.accounts.find(name)
        access.accounts.change(name, password=_password(twice=True))
        access.note(me, "change_user", name, {"changed": ["password"]})
    say(f"{name} has a new password")


@keys.command("create")
def keys_create_command(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        list[str], typer.Option("--scope", help="A permission that the key is to have; may be repeated.")
    ],
    span: Annotated[
        str | None, typer.Option("--for", help="How long: 12h, 30d. Without it, until it is revoked.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Make a key. It is written to standard output this once.

    Example: `xiezhi keys create billing --scope decide.run --for 365d --store xiezhi-store`
    """
    from xiezhi.api.access.directory import CLI

    with _access(store, overlay) as (access, me):
        allowed = access.table.permissions.keys()
        expires_at = None if span is None else until(span)
        key, secret = access.keys.create(name, scope, f"{CLI}{me.name}", allowed, expires_at)
        access.note(me, "create_key", key.id, {"name": name, "scopes": key.scopes, "expires_at": expires_at})
    say(f"made the key {key.id}; it can't be shown again:")
    sys.stdout.write(f"{secret}\n")


@keys.command("list")
def keys_list_command(store: StoreOption = DEFAULT_STORE, overlay: OverlayOption = None) -> None:
    """Show all keys, without their secrets.

    Example: `xiezhi keys list --store xiezhi-store`
    """
    table = Table("id", "name", "begins with", "scopes", "made by", "until", "last used", "state")
    for column in table.columns[:3]:
        column.no_wrap = True
    with _access(store, overlay) as (access, _):
        for key in access.keys.all():
            state = "revoked" if key.revoked else "active"
            days = (_day(key.expires_at), _day(key.last_used_at))
            table.add_row(key.id, key.name, key.prefix, " ".join(key.scopes), key.created_by, *days, state)
    errors.print(table)


@keys.command("revoke")
def keys_revoke_command(
    id: Annotated[str, typer.Argument(help="The key's id, as `xiezhi keys list` shows it.")],
    store: StoreOption = DEFAULT_STORE,
    overlay: OverlayOption = None,
) -> None:
    """Make a key useless; a running server refuses it within two seconds.

    Example: `xiezhi keys revoke 3f9a5c01d2e4 --store xiezhi-store`
    """
    with _access(store, overlay) as (access, me):
        key = access.keys.revoke(id)
        access.note(me, "revoke_key", id, {"name": key.name})
    say(f"revoked the key {id} ({key.name})")


@contextmanager
def _access(store: Path, overlay: Path | None) -> Iterator[tuple[Access, Caller]]:
    """The access service of a store, and the person at the terminal."""
    from xiezhi.api.access.caller import Caller
    from xiezhi.api.access.passwords import BusyError
    from xiezhi.api.access.service import Access
    from xiezhi.knowledge.base import load_knowledge
    from xiezhi.storage.database import open_database
    from xiezhi.storage.store import Store

    place = Store(store).make()
    access = Access(open_database(place.operations), load_knowledge(overlay))
    try:
        yield access, Caller(getpass.getuser(), "", frozenset(), "cli", "")
    except BusyError as error:
        raise XiezhiError("the password could not be hashed in time", "try again") from error
    finally:
        access.close()


def _password(twice: bool) -> str:
    """A password from the terminal, unseen, or the first line of standard input; never an argument, which others
    on the machine could read."""
    if sys.stdin.isatty():
        found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=twice, err=True)
        return found
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise XiezhiError(
            "there is no password on standard input", "type it at a terminal, or pipe one line in"
        )
    return line


def _day(moment: int | None) -> str:
    return "" if moment is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(moment / 1000))
