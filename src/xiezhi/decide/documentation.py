"""The reference page of the rule language, made from the code so that the two cannot differ.

`python -m xiezhi.decide.documentation > docs/rule-language.md` writes it.
"""

from __future__ import annotations

from xiezhi.decide.language import ExpressionError, Vocabulary, check_expression
from xiezhi.decide.language.checks.limits import MAX_DEPTH, MAX_NUMBER, MAX_OPTIONS, MAX_TEXT
from xiezhi.decide.language.checks.patterns import MAX_PROGRAM
from xiezhi.decide.language.functions import FUNCTIONS, Function
from xiezhi.decide.language.tokens import MAX_LENGTH, MAX_PARENTHESES, MAX_TOKENS
from xiezhi.decide.versions import NEXT
from xiezhi.domain.columns import Variable, VariableType

_INTRODUCTION = """# The rule language

<!-- Made by `python -m xiezhi.decide.documentation`: edit src/xiezhi/decide/, not this page. -->

A rule's `when` says for which events it holds, in a small part of Python's expressions:

```yaml
channel: call
rules:
  - id: call.burst_dialling
    when: caller.calls.1h >= 60 and caller.callees.1h >= 50
    weight: 3                          # log-odds that a hit adds
    group: behaviour                   # signals of a group together add at most its cap
    fraud_type: drainage.robocalls
    zh: 一小时内呼出 {caller.calls.1h} 次
    en: "{caller.calls.1h} calls within an hour"
```

Conditions are read, checked and compiled when they are saved; nothing in them is ever executed as Python.
All conditions of a channel are evaluated together on columns of events, and what several of them say is
worked out once.
"""

_NAMES = """## Names

A name is a field of the event (`duration`, `gateway`), a window feature (`caller.calls.1h`: role, measure,
window) or what a detector found (`caller.form`, `text.fraud_probability`). An unknown one is answered with
the nearest names that the channel has.
"""

_TYPES = """## Types

| Type | Constants | Missing values |
|---|---|---|
| number | `3`, `0.5`, `10_000`, `1e6`; all are 64-bit floating point | possible |
| text | `"安全账户"`, `'a'`; `r"\\d"` leaves backslashes as they are | possible |
| flag | `True`, `False` | none: an unknown flag is False |

Times (`ts`) are numbers in milliseconds; ages, gaps and talk time are numbers in seconds.

**A comparison with a missing value is False**, whichever it is: `duration > 5`, `duration <= 5`,
`duration != 5` and `duration not in (1, 2)` are all False for a call whose duration is not known, and so
`not duration > 5` is True. Ask `missing(duration)` to know. Arithmetic with a missing value is missing, and
so is a result beyond 1e300.
"""

_OPERATORS: tuple[tuple[str, str, str], ...] = (
    ("`and` `or` `not`", "flags", "`answered and not pair.is_new`"),
    ("`<` `<=` `>` `>=`", "two numbers", "`caller.calls.1h >= 60`"),
    ("`==` `!=`", "two numbers or two texts", '`gateway == "international"`, `caller != callee`'),
    ("chains", "as in mathematics", "`10 <= duration < 60`"),
    (
        "`in` `not in`",
        "a number or text and a set of constants",
        '`gateway in ("domestic", "international")`',
    ),
    (
        "`in list(...)` `not in list(...)`",
        "an identifier and the name of a list",
        '`caller in list("deny_numbers")`',
    ),
    ("`+` `-` `*` `/`", "two numbers; `x / 0` is missing", "`caller.calls.24h - caller.calls.1h < 3`"),
)

_EXAMPLES = (
    "callr == '110'",
    "caller.calls.1h > '30' && answered",
    "caller.calls.1h > '30'",
    'contain(text, "安全账户")',
    "duration > 10m",
    'caller in list("deny_number")',
    'matches(text, "(?=安全)账户")',
    'gateway == "internatonal"',
)

