"""Every operator and function must get values of the types it works on, and the whole must be a flag."""

from __future__ import annotations

from xiezhi.decide.language.expression import Expression
from xiezhi.decide.language.functions import FUNCTIONS
from xiezhi.decide.language.source import Fault
from xiezhi.decide.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Every,
    Flag,
    Listed,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Some,
    Text,
)
from xiezhi.decide.language.vocabulary import Vocabulary
from xiezhi.domain.columns import VariableType


def check(expression: Expression, vocabulary: Vocabulary) -> list[Fault]:
    """One fault for each value of a wrong type. Names, functions and lists must have been checked."""
    checker = _Checker(expression, vocabulary)
    checker.condition(expression.tree, "a condition")
    return checker.faults


class _Checker:
    """One walk through a tree; a node whose own parts are faulty still has the type it promises."""

    def __init__(self, expression: Expression, vocabulary: Vocabulary) -> None:
        self.quote = expression.quote
        self.variables = vocabulary.variables
        self.faults: list[Fault] = []

    def type_of(self, node: Node) -> VariableType:
        """The type of a node, after noting what is wrong in it."""
        match node:
            case Number():
                return "number"
            case Text():
                return "text"
            case Name(name=name):
                return self.variables[name].type
            case Negative(value=value):
                self._operands("-", node, (value,))
                return "number"
            case Arithmetic():
                self._operands(node.operator, node, (node.left, node.right))
                return "number"
            case Call():
                return self._call(node)
            case Comparison():
                self._comparison(node)
            case Member():
                self._member(node)
            case Every(parts=parts):
                for part in parts:
                    self.condition(part, "`and`")
            case Some(parts=parts):
                for part in parts:
                    self.condition(part, "`or`")
            case Not(part=part):
                self.condition(part, "`not`")
            case Flag() | Listed():
                pass
        return "flag"

    def condition(self, node: Node, where: str) -> None:
        """Note a fault unless the node is true or false."""
        found = self.type_of(node)
        if found != "flag":
            example = (
                f"{self.quote(node)[1:-1]} > 0" if found == "number" else f'{self.quote(node)[1:-1]} == "..."'
            )
            message = f"{where} needs a flag (true or false), but {self.quote(node)} is a {found}"
            self._fault(node, message, f"compare it: `{example}`")

    def _operands(self, operator: str, node: Node, operands: tuple[Node, ...]) -> None:
        types = [self.type_of(each) for each in operands]
        if any(each != "number" for each in types):
            self._fault(node, f"`{operator}` works on numbers, but {self._are(operands, types)}", "")

    def _comparison(self, node: Comparison) -> None:
        both = (node.left, node.right)
        types = [self.type_of(each) for each in both]
        if types[0] != types[1]:
            self._fault(
                node, f"`{node.relation}` cannot compare {self._with(both, types)}", self._quotes(both, types)
            )
        elif types[0] == "flag":
            name = self.quote(node.left)[1:-1]
            self._fault(node, f"`{node.relation}` does not compare flags", f"write `{name}` or `not {name}`")
        elif types[0] == "text" and node.relation not in ("==", "!="):
            cure = "compare texts with `==`, `!=` or `in`, or their `length(...)`"
            self._fault(node, f"`{node.relation}` cannot order texts", cure)

    def _member(self, node: Member) -> None:
        wanted = self.type_of(node.value)
        if wanted == "flag":
            self._fault(
                node.value, f"{self.quote(node.value)} is a flag and cannot be in a set", "write it alone"
            )
            return
        for option in node.options:
            if not _is_constant(option):
                cure = "give numbers or texts; to compare with a variable, `==` and `or`"
                self._fault(option, f"a set holds constants, and {self.quote(option)} is none", cure)
            elif (found := self.type_of(option)) != wanted:
                both, types = (node.value, option), [wanted, found]
                self._fault(
                    option, f"`in` cannot compare {self._with(both, types)}", self._quotes(both, types)
                )

    def _call(self, node: Call) -> VariableType:
        function = FUNCTIONS[node.function]
        for index, argument in enumerate(node.arguments):
            parameter, found = function.parameter(index), self.type_of(argument)
            wanted = parameter.type
            if isinstance(argument, Text) and not parameter.constant and "text" in wanted:
                message = f"`{node.function}` asks about a variable, but {self.quote(argument)} is a constant"
                self._fault(argument, message, f"write `{function.signature}` with a variable first")
            elif found not in wanted.split(" or "):
                message = f"`{node.function}` takes a {wanted}, but {self.quote(argument)} is a {found}"
                cure = "a flag is never missing: a missing one is False" if node.function == "missing" else ""
                self._fault(argument, message, cure or f"write `{function.signature}`")
        return function.result

    def _are(self, nodes: tuple[Node, ...], types: list[VariableType]) -> str:
        said = [f"{self.quote(node)} is a {each}" for node, each in zip(nodes, types, strict=True)]
        return " and ".join(said)

    def _with(self, nodes: tuple[Node, ...], types: list[VariableType]) -> str:
        said = [f"a {each} ({self.quote(node)})" for node, each in zip(nodes, types, strict=True)]
        return " with ".join(said)

    def _quotes(self, nodes: tuple[Node, ...], types: list[VariableType]) -> str:
        """Numbers in quotes, and texts without, are the common slips."""
        for node, other in zip(nodes, reversed(types), strict=True):
            if isinstance(node, Text) and other == "number" and _is_number(node.value):
                return f"take the quotes off: `{node.value.strip()}`"
            if isinstance(node, Number) and other == "text":
                return f'put it in quotes: `"{self.quote(node)[1:-1]}"`'
        return ""

    def _fault(self, node: Node, message: str, cure: str) -> None:
        self.faults.append(Fault(node.place, message, cure))


def _is_constant(node: Node) -> bool:
    return isinstance(node, Number | Text | Flag) or (
        isinstance(node, Negative) and isinstance(node.value, Number)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
