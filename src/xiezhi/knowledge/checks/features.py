"""Feature tables: fields, windows and measures that exist, keys of one kind, features named once."""

from __future__ import annotations

import re

from xiezhi.domain.errors import Problems
from xiezhi.domain.features import WINDOWS, Measure, Table, features_of
from xiezhi.domain.schema import EventSchema, Field
from xiezhi.knowledge.checks.common import known, proper_word
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.knowledge.shelves import Entry, Shelves
from xiezhi.knowledge.yamlfile import Step

_IDLE = re.compile(r"^[1-9][0-9]*[smhd]$")
_NUMERIC = ("sum", "mean", "min", "max")
_NEEDS_OF = (*_NUMERIC, "distinct", "ratio")


def check_features(shelves: Shelves, problems: Problems) -> None:
    """Check every table of window counters."""
    schemas = shelves.schemas.plain()
    owners: dict[tuple[str, str], Entry[Table]] = {}
    for entry in shelves.tables.values():
        _TableCheck(entry, schemas, problems).run()
        _check_unique(entry, owners, problems)


def _check_unique(
    entry: Entry[Table], owners: dict[tuple[str, str], Entry[Table]], problems: Problems
) -> None:
    """A feature's name means one thing on a channel."""
    if not all("." in place for place in (*entry.value.writers, *entry.value.readers)):
        return  # reported as no place; there are no features to name
    for feature in features_of(entry.value):
        other = owners.setdefault((feature.channel, feature.name), entry)
        if other is not entry:
            message = f"`{feature.name}` on {feature.channel} is also read from table `{other.value.name}`"
            problems.add(entry.place(), message, f"rename the measure here or at {other.place()}")


class _TableCheck:
    """The checks of one table."""

    def __init__(self, entry: Entry[Table], schemas: dict[str, EventSchema], problems: Problems) -> None:
        self.entry = entry
        self.table = entry.value
        self.schemas = schemas
        self.problems = problems

    def run(self) -> None:
        table = self.table
        proper_word(self.entry, ("name",), table.name, self.problems)
        if not _IDLE.match(table.idle):
            self._fault(
                ("idle",), f"`{table.idle}` is no duration", "write a number and s, m, h or d, such as 30d"
            )
        if not table.writers:
            self._fault(("writers",), "no event writes this table", "add a writer such as call.caller")
        self._check_keys()
        names: set[str] = set()
        for index, measure in enumerate(table.measures):
            if measure.name in names:
                cure = "give it another name, or remove one of the two"
                self._fault(("measures", index, "name"), f"repeats the measure `{measure.name}`", cure)
            names.add(measure.name)
            self._check_measure(("measures", index), measure)

    def _check_keys(self) -> None:
        """All places hold keys of the same kind, or entries would never meet."""
        first: tuple[str, ...] | None = None
        for part in ("writers", "readers"):
            for index, place in enumerate(getattr(self.table, part)):
                fields = self._fields(place, (part, index))
                if fields is None:
                    continue
                kind = tuple(field.kind or field.type for field in fields)
                first = first or kind
                if kind != first and "any" not in (*kind, *first):
                    found, wanted = " + ".join(kind), " + ".join(first)
                    message = f"the key `{place}` is {found}, but this table's keys are {wanted}"
                    self._fault((part, index), message, "keep keys of another kind in a table of their own")

    def _check_measure(self, at: tuple[Step, ...], measure: Measure) -> None:
        proper_word(self.entry, (*at, "name"), measure.name, self.problems)
        for index, window in enumerate(measure.windows):
            known(self.entry, (*at, "windows", index), "window", window, WINDOWS, self.problems)
        places = (*self.table.writers, *self.table.readers)
        for name in ("by", "then_by"):
            place = getattr(measure, name)
            if place and self._fields(place, (*at, name)) is not None:
                known(
                    self.entry, (*at, name), "writer of this table", place, self.table.writers, self.problems
                )
        for index, place in enumerate(measure.at):
            known(self.entry, (*at, "at", index), "place of this table", place, places, self.problems)
        if measure.agg == "absence" and not (measure.then_by or measure.then):
            self._fault(at, f"`{measure.name}` does not say what stays away", "add `then_by`, `then` or both")
        if not measure.zh.strip() or not measure.en.strip():
            self._fault(at, f"`{measure.name}` lacks a name in one language", "write both `zh` and `en`")
        self._check_of(at, measure)

    def _check_of(self, at: tuple[Step, ...], measure: Measure) -> None:
        if bool(measure.of) != (measure.agg in _NEEDS_OF):
            word = "needs" if measure.agg in _NEEDS_OF else "takes no"
            cure = "add the field it works on" if measure.agg in _NEEDS_OF else "remove `of`"
            self._fault(at, f"`{measure.agg}` {word} `of`", cure)
        elif measure.agg == "ratio":
            others = {other.name for other in self.table.measures if other.agg != "ratio"}
            for name in ("of", "over"):
                known(
                    self.entry,
                    (*at, name),
                    "measure of this table",
                    getattr(measure, name),
                    others,
                    self.problems,
                )
        elif measure.of:
            self._check_counted(at, measure)
        if measure.over and measure.agg != "ratio":
            self._fault((*at, "over"), f"`{measure.agg}` takes no `over`", "remove `over`")

    def _check_counted(self, at: tuple[Step, ...], measure: Measure) -> None:
        """The field that is summed or told apart exists on the events that feed the measure."""
        source = measure.by or (self.table.writers[0] if self.table.writers else "")
        channel = source.split(".", 1)[0]
        if channel not in self.schemas:
            return  # the place itself has been reported
        prefix = f"{channel}."
        place = measure.of if measure.of.startswith(prefix) else prefix + measure.of
        for field in self._fields(place, (*at, "of")) or ():
            if measure.agg in _NUMERIC and field.type not in ("number", "integer", "time"):
                self._fault(
                    (*at, "of"),
                    f"`{field.name}` is {field.type}, no number",
                    f"`{measure.agg}` needs a number",
                )

    def _fields(self, place: str, at: tuple[Step, ...]) -> tuple[Field, ...] | None:
        """The fields that `channel.field` or `channel.field+field` names, or None after noting a fault."""
        channel, dot, names = place.partition(".")
        if not dot:
            self._fault(at, f"`{place}` is no place", "write channel.field or channel.field+field")
            return None
        if not known(self.entry, at, "channel", channel, self.schemas, self.problems):
            return None
        by_name = self.schemas[channel].by_name
        found = []
        for name in names.split("+"):
            if name not in by_name:
                self._fault(at, f"{channel} has no field `{name}`", did_you_mean(name, by_name))
                return None
            found.append(by_name[name])
        if len(found) > 2:
            self._fault(at, f"`{place}` has {len(found)} fields", "a key has one field or two")
            return None
        return tuple(found)

    def _fault(self, at: tuple[Step, ...], message: str, cure: str) -> None:
        self.problems.add(self.entry.place(*at), message, cure)
