"""The fraud taxonomy: ids that say their group, known stages, and a map whose every class exists."""

from __future__ import annotations

from xiezhi.domain.errors import Problems
from xiezhi.domain.fraud import FraudKind
from xiezhi.knowledge.checks.common import both_languages, known, proper_word
from xiezhi.knowledge.shelves import Entry, Shelves


def check_taxonomy(shelves: Shelves, problems: Problems) -> None:
    """Check groups, schemes and kinds."""
    for group in shelves.fraud_groups.values():
        proper_word(group, ("id",), group.value.id, problems)
        both_languages(group, problems, "zh", "en")
    for scheme in shelves.schemes.values():
        proper_word(scheme, ("id",), scheme.value.id, problems)
        both_languages(scheme, problems, "zh", "en", "source")
        if not scheme.value.classes:
            problems.add(
                scheme.place("classes"), f"scheme `{scheme.value.id}` has no classes", "list its classes"
            )
    for kind in shelves.kinds.values():
        _check_kind(kind, shelves, problems)
    _check_names(shelves, problems)


def _check_kind(entry: Entry[FraudKind], shelves: Shelves, problems: Problems) -> None:
    kind = entry.value
    proper_word(entry, ("id",), kind.id, problems, dotted=True)
    both_languages(entry, problems, "zh", "en", "note_zh", "note_en")
    known(entry, (), "fraud group", kind.group, shelves.fraud_groups, problems)
    if not kind.id.startswith(f"{kind.group}.") or kind.id.count(".") != 1:
        problems.add(
            entry.place("id"), f"`{kind.id}` is in group `{kind.group}`", f"call it {kind.group}.<name>"
        )
    if not kind.stages:
        problems.add(entry.place("stages"), f"`{kind.id}` has no stages", "list its typical stages in order")
    for index, stage in enumerate(kind.stages):
        known(entry, ("stages", index), "stage", stage, shelves.stages, problems)
    for scheme, classes in kind.maps.items():
        if not known(entry, ("maps", scheme), "scheme", scheme, shelves.schemes, problems):
            continue
        for index, name in enumerate(classes):
            at = ("maps", scheme, index)
            known(entry, at, f"class of {scheme}", name, shelves.schemes[scheme].value.classes, problems)
            if name in classes[:index]:
                problems.add(entry.place(*at), f"repeats the class `{name}`", "keep one of the two")


def _check_names(shelves: Shelves, problems: Problems) -> None:
    """Two kinds with one name would be one kind."""
    for language in ("zh", "en"):
        owners: dict[str, str] = {}
        for entry in shelves.kinds.values():
            other = owners.setdefault(getattr(entry.value, language), entry.value.id)
            if other != entry.value.id:
                problems.add(
                    entry.place(language), f"has the same name as `{other}`", "say how the two differ"
                )
