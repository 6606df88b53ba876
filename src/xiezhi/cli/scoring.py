"""Verdicts for the rows of files, by the rules and models of the house or by one trained model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from xiezhi.api.answers import AnswerSignal, signals_in_words
from xiezhi.decide.decider import Decisions
from xiezhi.decide.policy import ChannelPolicy
from xiezhi.decide.wording import Language
from xiezhi.detect.messages.contacts import Contact, contacts
from xiezhi.detect.models.load import LoadedModel, Scores, load_model
from xiezhi.detect.models.registry import shipped_root
from xiezhi.domain.actions import Action
from xiezhi.domain.batch import Float64, single_channel
from xiezhi.domain.columns import Codes
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.core import Core
from xiezhi.engine.frame import ChannelFrame
from xiezhi.knowledge.base import load_knowledge
from xiezhi.knowledge.text_classes import SCHEME, UNSPECIFIED, text_classes
from xiezhi.learn.tables import read_data
from xiezhi.learn.tasks import find_task
from xiezhi.sources.paths import expand_paths
from xiezhi.sources.reading import open_source
from xiezhi.sources.source import BadRow, SourceOptions

_encode = msgspec.json.Encoder().encode
_BENIGN = frozenset(
    {
        "0",
        "ham",
        "normal",
        "legit",
        "legitimate",
        "benign",
        "other",
        "none",
        "正常",
        "无风险",
        "非诈骗",
        # Honest calls in public corpora of dialogues.
        "交通咨询",
        "咨询客服",
        "外卖服务",
        "打车服务",
        "日常购物",
        "订餐服务",
        "预约服务",
    }
)
RISKY = 0.5
"""Risk from which a text is acted on."""

ALARM, ALARM_TURNS = 0.7, 2
"""Risk from which an alarm rings in a running dialogue, and turns that must have been heard: a greeting says little,
and an alarm that rings at every call is switched off."""

_ZH, _EN = "“{part}”使“{label}”的可能性{way}", "'{part}' makes '{label}' {way} likely"


class Line(msgspec.Struct, omit_defaults=True):
    """One line of `xiezhi score`. `scheme` says what a message is in the scheme of the 360 reports, `contacts` what it
    gives to answer to, `alarm_turn` after which turn of a dialogue (counted from 1) the alarm would have rung; -1:
    never."""

    row: int
    id: str | None
    score: float
    type: str | None
    action: str
    signals: list[AnswerSignal]
    scheme: dict[str, str] | None = None
    contacts: list[Contact] | None = None
    alarm_turn: int | None = None


Found = tuple[list[bytes], list[BadRow]]


class Scoring:
    """Scores files of one channel or task."""

    def __init__(
        self,
        channel: str,
        mapping: dict[str, str],
        time_unit: str,
        language: Language,
        model: Path | None,
        overlay: Path | None,
    ) -> None:
        self._knowledge = load_knowledge(overlay)
        self._mapping, self._options = mapping, SourceOptions(time_unit=time_unit or None)
        self._language: Language = language
        self._model = load_model(model) if model else None
        by_name = {
            name: each for each in self._knowledge.schemas.values() for name in (each.name, each.plural)
        }
        if channel in by_name:
            self._schema = by_name[channel]
            self._task = ""
            return
        find_task(channel)
        self._task = channel
        if self._model is None and (shipped_root() / channel).is_dir():
            self._model = load_model(shipped_root() / channel)
        if self._model is None:
            raise XiezhiError(
                f"no model for {channel} ships with this version",
                f"train one: xiezhi train {channel} --data FILE -o DIR",
            )

    def lines(self, files: list[str]) -> Iterator[Found]:
        """JSON lines and rejected rows, a handful at a time, in order."""
        if self._task:
            yield from self._table_lines(files)
            return
        core = Core(self._knowledge)
        done = 0
        for path in expand_paths(files):
            source = open_source(path, self._schema, self._mapping, self._options)
            last = 0
            for chunk in source.chunks():
                lines: list[bytes] = []
                if chunk.table.num_rows:
                    decided = core.decide(single_channel(self._schema.name, chunk.table), done)
                    rows = chunk.rows + done
                    at = 0
                    for decisions in decided:
                        lines += self._event_lines(decisions, rows[at : at + len(decisions)])
                        at += len(decisions)
                last = chunk.next_row
                yield lines, chunk.bad
            done += last

    def _event_lines(self, decisions: Decisions, rows: np.ndarray[Any, np.dtype[np.int64]]) -> list[bytes]:
        frame = decisions.frame
        assert isinstance(frame, ChannelFrame)
        ids = frame.table.column("id").to_pylist()
        if self._model is not None:
            return self._model_lines(decisions, frame, rows, ids)
        noted = set(np.unique(decisions.signals.rows).tolist())
        actions = [action.name for action in Action]
        message = self._schema.name == "message"
        classes = frame.column("text.class") if message else None
        texts = frame.table.column("text").to_pylist() if message else [""] * len(ids)
        return [
            self._classed(
                Line(
                    number,
                    id,
                    score,
                    decisions.type_of(row),
                    actions[action],
                    signals_in_words(decisions, row, self._language) if row in noted else [],
                    contacts=contacts(texts[row] or "") or None,
                ),
                classes.at(row) if isinstance(classes, Codes) else None,
            )
            for row, (number, id, score, action) in enumerate(
                zip(rows.tolist(), ids, decisions.score.tolist(), decisions.action.tolist(), strict=True)
            )
        ]

    def _classed(self, line: Line, label: str | None) -> bytes:
        """A line, with what the message model takes the text for told in the 360 scheme and, where no rule names a
        kind of fraud, in our own."""
        found = text_classes().get(label or "")
        if found is None:
            return _line(line)
        names = self._knowledge.taxonomy.schemes[SCHEME].classes
        own = self._knowledge.taxonomy.kinds.get(line.type or "")
        code = found.scheme_class
        if own is not None:  # a rule knows more than the model of what the text is
            named = [each for each in own.maps.get(SCHEME, ()) if each.startswith("sms_")] or [UNSPECIFIED]
            code = code if code in named else named[0]
        line.scheme = {"part": found.part, "label": found.label}
        if code:
            part = "illegal" if names[code][0].startswith("违法") else "fraud"
            line.scheme |= {"part": part, "class": code, "name": names[code][self._language == "en"]}
        line.type = line.type or found.kind or None
        return _line(line)

    def _model_lines(
        self,
        decisions: Decisions,
        frame: ChannelFrame,
        rows: np.ndarray[Any, np.dtype[np.int64]],
        ids: list[Any],
    ) -> list[bytes]:
        """As `_event_lines`, but the trained model names type and score; the rules' signals stand beside."""
        assert self._model is not None
        matrix: Any = None
        texts: list[str | None] = []
        if self._model.reads_texts:
            column = "url" if self._schema.name == "visit" else "text"
            texts = frame.table.column(column).to_pylist()
            scores = self._model.score_texts(frame.table.column(column).cast(pa.large_string()))
        else:
            missing = [
                name for name in self._model.card.features if name not in decisions.vocabulary.variables
            ]
            if missing:
                raise XiezhiError(
                    f"the model {self._model.card.name} reads {', '.join(missing[:5])}, not known here",
                    f"score with the task it was trained for: {self._model.card.task}",
                )
            matrix = frame.matrix(self._model.card.features)
            scores = self._model.score_matrix(matrix)
        risk = risk_of(self._model, scores)
        types = np.full(len(risk), -1, np.int16)
        actions = ChannelPolicy(self._knowledge.policy, self._schema.name, ()).actions(risk, types)
        reasons = self._reasons(scores, texts, matrix, risk)
        noted = set(np.unique(decisions.signals.rows).tolist())
        found = []
        for row, (number, id) in enumerate(zip(rows.tolist(), ids, strict=True)):
            signals = reasons[row] + (
                signals_in_words(decisions, row, self._language) if row in noted else []
            )
            line = Line(
                number, id, float(risk[row]), scores.label(row), Action(int(actions[row])).name, signals
            )
            found.append(_line(line))
        return found

    def _table_lines(self, files: list[str]) -> Iterator[Found]:
        """Tasks that are no channel: a model over texts or columns of numbers."""
        from xiezhi.learn.inputs import inputs_of

        assert self._model is not None
        done = 0
        for path in expand_paths(files):
            if path == "-":
                raise XiezhiError(
                    f"{self._task} can't be read from standard input", "give a .csv, .parquet or .jsonl file"
                )
            data = read_data(Path(path))
            texts, matrix = inputs_of(self._model, find_task(self._task), data)
            scores = self._model.score_texts(texts) if texts is not None else self._model.score_matrix(matrix)
            risk = risk_of(self._model, scores)
            listed = [] if texts is None else texts.to_pylist()
            alarms = self._alarms(listed) if self._task == "dialogues" and texts is not None else None
            reasons = self._reasons(scores, listed, matrix, risk)
            ids = (
                data.frame["id"].cast(str).to_list()
                if "id" in data.frame.columns
                else [None] * data.frame.height
            )
            lines = [
                _line(
                    Line(
                        done + row,
                        ids[row],
                        float(risk[row]),
                        scores.label(row),
                        Action.label.name if risk[row] >= RISKY else Action.allow.name,
                        reasons[row],
                        alarm_turn=None if alarms is None else alarms[row],
                    )
                )
                for row in range(len(risk))
            ]
            done += data.frame.height
            yield lines, []

    def _alarms(self, dialogues: list[str | None]) -> list[int]:
        """For each dialogue the turn after which the risk first reached `ALARM`, -1 where it never did."""
        assert self._model is not None
        found = []
        for text in dialogues:
            turns = [turn for turn in (text or "").splitlines() if turn.strip()]
            so_far = ["\n".join(turns[:end]) for end in range(ALARM_TURNS, len(turns) + 1)]
            rung = np.flatnonzero(risk_of(self._model, self._model.score_texts(so_far)) >= ALARM)
            found.append(int(rung[0]) + ALARM_TURNS if len(rung) else -1)
        return found

    def _reasons(
        self, scores: Scores, texts: list[str | None], matrix: Any, risk: Float64
    ) -> list[list[AnswerSignal]]:
        """What moved the model, for rows that it finds risky; the others need no reason."""
        assert self._model is not None
        risky = np.flatnonzero(risk >= RISKY)
        found: list[list[AnswerSignal]] = [[] for _ in range(len(risk))]
        if matrix is None:
            for row in risky.tolist():
                found[row] = self._named(
                    self._model.text_reasons(texts[row] or "", scores.label(row)), scores.label(row)
                )
        elif len(risky):
            for row, parts in zip(risky.tolist(), self._model.matrix_reasons(matrix, risky), strict=True):
                found[row] = self._named(parts, scores.label(row))
        return found

    def _named(self, parts: list[tuple[str, float]], label: str) -> list[AnswerSignal]:
        assert self._model is not None
        zh = self._language == "zh"
        found = []
        for part, weight in parts:
            way = ("升高" if weight > 0 else "降低") if zh else ("more" if weight > 0 else "less")
            why = (_ZH if zh else _EN).format(part=part, label=label, way=way)
            found.append(AnswerSignal(f"model.{self._model.card.name}", float(weight), why))
        return found


def risk_of(model: LoadedModel, scores: Scores) -> Float64:
    """Each row's score: the probability that it is not benign (float64[n]).

    Of two classes the second is the risky one. Of more, whatever is not named like a benign class; where
    none is, the probability of the likeliest class.
    """
    if len(scores.labels) == 2:
        risky = 0 if scores.labels[1].lower() in _BENIGN else 1
        return np.asarray(scores.probabilities[:, risky])
    benign = [at for at, label in enumerate(scores.labels) if label.lower() in _BENIGN]
    if benign:
        return np.asarray(np.clip(1 - scores.probabilities[:, benign].sum(axis=1), 0.0, 1.0))
    return np.asarray(scores.probabilities.max(axis=1, initial=0.0))


def _line(line: Line) -> bytes:
    return _encode(line) + b"\n"
