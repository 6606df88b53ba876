"""Users and keys at the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.api.access.worlds import CHEAP
from xiezhi.api.access.caller import Caller
from xiezhi.api.access.service import Access
from xiezhi.api.access.settings import AccessSettings
from xiezhi.cli.main import app
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import load_knowledge
from xiezhi.storage.database import open_database

PASSWORD = "nine cranes over the bay"


def run(store: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*words, "--store", str(store)], input=typed, env={"COLUMNS": "160"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "store"
    done = run(
        folder, "users", "add", "wang", "--role", "administrator", "--display", "王芳", typed=f"{PASSWORD}\n"
    )
    assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "store"))


def opened(store: Path) -> Access:
    return Access(open_database(store / "operations.db"), load_knowledge(), AccessSettings(**CHEAP))


def test_a_user_made_here_logs_in_there(store: Path) -> None:
    access = opened(store)
    assert not hasattr(access.login.log_in("wang", PASSWORD, "127.0.0.1"), "status")
    assert "王芳" in run(store, "users", "list").stderr
    assert run(store, "users", "password", "wang", typed="ten herons by the lake\n").exit_code == 0
    assert getattr(access.login.log_in("wang", PASSWORD, "127.0.0.1"), "status", None) == 401


def test_a_key_goes_to_standard_output_alone_and_ends_when_revoked(store: Path) -> None:
    made = run(
        store, "keys", "create", "billing", "--scope", "decide.run", "--scope", "now.read", "--for", "30d"
    )
    secret = made.stdout.strip()
    assert made.exit_code == 0 and secret.startswith("xz_") and secret not in made.stderr
    access = opened(store)
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"authorization", f"Bearer {secret}".encode())],
        "client": ("127.0.0.1", 1),
    }
    caller = access.fast.allowed(scope)
    assert isinstance(caller, Caller) and caller.permissions == {"decide.run", "now.read"}
    id = access.keys.all()[0].id
    assert run(store, "keys", "revoke", id).exit_code == 0
    access.directory.look()
    assert not isinstance(access.fast.allowed(scope), Caller)
    rows = [(row.via, row.what, row.target) for row in access.trail.page()]
    assert rows[:2] == [("cli", "revoke_key", id), ("cli", "create_key", id)]
    assert secret not in json.dumps([row.detail for row in access.trail.page()])


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("users", "add", "li", "--role", "king"), PASSWORD, "there is no role 'king'"),
        (("users", "add", "wang"), PASSWORD, "there is a user 'wang' already"),
        (("users", "add", "li"), "short", "characters"),
        (("users", "add", "li"), "", "no password on standard input"),
        (("users", "disable", "wang"), "", "last administrator"),
        (("users", "disable", "nobody"), "", "there is no user 'nobody'"),
        (("keys", "create", "k", "--scope", "decide"), "", "there is no permission 'decide'"),
        (("keys", "revoke", "none"), "", "there is no key 'none'"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_cure(
    store: Path, words: tuple[str, ...], typed: str, told: str
) -> None:
    done = run(store, *words, typed=typed)
    assert isinstance(done.exception, XiezhiError)
    assert told in done.exception.message and done.exception.cure
