"""`xiezhi knowledge`: check a folder of knowledge, and look at the fraud types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.fraud import Taxonomy
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.knowledge.documentation import fraud_types_page, kinds_of
from xiezhi.knowledge.validate import problems

app = typer.Typer(no_args_is_help=True, help="Check knowledge files and list the fraud types.")

Overlay = Annotated[
    Path | None,
    typer.Option(
        "--knowledge", metavar="DIR", help="A folder of your own knowledge laid over the shipped one."
    ),
]


@app.command()
def check(overlay: Overlay = None) -> None:
    """Name every fault of the knowledge files with file, line and cure; exit with 2 if there is any.

    Example: `xiezhi knowledge check --knowledge our-knowledge`
    """
    found = problems(overlay)
    for problem in found:
        typer.echo(str(problem))
    if found:
        typer.echo(f"{len(found)} problem(s)", err=True)
        raise typer.Exit(2)
    knowledge = load_knowledge(overlay)
    features = sum(map(len, knowledge.features.by_channel.values()))
    typer.echo(
        f"{len(knowledge.schemas)} channels, {features} features, {len(knowledge.rules)} rules, "
        f"{len(knowledge.taxonomy.kinds)} fraud kinds: no problems (digest {knowledge.digest[:12]})"
    )


@app.command()
def types(
    scheme: Annotated[
        str | None, typer.Option(metavar="ID", help="List by the classes of this scheme.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the documentation page.")] = False,
    overlay: Overlay = None,
) -> None:
    """List the fraud kinds by group, or by the classes of somebody else's scheme.

    Example: `xiezhi knowledge types --scheme ccl2023`
    """
    taxonomy = load_knowledge(overlay).taxonomy
    if markdown:
        typer.echo(fraud_types_page(taxonomy), nl=False)
        return
    if scheme is not None and scheme not in taxonomy.schemes:
        raise XiezhiError(f"there is no scheme `{scheme}`", did_you_mean(scheme, taxonomy.schemes))
    Console().print(_by_group(taxonomy) if scheme is None else _by_class(taxonomy, scheme))


def _by_group(taxonomy: Taxonomy) -> Table:
    table = Table("id", "中文", "English", "Explanation · 说明")
    for group in taxonomy.groups.values():
        table.add_section()
        for kind in kinds_of(taxonomy, group.id):
            table.add_row(*map(escape, (kind.id, kind.zh, kind.en, f"{kind.note_zh}\n{kind.note_en}")))
    return table


def _by_class(taxonomy: Taxonomy, scheme: str) -> Table:
    table = Table("class", "中文", "English", "Kinds · 类型", title=escape(taxonomy.schemes[scheme].en))
    for name, (zh, en) in taxonomy.schemes[scheme].classes.items():
        kinds = taxonomy.from_scheme.get((scheme, name), ())
        table.add_row(*map(escape, (name, zh, en, "\n".join(kinds))))
    return table
