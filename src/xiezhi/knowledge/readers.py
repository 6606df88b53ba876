"""One function a kind of file: its shape, and the shelves it fills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from xiezhi.domain.access import Permission, Role
from xiezhi.domain.errors import Problems
from xiezhi.domain.features import Table
from xiezhi.domain.fraud import FraudGroup, FraudKind, Scheme
from xiezhi.domain.rules import Rule, SignalGroup, Threshold
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.convert import convert, did_you_mean
from xiezhi.knowledge.shelves import Entry, ListDefinition, Shelf, Shelves
from xiezhi.knowledge.yamlfile import At, Document

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Override:
    """Thresholds for one fraud type, or a group of them, on one channel."""

    channel: str
    fraud_type: str
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One file on its way onto the shelves."""

    document: Document
    layer: int
    shelves: Shelves
    problems: Problems

    def keys(self, *wanted: str) -> bool:
        """Whether the file is a mapping with these keys and no others; faults are noted."""
        data = self.document.data
        if not isinstance(data, dict):
            self.fault((), "must be a mapping", f"start the file with `{wanted[-1]}:`")
            return False
        for key in data:
            if key not in wanted:
                self.fault((key,), f"unknown key `{key}`", did_you_mean(key, wanted))
        for key in wanted:
            if key not in data:
                self.fault((), f"the file has no `{key}`", f"add the key `{key}`")
        return all(key in data for key in wanted)

    def rows(self, key: str) -> list[Any]:
        """The list under a top key; something else there is a fault."""
        rows = self.document.data[key]
        if isinstance(rows, list):
            return rows
        self.fault((key,), f"`{key}` must be a list", "start each entry with `- `")
        return []

    def word(self, key: str) -> str | None:
        """The text under a top key; something else there is a fault."""
        word = self.document.data[key]
        if isinstance(word, str):
            return word
        self.fault((key,), f"`{key}` must be text", "put it in quotes")
        return None

    def put(self, shelf: Shelf[T], what: str, name: str, value: T, at: At) -> None:
        """Put one value on a shelf under its name."""
        shelf.put(what, name, Entry(value, self.document, at, self.layer), self.problems)

    def fault(self, at: At, message: str, cure: str) -> None:
        """Note a fault of this file."""
        self.problems.add(self.document.place(at), message, cure)

    def each(self, key: str, kind: type[T], **given: Any) -> list[tuple[At, T]]:
        """Every entry of the list under `key` that converts, with its place."""
        places: list[At] = [(key, index) for index in range(len(self.rows(key)))]
        found = ((at, convert(self.document, kind, self.problems, at, given)) for at in places)
        return [(at, value) for at, value in found if value is not None]


def read_schema(reading: Reading) -> None:
    """`events/*.yaml`: one event channel."""
    schema = convert(reading.document, EventSchema, reading.problems)
    if schema is not None:
        reading.put(reading.shelves.schemas, "event channel", schema.name, schema, ())


def read_features(reading: Reading) -> None:
    """`features/*.yaml`: tables of window counters."""
    if reading.keys("tables"):
        for at, table in reading.each("tables", Table):
            reading.put(reading.shelves.tables, "feature table", table.name, table, at)


def read_rules(reading: Reading) -> None:
    """`rules/*.yaml`: the rules of one channel."""
    if reading.keys("channel", "rules") and (channel := reading.word("channel")):
        for at, rule in reading.each("rules", Rule, channel=channel):
            reading.put(reading.shelves.rules, "rule", rule.id, rule, at)


def read_signal_groups(reading: Reading) -> None:
    """`signal_groups.yaml`: groups of signals with their caps."""
    if reading.keys("groups"):
        for at, group in reading.each("groups", SignalGroup):
            reading.put(reading.shelves.groups, "signal group", group.id, group, at)


def read_lists(reading: Reading) -> None:
    """`lists.yaml`: the allow and deny lists there are."""
    if reading.keys("lists"):
        for at, definition in reading.each("lists", ListDefinition):
            reading.put(reading.shelves.lists, "list", definition.name, definition, at)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The shape of `policy.yaml`; an overlay may give only what it changes."""

    prior: dict[str, float] | None = None
    thresholds: dict[str, tuple[Threshold, ...]] | None = None
    overrides: tuple[Override, ...] = ()


def read_policy(reading: Reading) -> None:
    """`policy.yaml`: from score to action."""
    policy = convert(reading.document, PolicyFile, reading.problems)
    if policy is None:
        return
    shelves = reading.shelves
    for channel, prior in (policy.prior or {}).items():
        reading.put(shelves.prior, "prior of", channel, prior, ("prior", channel))
    for channel, thresholds in (policy.thresholds or {}).items():
        reading.put(shelves.thresholds, "thresholds of", channel, thresholds, ("thresholds", channel))
    for index, override in enumerate(policy.overrides):
        name = f"{override.channel}/{override.fraud_type}"
        reading.put(shelves.overrides, "override for", name, override.thresholds, ("overrides", index))


@dataclass(frozen=True, slots=True)
class AccessFile:
    """The shape of `permissions.yaml`; an overlay may give only what it changes."""

    permissions: tuple[Permission, ...] = ()
    roles: tuple[Role, ...] = ()


def read_access(reading: Reading) -> None:
    """`permissions.yaml`: what may be done, and by which role."""
    found = convert(reading.document, AccessFile, reading.problems)
    if found is None:
        return
    for index, permission in enumerate(found.permissions):
        at: At = ("permissions", index)
        reading.put(reading.shelves.permissions, "permission", permission.id, permission, at)
    for index, role in enumerate(found.roles):
        reading.put(reading.shelves.roles, "role", role.id, role, ("roles", index))


def read_fraud_groups(reading: Reading) -> None:
    """`fraud_types/groups.yaml`."""
    if reading.keys("groups"):
        for at, group in reading.each("groups", FraudGroup):
            reading.put(reading.shelves.fraud_groups, "fraud group", group.id, group, at)


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A step in the course of a fraud."""

    id: str
    zh: str
    en: str


def read_stages(reading: Reading) -> None:
    """`fraud_types/stages.yaml`."""
    if reading.keys("stages"):
        for at, stage in reading.each("stages", StageEntry):
            reading.put(reading.shelves.stages, "stage", stage.id, (stage.zh, stage.en), at)


def read_schemes(reading: Reading) -> None:
    """`fraud_types/schemes.yaml`: the classifications of others."""
    if reading.keys("schemes"):
        for at, scheme in reading.each("schemes", Scheme):
            reading.put(reading.shelves.schemes, "scheme", scheme.id, scheme, at)


def read_kinds(reading: Reading) -> None:
    """`fraud_types/<group>.yaml`: the fraud kinds of one group."""
    if reading.keys("group", "kinds") and (group := reading.word("group")):
        for at, kind in reading.each("kinds", FraudKind, group=group):
            reading.put(reading.shelves.kinds, "fraud kind", kind.id, kind, at)


READERS: dict[str, Callable[[Reading], None]] = {
    # The first pattern that a file's path below the data folder meets decides.
    "events/*.yaml": read_schema,
    "features/*.yaml": read_features,
    "rules/*.yaml": read_rules,
    "signal_groups.yaml": read_signal_groups,
    "lists.yaml": read_lists,
    "policy.yaml": read_policy,
    "permissions.yaml": read_access,
    "fraud_types/groups.yaml": read_fraud_groups,
    "fraud_types/stages.yaml": read_stages,
    "fraud_types/schemes.yaml": read_schemes,
    "fraud_types/*.yaml": read_kinds,
}
