"""The models that come with the package, made again by one command:

    python -m xiezhi.learn.shipped messages --data ../shared/data
    python -m xiezhi.learn.shipped dialogues --data ../shared/data
    python -m xiezhi.learn.shipped transfers

Only data sets whose terms allow it are learned from, and the card names them. Others are evaluated on at
most.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from xiezhi.detect.messages.texts import TextModel
from xiezhi.detect.models.registry import Card, shipped_root, write_model
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.features import features_of
from xiezhi.learn.metrics import area_under_curve
from xiezhi.learn.notices import service_notices
from xiezhi.learn.tables import NumberRows, TextRows, read_data, text_rows
from xiezhi.learn.tasks import TASKS
from xiezhi.learn.training import SEEDS, Progress, learn_numbers, learn_texts, with_card
from xiezhi.simulator.write import simulate

PERSONAL: Final = "Personal"
SERVICE: Final = "Service"
_ROLES: Final = {"fraud": "FR_", "illegal": "IL_", "advert": "AD_"}
_SOURCES: Final = {
    "fbs-sms": {
        "source": "Zhang et al., Lies in the Air: Characterizing Fake-base-station Spam Ecosystem in China, "
        "CCS 2020",
        "licence": "none stated; used with the source named",
    },
    "nus-sms-zh": {
        "source": "Chen and Kan, Creating a live, public short message service corpus: the NUS SMS corpus, "
        "Language Resources and Evaluation 47(2), 2013",
        "licence": "public corpus, cite; used with the source named",
    },
    "service_notices": {"source": "templates written for this project", "licence": "Apache-2.0"},
}
_NOTES: Final = (
    "Numbers, addresses and handles are masked alike in all sources, so that a mask tells no source.",
    "Masks of names and places, which a raw text does not have, are dropped.",
    "Messages of brokers and banks about investments are its weak side: ask for a high probability.",
    "Traditional characters are read as simplified ones.",
)


def train_messages(data: Path, out: Path, seeds: int = SEEDS, say: Progress = lambda step: None) -> Card:
    """Train the message model from the folder of data sets and write it to `out`; returns its card."""
    fraud, personal = (_texts(data, name) for name in ("fbs-sms", "nus-sms-zh"))
    notices = pa.array(service_notices(), pa.large_string())
    rows = TextRows(
        pa.concat_arrays([fraud.texts, personal.texts, notices]),
        (*fraud.labels, *(PERSONAL,) * len(personal.labels), *(SERVICE,) * len(notices)),
    )
    counts = {
        "fbs-sms": len(fraud.labels),
        "nus-sms-zh": len(personal.labels),
        "service_notices": len(notices),
    }
    described = tuple({"name": name, "rows": counts[name], **_SOURCES[name]} for name in _SOURCES)
    model = learn_texts("messages", "message", "masked", rows, described, seeds, say)
    labels = model.card.labels
    roles = {
        role: tuple(label for label in labels if label.startswith(start)) for role, start in _ROLES.items()
    }
    scores = {**model.card.scores, "out_of_domain": _out_of_domain(with_card(model, roles=roles), data)}
    card = replace(
        model.card,
        roles=roles,
        notes=_NOTES,
        scores=scores,
        licence="Apache-2.0, with the sources of the data named",
    )
    return write_model(out, card, model.arrays())


_DIALOGUES: Final = {
    "name": "teleantifraud",
    "source": "TeleAntiFraud-28k: dialogues of fraud and of honest calls written by language models",
    "licence": "Apache-2.0",
}
_DIALOGUE_NOTES: Final = (
    "The dialogues were written by language models: fraud and honest calls differ far more than real ones do, so the "
    "figures speak of the kind of fraud, not of finding fraud.",
    "Several kinds (customer service, bank, phishing, identity theft) tell nearly the same stories.",
)


def train_dialogues(data: Path, out: Path, seeds: int = SEEDS, say: Progress = lambda step: None) -> Card:
    """Train the model of call dialogues and write it to `out`; returns its card."""
    path = data / "teleantifraud" / "dialogues.jsonl"
    if not path.is_file():
        raise XiezhiError(f"{path}: not found", "give the folder that holds the data sets with --data")
    rows = text_rows([read_data(path)], TASKS["dialogues"].columns, "fraud_type")
    described = ({**_DIALOGUES, "rows": len(rows.labels)},)
    model = learn_texts("dialogues", "", TASKS["dialogues"].preparation, rows, described, seeds, say)
    licence = "Apache-2.0, with the source of the data named"
    return write_model(out, replace(model.card, notes=_DIALOGUE_NOTES, licence=licence), model.arrays())


def _texts(data: Path, name: str) -> TextRows:
    path = data / name / "data.csv"
    if not path.is_file():
        raise XiezhiError(f"{path}: not found", "give the folder that holds the data sets with --data")
    return text_rows([read_data(path)], TASKS["messages"].columns, None)


def _out_of_domain(model: TextModel, data: Path) -> dict[str, Any]:
    """Raw messages of another source, labelled ham or spam; spam there is advertising for the most part."""
    name = "zh-sms-spam"
    if not (data / name / "data.csv").is_file():
        return {}
    rows = _texts(data, name)
    shares = model.probabilities(rows.texts)
    spam = pa.array(rows.labels).to_numpy(zero_copy_only=False) == "spam"
    labels = model.card.labels
    honest = shares[:, [labels.index(PERSONAL), labels.index(SERVICE)]].sum(axis=1)
    found: dict[str, Any] = {"data": name, "rows": len(spam), "auc_spam": area_under_curve(spam, 1 - honest)}
    for role in ("fraud", "illegal"):
        total = shares[:, [labels.index(label) for label in model.card.roles[role]]].sum(axis=1)
        for floor in (0.5, 0.9):
            found[f"ham_{role}_at_{floor}"] = float((total[~spam] >= floor).mean())
    return found


_LEFT_OUT: Final = frozenset({"balance", "balance.drained"})
"""Victims' balances in the simulator do not come from their running balance, so they would give the fraud away."""
_TRANSFER_NOTES: Final = (
    "Learned and tested on the simulated city alone: its figures say nothing about real money.",
    "It therefore adds little weight beside the rules; train one on your own labelled transfers.",
)


