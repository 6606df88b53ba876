"""Rules compiled for one channel, and the rows they hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiezhi.decide import kernels
from xiezhi.decide.frame import Frame
from xiezhi.decide.language import Checked, Vocabulary, check_expression
from xiezhi.decide.language.source import did_you_mean
from xiezhi.decide.lists import Lists
from xiezhi.decide.program import Bools, Int32, Program, unpack
from xiezhi.decide.wording import names_in
from xiezhi.domain.batch import Int64
from xiezhi.domain.errors import Problem, XiezhiError
from xiezhi.domain.rules import Rule

NO_LISTS = Lists({})


@dataclass(frozen=True, slots=True)
class Hits:
    """Which rules hit which rows: `rows` and `rules` (int32[hits]), in order of row, then rule."""

    rows: Int32
    rules: Int32

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, wanted: Bools) -> Hits:
        """Some of the hits (bool[hits])."""
        return Hits(self.rows[wanted], self.rules[wanted])


class Conditions:
    """Conditions over the events of one channel, evaluated together."""

    def __init__(self, checked: Sequence[Checked], vocabulary: Vocabulary) -> None:
        self.checked = tuple(checked)
        self.vocabulary = vocabulary
        self.reads = frozenset(name for each in checked for name in each.names)
        self._program = Program(self.checked, vocabulary)

    @property
    def distinct(self) -> int:
        """How many different conditions and parts of conditions are evaluated."""
        return self._program.slots

    def masks(self, frame: Frame, ts: Int64 | None = None, lists: Lists = NO_LISTS) -> Bools:
        """bool[conditions, rows]: which condition holds for which event."""
        found = np.empty((len(self.checked), frame.rows), np.bool_)
        for start, stop, slots in self._program.run(frame, _times(ts, frame), lists):
            for at, root in enumerate(self._program.roots.tolist()):
                words = slots[root >> 1]
                found[at, start:stop] = unpack(~words if root & 1 else words, stop - start)
        return found

    def hits(self, frame: Frame, ts: Int64 | None = None, lists: Lists = NO_LISTS) -> Hits:
        """The same as `masks`, as a list of what holds; `rules` are indices of conditions."""
        rows: list[Int32] = []
        rules: list[Int32] = []
        for start, stop, slots in self._program.run(frame, _times(ts, frame), lists):
            counts = np.zeros(stop - start, np.int64)
            total = kernels.count_hits(self._program.roots, slots, kernels.BITS, counts)
            if total:
                places = np.cumsum(counts) - counts
                rows.append(np.empty(total, np.int32))
                rules.append(np.empty(total, np.int32))
                kernels.write_hits(
                    self._program.roots, slots, kernels.BITS, places, start, rows[-1], rules[-1]
                )
        nothing = np.zeros(0, np.int32)
        return Hits(np.concatenate([nothing, *rows]), np.concatenate([nothing, *rules]))


def _times(ts: Int64 | None, frame: Frame) -> Int64:
    """Without times no entry of a list has run out."""
    return np.zeros(frame.rows, np.int64) if ts is None else ts


class CompiledRules:
    """The rules of one channel. `names[i]` are the variables that rule i's condition reads or its explanation
    names, `reads` those of all rules; `warnings` is what their authors should look at again."""

    def __init__(self, rules: Sequence[Rule], conditions: Conditions) -> None:
        self.rules = tuple(rules)
        self.names = tuple(map(_names, rules, conditions.checked))
        self.reads = frozenset(name for names in self.names for name in names)
        self.warnings = tuple(
            Problem(f"rule {rule.id}", shown)
            for rule, each in zip(rules, conditions.checked, strict=True)
            for shown in each.shown_warnings()
        )
        self._conditions = conditions

    def evaluate(self, frame: Frame, ts: Int64 | None = None, lists: Lists = NO_LISTS) -> Hits:
        """Which rules hit which events. `ts` (int64[rows], ms) is compared with the ends of list entries.

        An event's hits depend on that event alone: any split of a batch gives the same.
        """
        return self._conditions.hits(frame, ts, lists)


def _names(rule: Rule, checked: Checked) -> tuple[str, ...]:
    named = (*names_in(rule.zh, rule.id), *names_in(rule.en, rule.id))
    return tuple(dict.fromkeys((*checked.names, *named)))


def check_rule(rule: Rule, vocabulary: Vocabulary) -> Checked:
    """Check a rule's condition and the variables its explanations name. Raises `XiezhiError`."""
    checked = check_expression(rule.when, vocabulary, rule.id)
    for language, template in (("zh", rule.zh), ("en", rule.en)):
        for name in names_in(template, f"{rule.id}: {language}"):
            if name not in vocabulary.variables:
                place = f"{rule.id}: `{{{name}}}` in the {language} explanation"
                message = f"{place} is not known on {rule.channel} events"
                raise XiezhiError(message, did_you_mean(name, vocabulary.variables))
    return checked


def compile_rules(rules: Sequence[Rule], vocabulary: Vocabulary) -> CompiledRules:
    """Check and compile the rules of one channel. Raises `XiezhiError` with all that cannot be used."""
    checked: list[Checked] = []
    faults: list[str] = []
    for rule in rules:
        try:
            checked.append(check_rule(rule, vocabulary))
        except XiezhiError as error:
            faults.append(str(error))
    if faults:
        raise XiezhiError("\n".join(faults))
    return CompiledRules(rules, Conditions(checked, vocabulary))


def compile_conditions(conditions: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Conditions:
    """Check and compile conditions that are no rules, given as (name for messages, text)."""
    return Conditions([check_expression(text, vocabulary, name) for name, text in conditions], vocabulary)
