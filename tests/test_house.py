"""What holds for the whole house: nothing of a workplace in it, data that loads, commands that explain themselves."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
import yaml
from typer.testing import CliRunner

from xiezhi.cli.main import app
from xiezhi.knowledge.validate import problems

ROOT = Path(__file__).resolve().parents[1]
NOT_TEXT = frozenset({".npz", ".parquet", ".png"})
THIS = Path(__file__).name

MACHINE_PATH = re.compile(r"(?<![\w.:/}~-])/(?:work|tmp|opt|root|Users|home|srv|mnt)/[\w.]")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|--(?:extra-)?index-url[ =]", re.I)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!x)|NotImplementedError|lorem ipsum", re.IGNORECASE)
UNFINISHED_WORDS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def tracked() -> list[Path]:
    """Files that git tracks or would track, else all that lie in the tree."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if asked.returncode:
        pytest.skip("git does not know this tree")
    paths = [ROOT / line for line in asked.stdout.splitlines()]
    return [path for path in paths if path.suffix not in NOT_TEXT and path.name != THIS and path.is_file()]


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """`file:line: text` wherever a pattern is found."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_place_on_some_machine():
    assert len(tracked()) > 100 and found(MACHINE_PATH, tracked()) == []


def test_no_file_names_a_registry():
    assert found(REGISTRY, [path for path in tracked() if path.name != "Makefile"]) == []
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("--no-emit-index-url", "")
    assert not REGISTRY.search(makefile)


def test_nothing_is_left_unfinished():
    assert found(UNFINISHED_WORDS, tracked()) == []
    source = [path for path in tracked() if path.suffix == ".py" and "src" in path.relative_to(ROOT).parts]
    assert found(UNFINISHED, source) == []


@pytest.mark.parametrize("line", ["see /tmp/x", 'open("/home/me/f")', "pip --index-url=x", "# TODO: later"])
def test_the_searches_find_what_they_look_for(line: str):
    assert any(pattern.search(line) for pattern in (MACHINE_PATH, REGISTRY, UNFINISHED))


@pytest.mark.parametrize(
    "line", ["$HOME/work", "examples/opt.yaml", "https://example.org/home/x", "(src/work/a.py)"]
)
def test_the_searches_let_ordinary_lines_be(line: str):
    assert not any(pattern.search(line) for pattern in (MACHINE_PATH, REGISTRY, UNFINISHED))


DATA = sorted([*(ROOT / "src").rglob("*.yaml"), *(ROOT / "src").rglob("*.yml")])


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.relative_to(ROOT / "src" / "xiezhi").as_posix())
def test_data_is_yaml(path: Path):
    assert yaml.safe_load(path.read_text("utf-8"))


def test_knowledge_has_no_fault():
    assert problems() == []


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the words by which it is called."""

    def below(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, click.Command]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(words), command
        else:
            for name, each in inner.items():
                yield from below((*words, name), each)

    yield from below((), typer.main.get_command(app))


COMMANDS = dict(commands())


@pytest.mark.parametrize("words", COMMANDS)
def test_help_shows_an_example(words: str):
    shown = CliRunner().invoke(app, [*words.split(), "--help"], env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    assert "Example" in shown.output and f"xiezhi {words}" in " ".join(shown.output.split())


PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = frozenset({"", "sh", "bash", "console", "shell"})


def written_commands(page: str) -> list[list[str]]:
    """The words of every `xiezhi` command in a page's code blocks and back-ticks."""
    blocks = [block for language, block in FENCE.findall(page) if language in SHELL]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`(xiezhi [^`\n]+)`", FENCE.sub("", page))
    commands = [line.removeprefix("$ ").strip() for line in lines]
    return [shlex.split(line, comments=True) for line in commands if re.match(r"xiezhi [a-z]", line)]


def complaint(words: list[str]) -> str:
    """Why a written command is none of the command line's; empty where it is one."""
    starts = [" ".join(words[1:3]), words[1]]
    name = next((each for each in starts if each in COMMANDS), "")
    if not name:
        is_group = any(each.startswith(f"{words[1]} ") for each in COMMANDS)
        return "" if is_group and len(words) == 2 else f"{' '.join(words)}: there is no such command"
    options = {option for each in COMMANDS[name].params for option in (*each.opts, *each.secondary_opts)}
    options |= {"--help", "-h"}
    wrong = [word for word in words if re.match(r"--?[a-z]", word) and word.split("=")[0] not in options]
    return f"{' '.join(words)}: has no {', '.join(wrong)}" if wrong else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_in_the_documentation_exist(page: Path):
    assert [text for words in written_commands(page.read_text("utf-8")) if (text := complaint(words))] == []


def test_the_readme_shows_commands_and_both_say_the_same():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
    assert len(written_commands(english)) >= 8
    first_words = [[" ".join(words[:3]) for words in written_commands(page)] for page in (english, chinese)]
    assert set(first_words[0]) == set(first_words[1])
    assert all("make run" in page and "make test" in page for page in (english, chinese))


@pytest.mark.parametrize(
    "text", ["`xiezhi conquer the world`", "```\n$ xiezhi replay city --fast\n```", "`xiezhi rules paint`"]
)
def test_a_command_that_is_none_is_seen(text: str):
    assert len([words for words in written_commands(text) if complaint(words)]) == 1


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*PAGES, *(ROOT / "docs" / "decisions").glob("*.md"), ROOT / "CHANGELOG.md"]
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