_EXPLANATIONS = """## Explanations

`zh` and `en` say why a rule hit. `{name}` is filled with the value of a variable, by its unit: seconds as
`3 min 20 s`, money as `CNY 50,000`, flags as yes or no; `{name:%}` shows a share as per cent. A missing value
is `—`. Identifiers and texts are shortened as the masking of their field says.
"""

_LIFE = """## Life of a rule

| From | To |
|---|---|
{rows}

A saved change is a new version in `draft`. In `shadow` it is evaluated and reported, and adds nothing to a
score. In `share` it acts on a part of the traffic, chosen by a hash of the event's offset in the journal, in
place of the live version; on the rest it is reported as in shadow. A version that goes further retires those
it has overtaken. A rollback gives an older version the place of the one that acts.
"""

_TYPES_OF_EXAMPLES: dict[str, VariableType] = {
    "caller.calls.1h": "number",
    "caller.callees.1h": "number",
    "caller.calls.24h": "number",
    "callee.callers.24h": "number",
    "caller.age": "number",
    "duration": "number",
    "ts": "number",
    "answered": "flag",
    "pair.is_new": "flag",
    "caller": "text",
    "callee": "text",
    "gateway": "text",
    "text": "text",
}

EXAMPLE_VOCABULARY = Vocabulary(
    channel="call",
    variables={name: Variable(name, kind, name, name) for name, kind in _TYPES_OF_EXAMPLES.items()},
    identifiers={"caller": "phone", "callee": "phone"},
    codes={"gateway": ("domestic", "international")},
    lists={"deny_numbers": ("phone",)},
)
"""What the page's examples may speak of."""


def page() -> str:
    """The whole page in Markdown, ending with a line break."""
    parts = [
        _INTRODUCTION,
        _NAMES,
        _TYPES,
        _operators(),
        _functions(),
        _limits(),
        _errors(),
        _EXPLANATIONS,
        _life(),
    ]
    return "\n".join(parts)


def _operators() -> str:
    rows = "\n".join(f"| {name} | {takes} | {example} |" for name, takes, example in _OPERATORS)
    note = "Operators bind as in Python: `not` before `and`, `and` before `or`; parentheses make it plain."
    return f"## Operators\n\n| Operator | Takes | Example |\n|---|---|---|\n{rows}\n\n{note}\n"


def _functions() -> str:
    rows = "\n".join(_function(function) for function in FUNCTIONS.values())
    return f"## Functions\n\n| Function | Gives | Meaning | Example |\n|---|---|---|---|\n{rows}\n"


def _function(function: Function) -> str:
    check_expression(function.example, EXAMPLE_VOCABULARY)
    return f"| `{function.signature}` | {function.result} | {function.note} | `{function.example}` |"


def _limits() -> str:
    limits = (
        ("characters", MAX_LENGTH),
        ("words and signs", MAX_TOKENS),
        ("parentheses within each other", MAX_PARENTHESES),
        ("operators and functions within each other", MAX_DEPTH),
        ("values in a set", MAX_OPTIONS),
        ("characters in a text", MAX_TEXT),
        ("size of a number written in a rule", f"{MAX_NUMBER:.0e}".replace("+", "")),
        ("instructions of a regular expression in RE2", MAX_PROGRAM),
    )
    rows = "\n".join(f"| {what} | {most} |" for what, most in limits)
    return f"## Limits of one condition\n\n| At most | |\n|---|---|\n{rows}\n"


def _errors() -> str:
    shown = "\n\n".join(_answer(example) for example in _EXAMPLES)
    return (
        "## What the compiler says\n\nEvery fault names the place, what is wrong and how to mend it. "
        f"Conditions that surely say\nsomething else than was meant get a warning.\n\n```\n{shown}\n```\n"
    )


def _answer(expression: str) -> str:
    try:
        checked = check_expression(expression, EXAMPLE_VOCABULARY)
    except ExpressionError as error:
        return str(error)
    return "\n".join(f"warning: {shown}" for shown in checked.shown_warnings())


def _life() -> str:
    rows = "\n".join(f"| {stage} | {', '.join(following)} |" for stage, following in NEXT.items())
    return _LIFE.format(rows=rows)


if __name__ == "__main__":
    print(page(), end="")
