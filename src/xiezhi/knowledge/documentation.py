"""The page about fraud types, made from the taxonomy so that the two cannot differ."""

from __future__ import annotations

from xiezhi.domain.fraud import FraudGroup, FraudKind, Scheme, Taxonomy

INTRODUCTION = """# Fraud types · 诈骗类型

<!-- Made by `xiezhi knowledge types --markdown` from src/xiezhi/knowledge/data/fraud_types: edit those. -->

{kinds} kinds in {groups} groups. A kind's id is `group.kind`; rules, verdicts and reports use it. Each kind
has its typical stages and a many-to-many map to the classifications of others, so that figures can be
compared with theirs. A site's overlay folder may add kinds, or replace one by its id.
"""


def fraud_types_page(taxonomy: Taxonomy) -> str:
    """The whole page in Markdown, ending with a line break."""
    parts = [INTRODUCTION.format(kinds=len(taxonomy.kinds), groups=len(taxonomy.groups)), _stages(taxonomy)]
    parts += [_group(taxonomy, group) for group in taxonomy.groups.values()]
    parts.append("## Classifications of others · 其他分类体系\n")
    parts += [_scheme(taxonomy, scheme) for scheme in taxonomy.schemes.values()]
    return "\n".join(parts)


def kinds_of(taxonomy: Taxonomy, group: str) -> list[FraudKind]:
    """The kinds of one group in the order of its file."""
    return [kind for kind in taxonomy.kinds.values() if kind.group == group]


def _stages(taxonomy: Taxonomy) -> str:
    rows = [f"| `{name}` | {zh} | {en} |" for name, (zh, en) in taxonomy.stages.items()]
    return _table("## Stages · 阶段\n", ("id", "中文", "English"), rows)


def _group(taxonomy: Taxonomy, group: FraudGroup) -> str:
    title = f"## {group.en} · {group.zh}\n\n`{group.id}`: {group.note_en} {group.note_zh}\n"
    rows = [
        f"| `{kind.id}` | {kind.zh} | {kind.en} | {kind.note_zh}<br>{kind.note_en} | "
        f"{' → '.join(kind.stages)} | {_maps(kind)} |"
        for kind in kinds_of(taxonomy, group.id)
    ]
    return _table(title, ("id", "中文", "English", "What it is", "Stages", "Falls under"), rows)


def _maps(kind: FraudKind) -> str:
    return "<br>".join(f"{scheme}: {', '.join(classes)}" for scheme, classes in kind.maps.items())


def _scheme(taxonomy: Taxonomy, scheme: Scheme) -> str:
    title = f"### {scheme.en} · {scheme.zh}\n\n`{scheme.id}`. Source: {scheme.source}.\n"
    rows = []
    for name, (zh, en) in scheme.classes.items():
        kinds = ", ".join(f"`{kind}`" for kind in taxonomy.from_scheme.get((scheme.id, name), ()))
        rows.append(f"| `{name}` | {zh} | {en} | {kinds} |")
    return _table(title, ("class", "中文", "English", "Kinds"), rows)


def _table(title: str, columns: tuple[str, ...], rows: list[str]) -> str:
    head = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return "\n".join([title, *head, *rows, ""])
