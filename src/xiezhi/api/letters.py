"""Dead letters read again: raw rows into values, masked for who may not see them, and taken in exactly once."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from xiezhi.api.context import House
from xiezhi.api.jobs import JobProgress
from xiezhi.api.problems import Refusal
from xiezhi.decide.discretion import shortened
from xiezhi.domain.batch import single_channel
from xiezhi.domain.identifiers.registry import IDENTIFIERS
from xiezhi.domain.schema import EventSchema
from xiezhi.engine.results import Outcome
from xiezhi.sources.binding import match_columns
from xiezhi.sources.rows import rows_to_table
from xiezhi.sources.source import SourceOptions
from xiezhi.storage.database import durably, reading, told
from xiezhi.storage.dead_letters import (
    WAITING,
    CsvReading,
    KeptLetter,
    find,
    mark_retried,
    page,
    reading_of,
)
from xiezhi.storage.tables import facts

AT_ONCE = 500
"""Letters of a source that are taken in with one entry of the journal."""

POSITION = "dead letters"
"""The journal keeps the number of the newest retry under this name, with the events themselves."""

INTENT = "dead letters being retried"
_HIDDEN = "****"
_QUOTED = re.compile(r"`([^`]+)` ([^`'\"]*)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")

Row = dict[str, Any]


class _Intent(msgspec.Struct):
    """A retry about to be made: its number, and the letters whose events it takes in."""

    number: int
    ids: list[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that was taken in: its outcome has one event."""

    letter: KeptLetter
    outcome: Outcome