def train_transfers(out: Path, events: int = 600_000, say: Progress = lambda step: None) -> Card:
    """Train the transfer model on one simulated city, test it on the end of that city and on another one."""
    with tempfile.TemporaryDirectory() as folder:
        learned, other = (_city(Path(folder), seed, events // part) for seed, part in ((101, 1), (102, 3)))
    say(f"{len(learned.labels):,} transfers, {learned.labels.count('fraud'):,} of them fraud")
    described = ({"name": f"simulated city, seed 101, {events:,} events", "rows": len(learned.labels)},)
    model = learn_numbers("transfers", "transfer", learned, described, 1, say)
    fraud = np.array([label == "fraud" for label in other.labels])
    elsewhere = {"rows": len(fraud), "auc": area_under_curve(fraud, model.probabilities(other.matrix)[:, 1])}
    scores = {**model.card.scores, "another_city": elsewhere}
    return write_model(out, replace(model.card, notes=_TRANSFER_NOTES, scores=scores), model.arrays())


def _city(folder: Path, seed: int, events: int) -> NumberRows:
    """Features and labels of a simulated city's transfers."""
    place = folder / str(seed)
    simulate(place, events, seed)
    matrix, names, ids = features_of("transfer", sorted(place.glob("*.parquet")))
    truth = pl.read_parquet(place / "truth" / "transfer.parquet")
    fraud = set(truth.filter(pl.col("fraud"))["id"].to_list())
    kept = [at for at, name in enumerate(names) if name not in _LEFT_OUT]
    labels = tuple("fraud" if id in fraud else "normal" for id in ids)
    return NumberRows(matrix[:, kept], tuple(names[at] for at in kept), labels, in_time_order=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of this module."""
    parser = argparse.ArgumentParser(
        prog="python -m xiezhi.learn.shipped", description="Make a shipped model again."
    )
    parser.add_argument("model", choices=["messages", "dialogues", "transfers"])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with one folder a data set"
    )
    parser.add_argument("-o", "--out", type=Path, help="where to write it (default: into the package)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="repetitions of the test")
    given = parser.parse_args(arguments)
    out = given.out or shipped_root() / given.model
    try:
        if given.model == "transfers":
            print(train_transfers(out, say=print).scores)
            return
        learn = train_dialogues if given.model == "dialogues" else train_messages
        card = learn(given.data, out, given.seeds, print)
    except XiezhiError as error:
        raise SystemExit(str(error)) from error
    spread = card.scores["spread"]["macro_f1"]
    print(f"macro-F1 {card.scores['macro_f1']:.4f} +- {spread:.4f} over {card.scores['repetitions']} seeds")
    if "out_of_domain" in card.scores:
        print(f"out of domain: {card.scores['out_of_domain']}")


if __name__ == "__main__":
    main()
