"""A rule looked at before it is saved: everything that is wrong with it, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xiezhi.api.rules.shapes import Finding, RuleText, Validation
from xiezhi.decide.language import ExpressionError, Fault, Vocabulary, check_expression
from xiezhi.decide.language.checks.names import cure as nearest
from xiezhi.decide.language.source import Place, did_you_mean
from xiezhi.decide.versions import RuleLife
from xiezhi.decide.wording import names_in
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import Knowledge

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_MOST = 50


@dataclass(frozen=True)
class Checker:
    """What rules are checked against; `lives` are the rules there are."""

    knowledge: Knowledge
    vocabularies: Mapping[str, Vocabulary]
    lives: Mapping[str, RuleLife]

    def check(self, text: RuleText) -> Validation:
        """Everything wrong with a rule at once, and what its author should look at again."""
        errors = [*self._id(text), *self._names(text)]
        warnings: list[Finding] = []
        reads: tuple[str, ...] = ()
        vocabulary = self.vocabularies.get(text.channel)
        if vocabulary is not None:
            try:
                checked = check_expression(text.when, vocabulary)
                reads = checked.names
                warnings = [finding("when", text.when, fault) for fault in checked.warnings]
            except ExpressionError as error:
                errors += [finding("when", text.when, fault) for fault in error.faults]
            for language in ("zh", "en"):
                errors += _explanation(language, getattr(text.explain, language), vocabulary)
        return Validation(ok=not errors, errors=errors[:_MOST], warnings=warnings[:_MOST], reads=list(reads))

    def _id(self, text: RuleText) -> Iterable[Finding]:
        life = self.lives.get(text.id)
        if life is None:
            if not _ID.fullmatch(text.id) or len(text.id) > 80:
                yield Finding(
                    where="id",
                    message=f"`{text.id}` is no id for a rule",
                    cure="write words of a-z, 0-9 and _ with dots between, such as transfer.large_to_stranger",
                )
        elif life.newest.channel != text.channel:
            yield Finding(
                where="channel",
                message=f"the rule `{text.id}` is one for {life.newest.channel} events",
                cure=f"give the rule for {text.channel} events an id of its own",
            )

    def _names(self, text: RuleText) -> Iterable[Finding]:
        kinds = self.knowledge.taxonomy.kinds
        if text.channel not in self.vocabularies:
            yield _unknown("channel", "channel", text.channel, self.vocabularies)
        if text.group not in self.knowledge.groups:
            yield _unknown("group", "signal group", text.group, self.knowledge.groups)
        if text.fraud_type and text.fraud_type not in kinds:
            yield _unknown("fraud_type", "fraud type", text.fraud_type, kinds)
        elif not text.fraud_type and text.weight > 0:
            yield Finding(
                where="fraud_type",
                message="a rule that speaks for fraud has to say of which type",
                cure="choose one; only a rule with a weight of 0 or less may do without",
            )


def finding(where: str, text: str, fault: Fault) -> Finding:
    """A fault of an expression with its place in lines and columns."""
    start, end = fault.place.start, fault.place.end
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    length = min(end, len(text) if last < 0 else last) - start
    return Finding(
        where=where,
        message=fault.message,
        cure=fault.cure or None,
        caret=fault.show(text),
        line=text.count("\n", 0, start) + 1,
        column=start - first + 1,
        length=max(1, length),
    )


def _unknown(where: str, what: str, name: str, known: Iterable[str]) -> Finding:
    names = sorted(known)
    some = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    cure = did_you_mean(name, names, f"there are {some}")
    return Finding(where=where, message=f"there is no {what} `{name}`", cure=cure)


def _explanation(language: str, template: str, vocabulary: Vocabulary) -> Iterable[Finding]:
    where = f"explain.{language}"
    if not template.strip():
        yield Finding(where=where, message="there is no explanation", cure="say in one line what a hit means")
        return
    try:
        names = names_in(template, where)
    except XiezhiError as error:
        yield Finding(where=where, message=error.message, cure=error.cure)
        return
    for name in names:
        if name not in vocabulary.variables:
            start = template.find("{" + name) + 1
            message = f"`{name}` is not known on {vocabulary.channel} events"
            fault = Fault(Place(start, start + len(name)), message, nearest(name, vocabulary))
            yield finding(where, template, fault)
