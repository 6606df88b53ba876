"""The knowledge of the house: shipped data and a site's own overlay, read, checked and put together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path

from xiezhi.domain.access import AccessTable
from xiezhi.domain.errors import Problems
from xiezhi.domain.features import FeatureCatalogue
from xiezhi.domain.fraud import Taxonomy
from xiezhi.domain.rules import Policy, Rule, SignalGroup
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.checks import check
from xiezhi.knowledge.convert import did_you_mean
from xiezhi.knowledge.readers import READERS, Reading
from xiezhi.knowledge.shelves import ListDefinition, Shelves
from xiezhi.knowledge.yamlfile import read_yaml

__all__ = ["Knowledge", "ListDefinition", "data_folder", "load_knowledge", "read_knowledge"]


@dataclass(frozen=True)
class Knowledge:
    """Everything the house knows as data, checked.

    `schemas` is by channel, `groups` (of signals) by id, `lists` by name. `access` has
    permissions and roles. `digest` is the SHA-256 (hex) of the names and contents of all files it was made
    from: equal digests mean equal knowledge.
    """

    schemas: dict[str, EventSchema]
    taxonomy: Taxonomy
    features: FeatureCatalogue
    rules: tuple[Rule, ...]
    groups: dict[str, SignalGroup]
    policy: Policy
    lists: dict[str, ListDefinition]
    access: AccessTable
    digest: str


def data_folder() -> Path:
    """The folder of the data that ships with the package."""
    return Path(str(resources.files("xiezhi.knowledge") / "data"))


def load_knowledge(overlay: Path | None = None) -> Knowledge:
    """Shipped knowledge, with a site's own folder laid over it.

    The overlay has the layout of the shipped folder. Its files add entries, and an entry with the id of
    a shipped one replaces it. Raises `XiezhiError` naming every fault of every file with its cure.
    """
    return _shipped() if overlay is None else _load(overlay)


@cache
def _shipped() -> Knowledge:
    return _load(None)


def _load(overlay: Path | None) -> Knowledge:
    problems = Problems()
    knowledge = read_knowledge(overlay, problems)
    problems.raise_if_any("knowledge")
    return knowledge


def read_knowledge(overlay: Path | None, problems: Problems) -> Knowledge:
    """Read and check everything. Faults go to `problems`; with any, the result may lack what was faulty."""
    shelves = Shelves()
    digest = hashlib.sha256()
    for layer, folder in enumerate([data_folder()] if overlay is None else [data_folder(), overlay]):
        if layer and not folder.is_dir():
            problems.add(str(folder), "is not a folder", "give the folder that holds your own knowledge")
            continue
        for path in sorted(_files(folder)):
            name = path.relative_to(folder).as_posix()
            _hash(digest, f"{layer}/{name}", path)
            _read(path, name, layer, shelves, problems)
    check(shelves, problems)
    return _assemble(shelves, digest.hexdigest())


def _files(folder: Path) -> list[Path]:
    """The files of a folder, leaving out what an editor or Python left there."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    ]


def _hash(digest: hashlib._Hash, name: str, path: Path) -> None:
    try:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return  # reading it as YAML, or its own loader, reports this
    digest.update(f"{name}\0{content}\n".encode())


def _read(path: Path, name: str, layer: int, shelves: Shelves, problems: Problems) -> None:
    """Put one file on the shelves. Files with another loader are passed over."""
    reader = next((READERS[pattern] for pattern in READERS if fnmatchcase(name, pattern)), None)
    if reader is None:
        if layer and path.suffix in (".yaml", ".yml") and not _known_elsewhere(name):
            cure = did_you_mean(name, READERS)
            problems.add(str(path), "is not a file that knowledge is read from", cure)
        return
    document = read_yaml(path, problems, str(path) if layer else f"xiezhi/knowledge/data/{name}")
    if document is not None:
        reader(Reading(document, layer, shelves, problems))


def _known_elsewhere(name: str) -> bool:
    """Whether a file lies where shipped data lies that another part of the house reads."""
    shipped = data_folder() / name
    own_folders = {pattern.partition("/")[0] for pattern in READERS}
    return shipped.exists() or (
        "/" in name and shipped.parent.is_dir() and name.split("/")[0] not in own_folders
    )


def _assemble(shelves: Shelves, digest: str) -> Knowledge:
    overrides = {}
    for name, thresholds in shelves.overrides.plain().items():
        channel, fraud_type = name.split("/", 1)
        overrides[channel, fraud_type] = thresholds
    return Knowledge(
        schemas=shelves.schemas.plain(),
        taxonomy=Taxonomy(
            shelves.fraud_groups.plain(),
            shelves.kinds.plain(),
            shelves.stages.plain(),
            shelves.schemes.plain(),
        ),
        features=FeatureCatalogue(tuple(shelves.tables.plain().values())),
        rules=tuple(shelves.rules.plain().values()),
        groups=shelves.groups.plain(),
        policy=Policy(shelves.prior.plain(), shelves.thresholds.plain(), overrides),
        lists=shelves.lists.plain(),
        access=AccessTable(shelves.permissions.plain(), shelves.roles.plain()),
        digest=digest,
    )