class Letters:
    """Retries one house's dead letters.

    Before a retry goes to the engine its number and its letters are written down, and the journal keeps the
    number with the events: after a crash in between it is known whether the events were taken in.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._number = self._finish()

    def find(self, id: str) -> KeptLetter:
        """A letter. Raises `Refusal` (404)."""
        kept = find(self._house.database, id)
        if kept is None:
            raise Refusal(404, f"there is no dead letter {id}", "see /v1/dead-letters for those there are")
        return kept

    def reading(self, source: str) -> CsvReading | None:
        """How a CSV source was read, None where that is not known."""
        return reading_of(self._house.database, source)

    def retry(
        self, id: str, row: Row | None, line: str | None, channel: str | None, clear: bool = True
    ) -> Taken:
        """Take a letter in as it came, or as mended: an object, or a line of text like its own. Without `clear`
        a refusal names no value of a masked field.

        Raises `Refusal`: 404 for none of that id, 409 for one taken in before, 422 where it is still wrong.
        """
        with self._lock:
            kept = self.find(id)
            if kept.state != WAITING:
                raise Refusal(409, "this row was taken in already", "there is nothing left to do")
            how = self.reading(kept.letter.source)
            schema = self._schema(channel or kept.letter.channel)
            came = row_of(kept.letter.raw, how)
            values = row if row is not None else row_of(line, how) if line is not None else came
            if values is None:
                raise Refusal(422, *_unreadable(line or kept.letter.raw, how))
            if row is not None and came is not None:
                values = unmasked(values, came, schema, how)
            table, bad, _ = rows_to_table(schema, [values], how.mapping if how else None, _options(how))
            if bad:
                where = "body.row" if row is not None else "body.line" if line is not None else "raw"
                reason = bad[0].reason if clear else masked_reason(bad[0].reason, schema)
                fault = {"where": where, "message": reason}
                raise Refusal(422, reason, "mend the row and send it again", [fault])
            return Taken(kept, self._take_in(schema, table, [id]))

    def retry_source(self, source: str, progress: JobProgress) -> dict[str, Any]:
        """Take in all letters of a source that fit as they came; the work of a job."""
        how, after = self.reading(source), -1
        taken, rejected = 0, 0
        while kept := page(self._house.database, source, WAITING, AT_ONCE, (source, after)):
            after = kept[-1].letter.row
            with self._lock:
                waited, passed = self._retry_some(kept, how)
            taken, rejected = taken + passed, rejected + waited - passed
            progress.advance(len(kept))
        return {"source": source, "taken": taken, "rejected": rejected}

    def _retry_some(self, kept: Sequence[KeptLetter], how: CsvReading | None) -> tuple[int, int]:
        """(how many still waited, how many were taken in) of some letters of one source."""
        waited = 0
        by_channel: dict[str, list[tuple[str, Row]]] = {}
        for each in kept:
            current = find(self._house.database, each.letter.id)
            if current is None or current.state != WAITING:
                continue  # somebody has retried it since the page was read
            waited += 1
            values, channel = row_of(each.letter.raw, how), each.letter.channel
            if values is not None and channel in self._house.knowledge.schemas:
                by_channel.setdefault(str(channel), []).append((each.letter.id, values))
        passed = 0
        for channel, rows in by_channel.items():
            schema = self._house.knowledge.schemas[channel]
            mapping = how.mapping if how else None
            table, _, fit = rows_to_table(schema, [row for _, row in rows], mapping, _options(how))
            if len(fit):
                self._take_in(schema, table, [rows[at][0] for at in fit.tolist()])
                passed += len(fit)
        return waited, passed

    def _schema(self, channel: str | None) -> EventSchema:
        schemas = self._house.knowledge.schemas
        if channel is None or channel not in schemas:
            title = (
                "nobody knows of which channel this row is"
                if channel is None
                else f"there is no channel `{channel}`"
            )
            raise Refusal(422, title, f"give `channel`: one of {', '.join(schemas)}")
        return schemas[channel]

    def _take_in(self, schema: EventSchema, table: Any, ids: list[str]) -> Outcome:
        intent = _Intent(self._number + 1, ids)
        with durably(self._house.database) as connection:
            _write_intent(connection, intent)
        self._number = intent.number
        batch = single_channel(schema.name, table)
        outcome = self._house.desk.ingest(batch, {POSITION: intent.number})
        with told("dead letters"), self._house.database.begin() as connection:
            mark_retried(connection, ids)
            connection.execute(delete(facts).where(facts.c.name == INTENT))
        return outcome

    def _finish(self) -> int:
        """Note the end of a retry that a crash cut short; returns the number of the newest retry."""
        database = self._house.database
        reached = self._house.desk.engine.journal.positions().get(POSITION, 0)
        with reading(database) as connection:
            value = connection.execute(select(facts.c.value).where(facts.c.name == INTENT)).scalar()
        if value is None:
            return reached
        intent = msgspec.json.decode(value, type=_Intent)
        with told("dead letters"), database.begin() as connection:
            if reached >= intent.number:
                mark_retried(connection, intent.ids)
            connection.execute(delete(facts).where(facts.c.name == INTENT))
        return max(reached, intent.number)


def _write_intent(connection: Any, intent: _Intent) -> None:
    value = msgspec.json.encode(intent).decode()
    connection.execute(insert(facts).prefix_with("or replace").values(name=INTENT, value=value))


def row_of(raw: str | None, how: CsvReading | None) -> Row | None:
    """The values of a raw row: a JSON object, or a line of a CSV file whose header is known; None otherwise."""
    try:
        values = json.loads(raw or "")
    except (ValueError, RecursionError):
        return None if raw is None or how is None else _record(raw, how)
    return values if isinstance(values, dict) else None


def _record(line: str, how: CsvReading) -> Row | None:
    try:
        records = list(
            csv.reader(io.StringIO(line.strip("\r\n"), newline=""), delimiter=how.delimiter, strict=True)
        )
    except csv.Error:
        return None
    if len(records) != 1 or len(records[0]) != len(how.columns):
        return None
    return {name: value for name, value in zip(how.columns, records[0], strict=True) if name and value}


def _unreadable(raw: str | None, how: CsvReading | None) -> tuple[str, str]:
    if how is None:
        return (
            "the row is no JSON object",
            "send the mended row as an object in `row`: field or column -> value",
        )
    columns = how.delimiter.join(how.columns)
    return (
        f"the line does not have the {len(how.columns)} columns of its file",
        f"send it mended in `line`, or as an object in `row`; the columns are {columns[:500]}",
    )


def _options(how: CsvReading | None) -> SourceOptions:
    return SourceOptions(time_unit=how.time_unit if how else None)


def masked_row(values: Mapping[str, Any], schema: EventSchema | None, how: CsvReading | None) -> Row:
    """A row as everybody may see it: fields as their channel masks them, columns that are none of it hidden."""
    if schema is None:
        return dict.fromkeys(values, _HIDDEN)
    fields = match_columns(schema, values, how.mapping if how else None).columns
    by_column = {column: schema.by_name[name] for name, column in fields.items()}
    found: Row = {}
    for column, value in values.items():
        field = by_column.get(column)
        if field is None:
            found[column] = _HIDDEN
        elif field.masking == "none" or value is None:
            found[column] = value
        elif field.kind and not isinstance(value, dict | list):
            found[column] = IDENTIFIERS[field.kind].mask(str(value), field.masking)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            found[column] = shortened(text, field.masking)
    return found


def unmasked(values: Row, came: Row, schema: EventSchema, how: CsvReading | None) -> Row:
    """A mended row in which masked values, sent back as they were shown, are what they stand for."""
    shown = masked_row(came, schema, how)
    return {
        name: came[name] if name in came and value == shown[name] else value for name, value in values.items()
    }


def masked_reason(reason: str, schema: EventSchema | None) -> str:
    """A reason without the values of fields that are masked."""

    def hidden(found: re.Match[str]) -> str:
        field = schema.by_name.get(found.group(1)) if schema is not None else None
        if field is not None and field.masking == "none":
            return found.group()
        return f"`{found.group(1)}` {found.group(2)}'{_HIDDEN}'"

    return _QUOTED.sub(hidden, reason)


def masked_raw(values: Row | None, schema: EventSchema | None, how: CsvReading | None) -> str:
    """A raw row as everybody may see it; hidden whole where it can't be read."""
    if values is None:
        return _HIDDEN
    row = masked_row(values, schema, how)
    if how is None:
        return json.dumps(row, ensure_ascii=False)
    line = io.StringIO()
    csv.writer(line, delimiter=how.delimiter, lineterminator="").writerow(
        [row.get(name, "") for name in how.columns]
    )
    return line.getvalue()
