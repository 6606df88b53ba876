"""`in list("name")` asks for an identifier of a kind that the list holds."""

from __future__ import annotations

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.source import Fault, did_you_mean
from xiezhi.decide.language.tree import Listed, Name, Text, walk
from xiezhi.decide.language.vocabulary import ANY_KIND, Vocabulary


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each look-up that cannot work."""
    return [
        fault
        for node in walk(expression.tree)
        if isinstance(node, Listed)
        for fault in _list(node, vocabulary) or _value(node, expression, vocabulary)
    ]


def _list(node: Listed, vocabulary: Vocabulary) -> list[Fault]:
    match node.argument:
        case Text(value=name) if name in vocabulary.lists:
            return []
        case Text(value=name):
            known = (
                f"the lists are {', '.join(sorted(vocabulary.lists))}"
                if vocabulary.lists
                else "there are no lists"
            )
            cure = did_you_mean(name, vocabulary.lists, known)
            return [Fault(node.argument.place, f"there is no list `{name}`", cure)]
    return [Fault(node.argument.place, "the name of a list must be written out", 'write `list("name")`')]


def _value(node: Listed, expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    assert isinstance(node.argument, Text)
    kinds = vocabulary.lists[node.argument.value]
    fitting = vocabulary.fields_of_kinds(kinds)
    cure = f"no {vocabulary.channel} event has an identifier of these kinds"
    if fitting:
        cure = f"on {vocabulary.channel} events it can be asked for {', '.join(fitting)}"
    if not isinstance(node.value, Name) or node.value.name not in vocabulary.identifiers:
        message = f"only an identifier can be on a list, and {expression.quote(node.value)} is none"
        return [Fault(node.value.place, message, cure)]
    kind = vocabulary.identifiers[node.value.name]
    if kind in kinds or kind == ANY_KIND:
        return []
    held = f"list `{node.argument.value}` holds identifiers of kind {', '.join(kinds)}"
    return [Fault(node.value.place, f"{held}, but `{node.value.name}` is of kind {kind}", cure)]
