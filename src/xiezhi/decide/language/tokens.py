"""First look at the text: find what cannot be the language, and make dotted names into single Python names.

Names such as `caller.calls.1h` are no Python, because a part starts with a digit. Each dot inside a name is
replaced by the letter U+01C0, so a name becomes one identifier of the same length and every column that
Python's parser reports is right.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from itertools import pairwise

from xiezhi.decide.language.source import Fault, Place

DOT = "\u01c0"

MAX_LENGTH = 2_000
MAX_PARENTHESES = 40
MAX_TOKENS = 600

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<open>["'])
    | (?P<number>(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?\.?)(?!\w)
    | (?P<glued>\d[\w.]*)
    | (?P<name>[^\W\d]\w*(?:\.\w+)*)
    | (?P<sign>&&|\|\||===|!==|<>|=>|=<|==|!=|<=|>=|:=|\*\*|//|[-+*/%<>=!&|~^(),\[\]{}])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_INSTEAD = {
    "&&": "`and`",
    "&": "`and`",
    "||": "`or`",
    "|": "`or`",
    "!": "`not`",
    "~": "`not`",
    "=": "`==`",
    "===": "`==`",
    ":=": "`==`",
    "!==": "`!=`",
    "<>": "`!=`",
    "=>": "`>=`",
    "=<": "`<=`",
    "**": "`*`",
    "//": "`/`",
    "%": "`share(part, whole)`, or a fraction such as 0.3",
    "^": "`or`",
}
_CHARACTERS = {
    "（": "(", "）": ")", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "＞": ">", "＜": "<", "＝": "==",
    "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "。": ".", "、": ",", "；": ",", "：": ",",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place. `kind` is text, number, name or sign."""

    kind: str
    text: str
    place: Place


def scan(source: str) -> tuple[str, list[Fault]]:
    """The source as Python (same length in characters), and what is wrong with it before any parsing."""
    if len(source) > MAX_LENGTH:
        message = f"the expression has {len(source)} characters; at most {MAX_LENGTH} are read"
        return "", [Fault(Place(0, 1), message, "split it into several rules")]
    tokens, faults = _tokens(source)
    faults = faults or _too_many(tokens) + _unbalanced(tokens) or _unfinished(tokens) or _unjoined(tokens)
    if not tokens and not faults:
        faults.append(Fault(Place(0, 1), "the expression is empty", "say when the rule holds"))
    return _as_python(source, tokens), faults


def _tokens(source: str) -> tuple[list[Token], list[Fault]]:
    tokens: list[Token] = []
    faults: list[Fault] = []
    for found in _TOKEN.finditer(source):
        kind, text, place = str(found.lastgroup), found.group(), Place(*found.span())
        if kind == "space":
            continue
        if kind == "open":
            faults.append(
                Fault(Place(place.start, len(source)), "this text is never closed", f"add {text} at its end")
            )
            break
        if kind == "glued":
            cure = "durations are written minutes(10), hours(1), days(7)"
            faults.append(Fault(place, f"`{text}` is not a number", cure))
        elif kind == "other":
            faults.append(_unknown(text, place))
        elif kind == "sign" and text in _INSTEAD:
            faults.append(Fault(place, f"`{text}` is not an operator here", f"write {_INSTEAD[text]}"))
        elif kind == "name" and text in _WORDS:
            faults.append(Fault(place, f"`{text}` is not a word of the language", f"write `{_WORDS[text]}`"))
        else:
            tokens.append(Token(kind, text, place))
    return tokens, faults


_WORDS = {
    "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "true": "True", "false": "False", "TRUE": "True",
    "FALSE": "False", "And": "and", "Or": "or", "Not": "not", "xor": "!=",
}  # fmt: skip


def _unknown(text: str, place: Place) -> Fault:
    if text in _CHARACTERS:
        return Fault(place, f"`{text}` is not a sign of the language", f"write `{_CHARACTERS[text]}`")
    if text == "#":
        return Fault(place, "an expression has no comments", "put the remark in the rule's `source`")
    shown = text if text.isprintable() else f"U+{ord(text):04X}"
    return Fault(place, f"the character `{shown}` has no meaning here", "take it out")


def _too_many(tokens: list[Token]) -> list[Fault]:
    if len(tokens) <= MAX_TOKENS:
        return []
    message = f"the expression has {len(tokens)} words and signs; at most {MAX_TOKENS} are read"
    return [Fault(tokens[MAX_TOKENS].place, message, "split it into several rules, or use a list")]


def _unbalanced(tokens: list[Token]) -> list[Fault]:
    pairs = {")": "(", "]": "[", "}": "{"}
    stack: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in pairs.values():
            stack.append(token)
            if len(stack) > MAX_PARENTHESES:
                message = f"parentheses are nested more than {MAX_PARENTHESES} deep"
                return [Fault(token.place, message, "split it into several rules")]
        elif token.text in pairs:
            if not stack or stack[-1].text != pairs[token.text]:
                return [
                    Fault(
                        token.place, f"this `{token.text}` closes nothing", "take it out, or open it before"
                    )
                ]
            stack.pop()
    return [Fault(stack[-1].place, f"this `{stack[-1].text}` is never closed", "close it")] if stack else []


def _unfinished(tokens: list[Token]) -> list[Fault]:
    """An operator with nothing after it, or one at the very beginning that needs something before it."""
    if not tokens:
        return []
    first, last = tokens[0], tokens[-1]
    if last.text in ("and", "or", "not", "in", ",") or (last.kind == "sign" and last.text not in ")]}"):
        return [Fault(last.place, f"nothing stands after this `{last.text}`", "finish the expression")]
    if first.text in ("and", "or", "in") or (first.kind == "sign" and first.text not in "([{-+"):
        return [
            Fault(first.place, f"nothing stands before this `{first.text}`", "give the value on its left")
        ]
    return []


def _unjoined(tokens: list[Token]) -> list[Fault]:
    """Two values side by side."""
    for left, right in pairwise(tokens):
        ends = left.kind in ("number", "text") or left.text in (")", "]", "}") or _is_value(left)
        begins = right.kind in ("number", "text") or _is_value(right)
        if ends and begins and left.place.end != right.place.start:
            cure = "two values need an operator between them, or in a set a comma"
            return [Fault(right.place, f"an operator is missing before this `{right.text}`", cure)]
    return []


def _is_value(token: Token) -> bool:
    return token.kind == "name" and not keyword.iskeyword(token.text)


def _as_python(source: str, tokens: list[Token]) -> str:
    characters = list("".join(" " if char.isspace() else char for char in source))
    for token in tokens:
        if token.kind == "name" and "." in token.text:
            characters[token.place.start : token.place.end] = token.text.replace(".", DOT)
        elif token.kind == "text":
            characters[token.place.start : token.place.end] = token.text
    return "".join(characters)
