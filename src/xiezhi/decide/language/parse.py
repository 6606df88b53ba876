"""Text into tree. Python's own parser reads it, nothing is ever executed, and all else is refused."""

from __future__ import annotations

import ast
import warnings
from typing import NoReturn, cast

from xiezhi.decide.language.source import ExpressionError, Fault, Place
from xiezhi.decide.language.tokens import DOT, scan
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
    Operator,
    Relation,
    Some,
    Text,
)

_RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Operator] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_FOREIGN: dict[type[ast.expr], str] = {
    ast.Attribute: "a name cannot be taken out of a value",
    ast.Subscript: "`[...]` cannot follow a value",
    ast.IfExp: "`if ... else` is not part of the language",
    ast.Lambda: "`lambda` is not part of the language",
    ast.JoinedStr: "a text cannot have a letter before its quotes",
    ast.ListComp: "`for` is not part of the language",
    ast.SetComp: "`for` is not part of the language",
    ast.GeneratorExp: "`for` is not part of the language",
    ast.Dict: "a mapping is not part of the language",
}


def parse(source: str) -> Node:
    """The tree of an expression. Raises `ExpressionError` where it is none."""
    python, faults = scan(source)
    if faults:
        raise ExpressionError(source, faults)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Python warns of odd escapes in texts; they are read as they stand
            body = ast.parse(python.strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(source, [_broken(python, error)]) from None
    except (ValueError, RecursionError, MemoryError):
        fault = Fault(
            Place(0, len(source)), "the expression is nested too deeply", "split it into several rules"
        )
        raise ExpressionError(source, [fault]) from None
    return _Reader(source, python).read(body)


def _broken(python: str, error: SyntaxError) -> Fault:
    """Python's wording differs between its versions, so only its place is used."""
    lead = len(python) - len(python.lstrip())
    start = lead + min(max((error.offset or 1) - 1, 0), len(python.strip()) - 1)
    cure = "two values need an operator between them, and an operator needs a value on both sides"
    return Fault(Place(start, start + 1), "the expression cannot be read from here on", cure)


class _Reader:
    """One pass over Python's tree."""

    def __init__(self, source: str, python: str) -> None:
        self.source = source
        self.lead = len(python) - len(python.lstrip())
        self.encoded = python.strip().encode()

    def read(self, node: ast.expr) -> Node:
        """Our node for one of Python's."""
        place = self._place(node)
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return Every(tuple(map(self.read, values)), place)
            case ast.BoolOp(op=ast.Or(), values=values):
                return Some(tuple(map(self.read, values)), place)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.read(operand), place)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.read(operand), place)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Arithmetic(_OPERATORS[type(op)], self.read(left), self.read(right), place)
            case ast.Compare():
                return self._comparison(node, place)
            case ast.Call():
                return self._call(node, place)
            case ast.Name(id=name):
                return Name(name.replace(DOT, "."), place)
            case ast.Constant():
                return self._constant(node, place)
            case ast.Tuple() | ast.List() | ast.Set():
                self._fail(place, "a set of values can only follow `in`", "write `name in (...)`")
            case _:
                self._fail(
                    place,
                    _FOREIGN.get(type(node), "this is not part of the language"),
                    "see the rule language",
                )

    def _comparison(self, node: ast.Compare, place: Place) -> Node:
        """`a < b < c` means `a < b and b < c`."""
        lefts = [node.left, *node.comparators[:-1]]
        pairs = [self._pair(*pair) for pair in zip(lefts, node.ops, node.comparators, strict=True)]
        return pairs[0] if len(pairs) == 1 else Every(tuple(pairs), place)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        place = self._place(left).to(self._place(right))
        match op, right:
            case (ast.Is() | ast.IsNot(), _) | (_, ast.Constant(value=None)):
                self._fail(
                    place, "there is no `is` and no `None`", "write `missing(name)` or `not missing(name)`"
                )
            case ast.In() | ast.NotIn(), _:
                return self._member(self.read(left), right, isinstance(op, ast.NotIn), place)
        return Comparison(_RELATIONS[type(op)], self.read(left), self.read(right), place)

    def _member(self, value: Node, right: ast.expr, negated: bool, place: Place) -> Node:
        match right:
            case ast.Call(func=ast.Name(id="list"), args=[argument], keywords=[]):
                return Listed(value, self.read(argument), negated, place)
            case ast.Tuple(elts=options) | ast.List(elts=options) | ast.Set(elts=options):
                return Member(value, tuple(map(self.read, options)), negated, place)
            case ast.Constant():
                return Member(value, (self.read(right),), negated, place)
        cure = 'write `in ("a", "b")` or `in list("name")`; to look inside a text, `contains(text, "a")`'
        self._fail(self._place(right), "after `in` stands a set in parentheses or a list", cure)

    def _call(self, node: ast.Call, place: Place) -> Node:
        if not isinstance(node.func, ast.Name):
            self._fail(place, "only a function of the language can be called", "see the rule language")
        name = node.func.id.replace(DOT, ".")
        if node.keywords:
            first = node.keywords[0]
            self._fail(self._place(first), f"`{name}` takes no named arguments", "give the value alone")
        return Call(name, tuple(map(self.read, node.args)), place, self._place(node.func))

    def _constant(self, node: ast.Constant, place: Place) -> Node:
        match node.value:
            case bool(value):
                return Flag(value, place)
            case int() | float():
                return Number(_float(cast(float, node.value)), place)
            case str(value):
                return Text(value, place)
        self._fail(place, "this is not part of the language", "use numbers, texts, True and False")

    def _place(self, node: ast.expr | ast.keyword) -> Place:
        """Python counts columns in UTF-8 bytes; places count characters."""
        end = len(self.encoded) if node.end_col_offset is None else node.end_col_offset
        return Place(self._characters(node.col_offset), self._characters(end))

    def _characters(self, column: int) -> int:
        return self.lead + len(self.encoded[:column].decode(errors="ignore"))

    def _fail(self, place: Place, message: str, cure: str) -> NoReturn:
        raise ExpressionError(self.source, [Fault(place, message, cure)])


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")  # the check of limits refuses it with its place
