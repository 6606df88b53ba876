"""Imports point one way: a room knows itself and the rooms before it. Why in this order: docs/decisions/0001."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "xiezhi"

ROOMS = (
    "domain",
    "knowledge",
    "storage",
    "sources",
    "journal",
    "history",
    "windows",
    "detect",
    "decide",
    "respond",
    "engine",
    "simulator",
    "learn",
    "api",
    "cli",
)
TO_COME = frozenset({"respond"})
"""Rooms whose place is known before they are built."""

FILES = sorted(SOURCE.rglob("*.py"))


def rooms_imported(source: str, package: str) -> set[tuple[str, int]]:
    """(room, line) of every import from the project, those inside functions and for type checkers included.

    `package` is the dotted name of the package that the source is in, by which relative imports are resolved.
    """
    found: set[tuple[str, int]] = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            whole = name.split(".")
            if whole[0] == "xiezhi" and len(whole) > 1 and whole[1] != "__version__":
                found.add((whole[1], node.lineno))
    return found


def wrong_imports(source: str, place: Path) -> list[str]:
    """What a file at a place below `xiezhi` imports against the order of the rooms."""
    if len(place.parts) == 1:
        return []  # the package's own version
    room = place.parts[0]
    package = ".".join(("xiezhi", *place.parts[:-1]))
    before = ROOMS[: ROOMS.index(room) + 1]
    return [
        f"{place}:{line}: {room} imports {other}"
        for other, line in sorted(rooms_imported(source, package))
        if other not in before
    ]


def test_every_room_has_its_place():
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms <= set(ROOMS), "give the new room its place in ROOMS and in the decision"
    assert set(ROOMS) - rooms <= TO_COME


def test_imports_point_one_way():
    wrong = [
        each for path in FILES for each in wrong_imports(path.read_text("utf-8"), path.relative_to(SOURCE))
    ]
    assert len(FILES) > 100 and not wrong, "\n".join(wrong)


def test_the_domain_knows_nobody():
    for path in (SOURCE / "domain").rglob("*.py"):
        package = ".".join(("xiezhi", *path.relative_to(SOURCE).parts[:-1]))
        assert {room for room, _ in rooms_imported(path.read_text("utf-8"), package)} <= {"domain"}, path


def test_the_engine_knows_no_door():
    for path in (SOURCE / "engine").rglob("*.py"):
        rooms = {room for room, _ in rooms_imported(path.read_text("utf-8"), "xiezhi.engine")}
        assert not rooms & {"api", "cli"}, path


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("from xiezhi.engine.core import Core", "domain/batch.py"),
        ("def late():\n    import xiezhi.api.app", "engine/core.py"),
        ("from xiezhi import cli", "engine/core.py"),
        ("from ..api import desk", "engine/core.py"),
        ("from .. import api", "engine/core.py"),
        ("if True:\n    from xiezhi.decide import book", "windows/store.py"),
        ("from xiezhi.complaints import intake", "cli/main.py"),
    ],
)
def test_a_wrong_import_is_seen(source: str, place: str):
    assert len(wrong_imports(source, Path(place))) == 1


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("from xiezhi.domain.batch import Part\nimport numpy", "windows/store.py"),
        ("from . import kernel\nfrom .layout import Plan", "windows/store.py"),
        ("from ..domain import batch", "windows/store.py"),
        ("from ...domain import batch", "decide/language/parse.py"),
    ],
)
def test_a_right_import_is_let_be(source: str, place: str):
    assert wrong_imports(source, Path(place)) == []
