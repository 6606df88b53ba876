"""Every name must be one of the channel's variables."""

from __future__ import annotations

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.functions import FUNCTIONS
from xiezhi.decide.language.source import Fault, did_you_mean
from xiezhi.decide.language.tree import Name, walk
from xiezhi.decide.language.vocabulary import Vocabulary


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each unknown name."""
    return [
        Fault(
            node.place,
            f"`{node.name}` is not known on {vocabulary.channel} events",
            cure(node.name, vocabulary),
        )
        for node in walk(expression.tree)
        if isinstance(node, Name) and node.name not in vocabulary.variables
    ]


def cure(name: str, vocabulary: Vocabulary) -> str:
    """The nearest name, looked for first among those that begin alike."""
    if name in FUNCTIONS:
        return f"call it: `{FUNCTIONS[name].signature}`"
    role, dot, _ = name.partition(".")
    alike = [each for each in vocabulary.variables if dot and each.startswith(f"{role}.")]
    if alike:
        return did_you_mean(name, alike, f"names that begin with `{role}.`: {', '.join(sorted(alike)[:6])}")
    some = ", ".join(sorted(vocabulary.variables)[:6])
    return did_you_mean(
        name, vocabulary.variables, f"{len(vocabulary.variables)} names are known, such as {some}"
    )
