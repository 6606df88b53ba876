"""Every function must exist and get as many arguments as it takes."""

from __future__ import annotations

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.functions import FUNCTIONS, Function, Parameter
from xiezhi.decide.language.source import Fault, did_you_mean
from xiezhi.decide.language.tree import Call, Number, Text, walk
from xiezhi.decide.language.vocabulary import Vocabulary


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each call that cannot be made."""
    return [
        fault
        for node in walk(expression.tree)
        if isinstance(node, Call)
        for fault in (
            [_unknown(node)] if node.function not in FUNCTIONS else _arity(node, FUNCTIONS[node.function])
        )
    ]


def _unknown(node: Call) -> Fault:
    if node.function == "list":
        return Fault(
            node.head, "a list can only stand after `in`", 'write `name in list("name of the list")`'
        )
    known = f"the functions are {', '.join(sorted(FUNCTIONS))}"
    return Fault(
        node.head, f"there is no function `{node.function}`", did_you_mean(node.function, FUNCTIONS, known)
    )


def _arity(node: Call, function: Function) -> list[Fault]:
    given = len(node.arguments)
    least = sum(not each.optional for each in function.parameters)
    most = None if function.parameters[-1].repeated else len(function.parameters)
    if given < least or (most is not None and given > most):
        message = f"`{function.name}` cannot take {given} argument{'' if given == 1 else 's'}"
        return [Fault(node.place, message, f"write `{function.signature}`")]
    return [
        Fault(
            argument.place,
            f"`{parameter.name}` of `{function.name}` must be written out",
            _constant(parameter),
        )
        for argument, parameter in ((each, function.parameter(i)) for i, each in enumerate(node.arguments))
        if parameter.constant and not isinstance(argument, Number | Text)
    ]


def _constant(parameter: Parameter) -> str:
    return "give a number" if parameter.type == "number" else "give a text in quotes"
