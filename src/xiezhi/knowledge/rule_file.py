"""One file of rules, read by itself: the form in which an analyst writes and hands in rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from xiezhi.domain.errors import Problems, XiezhiError
from xiezhi.domain.rules import Rule
from xiezhi.knowledge.convert import convert
from xiezhi.knowledge.yamlfile import read_yaml


def read_rules(path: Path) -> list[Rule]:
    """The rules of a YAML file `channel: …`, `rules: […]`, drafts where no stage is given.

    Raises `XiezhiError` naming every fault with its line.
    """
    if not path.is_file():
        raise XiezhiError(f"{path}: there is no such file", "give a YAML file with `channel` and `rules`")
    problems = Problems()
    document = read_yaml(path, problems)
    found: list[Rule] = []
    if document is not None:
        data: Any = document.data
        if not isinstance(data, dict) or not isinstance(data.get("rules"), list) or "channel" not in data:
            problems.add(
                f"{path}:1", "has no `channel` and `rules`", "write `channel: call` and `rules:` with a list"
            )
        else:
            for at in range(len(data["rules"])):
                given = {"channel": data["channel"]}
                rule = convert(document, Rule, problems, at=("rules", at), given=given)
                if rule is not None:
                    staged = "stage" in data["rules"][at]
                    found.append(rule if staged else replace(rule, stage="draft"))
    problems.raise_if_any(str(path))
    return found
