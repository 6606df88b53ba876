"""Models at rest: a directory with `card.json`, which says what the model is, and `weights.npz`."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import data_folder
from xiezhi.knowledge.convert import did_you_mean

Arrays: TypeAlias = dict[str, Any]
"""NumPy arrays by name."""

CARD: Final = "card.json"
WEIGHTS: Final = "weights.npz"
FORMAT: Final = 1
_CURE: Final = "train the model again, or copy its directory again from where it came"


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is and how it came to be.

    `kind` is `boosted-trees` or `linear-characters`; `task` and `channel` say what it is for; `features`
    are column names in order (empty for texts), `labels` class names; `roles` maps a role (`fraud`,
    `illegal`, `advert`) to the labels that play it; `preparation` is the way from texts to symbols; `data`
    lists the data sets with name, source, licence, rows and digest; `split` and `scores` say how it was
    measured; `base_rate` is the share of the second class in the training rows (two classes only);
    `digest` is the SHA-256 (hex) of `weights.npz`.
    """

    name: str
    version: int
    kind: str
    task: str
    channel: str
    features: tuple[str, ...]
    labels: tuple[str, ...]
    data: tuple[dict[str, Any], ...]
    licence: str
    split: str
    scores: dict[str, Any]
    date: str
    digest: str = ""
    format: int = FORMAT
    calibration: str = ""
    preparation: str = ""
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    base_rate: float | None = None
    notes: tuple[str, ...] = ()


def write_model(folder: Path, card: Card, arrays: Arrays) -> Card:
    """Write a model directory and return the card with the digest of its weights.

    The card is written last: a directory without one is no model, so an interrupted write is not taken for
    one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / WEIGHTS
    (folder / CARD).unlink(missing_ok=True)
    np.savez_compressed(weights, allow_pickle=False, **arrays)
    content = asdict(card) | {"digest": hashlib.sha256(weights.read_bytes()).hexdigest(), "format": FORMAT}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=False)
    (folder / CARD).write_text(text + "\n", "utf-8")
    return _card(content, folder)


def read_card(folder: Path) -> Card:
    """The card of a model directory; raises `XiezhiError` naming file and line of a fault."""
    path = folder / CARD
    if not path.is_file():
        raise XiezhiError(
            f"{folder}: no model here (there is no {CARD})", "give the directory that `train -o` wrote"
        )
    try:
        content = json.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise XiezhiError(f"{path}: is not UTF-8", _CURE) from error
    except json.JSONDecodeError as error:
        raise XiezhiError(f"{path}:{error.lineno}: is not JSON: {error.msg}", _CURE) from error
    return _card(content, folder)


def read_model(folder: Path, kind: str | None = None) -> tuple[Card, Arrays]:
    """Card and arrays of a model, after comparing the weights with the card's digest.

    Raises `XiezhiError` when they differ, are missing or the model is not of the wanted kind.
    """
    card = read_card(folder)
    if kind is not None and card.kind != kind:
        raise XiezhiError(
            f"{folder / CARD}: is a model of kind `{card.kind}`, not `{kind}`", "give another model"
        )
    path = folder / WEIGHTS
    try:
        content = path.read_bytes()
    except OSError as error:
        raise XiezhiError(f"{path}: cannot be read: {error.strerror}", _CURE) from error
    found = hashlib.sha256(content).hexdigest()
    if found != card.digest:
        raise XiezhiError(
            f"{path}: damaged or not of this card (digest {found[:12]}, card {card.digest[:12]})", _CURE
        )
    try:
        with np.load(path, allow_pickle=False) as archive:
            return card, {name: archive[name] for name in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise XiezhiError(f"{path}: cannot be read: {error}", _CURE) from error


def find_models(*roots: Path) -> dict[str, Path]:
    """Model directories by name, below the given roots or the shipped one; a later root goes before an
    earlier, a higher version before a lower."""
    found: dict[str, tuple[int, int, Path]] = {}
    for layer, root in enumerate(roots or (shipped_root(),)):
        for path in sorted(root.glob(f"**/{CARD}")):
            card = read_card(path.parent)
            if card.name not in found or (layer, card.version) >= found[card.name][:2]:
                found[card.name] = layer, card.version, path.parent
    return {name: folder for name, (_, _, folder) in sorted(found.items())}


def shipped_root() -> Path:
    """The directory of the models that come with the package."""
    return data_folder() / "models"


def _card(content: Any, folder: Path) -> Card:
    place = f"{folder / CARD}:1"
    if not isinstance(content, dict):
        raise XiezhiError(f"{place}: must be a JSON object", _CURE)
    known = {part.name for part in fields(Card)}
    for name in content:
        if name not in known:
            raise XiezhiError(f"{place}: unknown key `{name}`", did_you_mean(name, known))
    if content.get("format") != FORMAT:
        cure = "train it with this version, or use the version that wrote it"
        raise XiezhiError(f"{place}: format {content.get('format')!r} is not {FORMAT}", cure)
    try:
        roles = {role: tuple(labels) for role, labels in content.get("roles", {}).items()}
        listed = {name: tuple(content.get(name, ())) for name in ("features", "labels", "data", "notes")}
        return Card(**{**content, **listed, "roles": roles})
    except TypeError as error:
        raise XiezhiError(f"{place}: {error}", _CURE) from error
