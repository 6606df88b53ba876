"""Dead letters: rows that could not be taken in, and another try for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import StreamingResponse

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import House, house
from xiezhi.api.letters import Letters, masked_raw, masked_reason, masked_row, row_of
from xiezhi.api.paging import After, Limit, cursor, parts_of
from xiezhi.api.problems import Refusal, answers
from xiezhi.api.routes.jobs import Job
from xiezhi.api.routes.jobs import shown as job_shown
from xiezhi.api.routes.lists import Unmask
from xiezhi.domain.actions import Action
from xiezhi.storage.dead_letters import CsvReading, KeptLetter, page, sources

router = APIRouter(prefix="/v1", tags=["dead letters"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("dead_letters.read"))]
Writer = Annotated[Caller, Depends(need("dead_letters.write"))]
TheHouse = Annotated[House, Depends(house)]
LetterId = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{32}$", description="the letter's id", examples=["0f3a9c5b7d1e2f400f3a9c5b7d1e2f40"]
    ),
]
Source = Annotated[
    str | None, Query(max_length=1000, description="only this file's or upload's", examples=["calls.csv"])
]
State = Annotated[Literal["waiting", "retried"] | None, Query()]

RAW_SHOWN = 2_000
"""Characters of a raw row that a list shows."""

EXPORTED_AT_ONCE = 500


async def letters_of(request: Request) -> Letters:
    """What retries the letters of the application's house, kept beside it."""
    state = request.app.state
    if not hasattr(state, "letters"):
        state.letters = Letters(state.house)
    found: Letters = state.letters
    return found


TheLetters = Annotated[Letters, Depends(letters_of)]


class LetterShown(BaseModel):
    """A rejected row. `raw` is as it came, `row` its values by column where it can be read; what is personal is
    masked unless you ask for it and may see it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0f3a9c5b7d1e2f400f3a9c5b7d1e2f40",
                "source": "calls.csv",
                "row": 17,
                "line": 19,
                "channel": "call",
                "reason": "`duration` is no number: 'long'",
                "raw": "138****8000,139****9000,long",
                "cut": False,
                "columns": ["caller", "callee", "duration"],
                "values": {"caller": "138****8000", "callee": "139****9000", "duration": "long"},
                "seen_at": 1_790_000_000_000,
                "state": "waiting",
            }
        }
    )
    id: str
    source: str
    row: int = Field(description="data row, counted from 0")
    line: int | None = Field(description="line of a text file, counted from 1")
    channel: str | None
    reason: str
    raw: str | None
    cut: bool = Field(description="whether `raw` is longer than shown")
    columns: list[str] | None = Field(description="of a CSV file whose header is known")
    values: dict[str, Any] | None = Field(description="by column or key; null where the row can't be read")
    seen_at: int
    state: Literal["waiting", "retried"]


class SourceShown(BaseModel):
    """A file or upload with rejected rows that wait."""

    source: str
    waiting: int


class LettersShown(BaseModel):
    """A page of dead letters, and all sources with waiting ones."""

    items: list[LetterShown]
    next: str | None = Field(default=None, description="give it as `after` for the next page")
    sources: list[SourceShown]


class RetryAsked(BaseModel):
    """The row as mended: an object by column or field in `row`, or a line of text in `line`; without either it is
    tried as it came. Values that are sent back masked, as they were shown, stand for what they were."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {"row": {"caller": "13800138000", "callee": "13900139000", "duration": 60}}
        },
    )
    row: Annotated[dict[str, Any], Field(max_length=500)] | None = None
    line: Annotated[str, StringConstraints(min_length=1, max_length=65_536)] | None = None
    channel: Annotated[str, StringConstraints(max_length=60)] | None = Field(
        default=None, description="where the letter has none"
    )


class RetryShown(BaseModel):
    """The letter, and what was decided on its event."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"offset": 1200, "score": 0.02, "type": None, "action": "allow"}}
    )
    letter: LetterShown
    offset: int
    score: float
    type: str | None
    action: str


class SourceAsked(BaseModel):
    """The file or upload whose letters are to be retried."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"source": "calls.csv"}}
    )
    source: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


@router.get("/dead-letters", operation_id="list_dead_letters", summary="Rejected rows")
def list_dead_letters(
    caller: Reader,
    house: TheHouse,
    letters: TheLetters,
    source: Source = None,
    state: State = None,
    unmask: Unmask = False,
    limit: Limit = 50,
    after: After = None,
) -> LettersShown:
    """By source and row."""
    place = _place(after)
    found = page(house.database, source, state, limit + 1, place)
    shower = _Shower(
        house, letters, house.access.reveal(caller, unmask, f"dead letters {source or ''}".strip())
    )
    next = cursor(found[limit - 1].letter.source, found[limit - 1].letter.row) if len(found) > limit else None
    waiting = [SourceShown(source=name, waiting=count) for name, count in sources(house.database).items()]
    return LettersShown(items=[shower.shown(each) for each in found[:limit]], next=next, sources=waiting)


@router.get(
    "/dead-letters/export",
    operation_id="export_dead_letters",
    summary="Rejected rows as a file",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "one JSON object a line, as the command `xiezhi dead-letters retry --file` takes them",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        }
    },
)
def export_dead_letters(
    caller: Reader,
    house: TheHouse,
    letters: TheLetters,
    source: Source = None,
    state: State = "waiting",
    unmask: Unmask = False,
) -> StreamingResponse:
    """What is personal is masked unless you ask for it and may see it; ask for it to mend rows and retry them."""
    reveal = house.access.reveal(caller, unmask, f"dead letters {source or ''}".strip())
    shower = _Shower(house, letters, reveal, most=None)

    def lines() -> Iterator[bytes]:
        after: tuple[str, int] | None = None
        while found := page(house.database, source, state, EXPORTED_AT_ONCE, after):
            after = found[-1].letter.source, found[-1].letter.row
            yield b"".join(_line(shower.fields(each)) for each in found)

    headers = {"content-disposition": 'attachment; filename="dead-letters.jsonl"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)


@router.get(
    "/dead-letters/{id}", operation_id="read_dead_letter", summary="One rejected row", responses=answers(404)
)
def read_dead_letter(
    caller: Reader, house: TheHouse, letters: TheLetters, id: LetterId, unmask: Unmask = False
) -> LetterShown:
    """Whole."""
    kept = letters.find(id)
    reveal = house.access.reveal(caller, unmask, f"dead letter {id}")
    return _Shower(house, letters, reveal, most=None).shown(kept)


@router.post(
    "/dead-letters/retry",
    status_code=202,
    operation_id="retry_dead_letters",
    summary="Retry all rows of a source",
    responses=answers(404),
)
def retry_source(caller: Writer, house: TheHouse, letters: TheLetters, asked: SourceAsked) -> Job:
    """As a job. Rows that fit now, such as after a change of the knowledge, are taken in and decided on; the
    result counts them and those that were rejected again."""
    count = sources(house.database).get(asked.source, 0)
    if not count:
        raise Refusal(404, "no rejected row of this source waits", "see `sources` in /v1/dead-letters")

    def run(progress: Any) -> dict[str, Any]:
        progress.expect(count)
        return letters.retry_source(asked.source, progress)

    job = house.jobs.submit("retry", caller.name, run, permission="dead_letters.write")
    house.access.note(caller, "retry_dead_letters", asked.source, {"waiting": count})
    return job_shown(job)


@router.post(
    "/dead-letters/{id}/retry",
    operation_id="retry_dead_letter",
    summary="Retry a row",
    responses=answers(404, 409),
)
def retry_dead_letter(
    caller: Writer, house: TheHouse, letters: TheLetters, id: LetterId, asked: RetryAsked | None = None
) -> RetryShown:
    """As it came or mended. What fits is journalled and decided on like any event, and the letter is done."""
    asked = asked or RetryAsked()
    if asked.row is not None and asked.line is not None:
        raise Refusal(422, "there are both `row` and `line`", "give one of them")
    taken = letters.retry(id, asked.row, asked.line, asked.channel, caller.may("unmask"))
    decisions = taken.outcome.decided[0]
    mended = "row" if asked.row is not None else "line" if asked.line is not None else "as it came"
    house.access.note(caller, "retry_dead_letter", id, {"offset": taken.outcome.first, "mended": mended})
    return RetryShown(
        letter=_Shower(house, letters, False).shown(letters.find(id)),
        offset=taken.outcome.first,
        score=float(decisions.score[0]),
        type=decisions.type_of(0),
        action=Action(int(decisions.action[0])).name,
    )


def _line(fields: dict[str, Any]) -> bytes:
    kept = {name: value for name, value in fields.items() if name not in ("cut", "columns", "values")}
    return msgspec.json.encode(kept) + b"\n"


class _Shower:
    """Shows letters, what is personal in full or masked, at most `most` characters of a raw row."""

    def __init__(self, house: House, letters: Letters, reveal: bool, most: int | None = RAW_SHOWN) -> None:
        self._schemas, self._letters, self._reveal, self._most = (
            house.knowledge.schemas,
            letters,
            reveal,
            most,
        )
        self._readings: dict[str, CsvReading | None] = {}

    def shown(self, kept: KeptLetter) -> LetterShown:
        """A letter as it is told."""
        return LetterShown(**self.fields(kept))

    def fields(self, kept: KeptLetter) -> dict[str, Any]:
        """The same as plain values."""
        letter = kept.letter
        if letter.source not in self._readings:
            self._readings[letter.source] = self._letters.reading(letter.source)
        how = self._readings[letter.source]
        schema = self._schemas.get(letter.channel or "")
        values, raw, reason = row_of(letter.raw, how), letter.raw, letter.reason
        if not self._reveal:
            raw, reason = masked_raw(values, schema, how), masked_reason(reason, schema)
            values = None if values is None else masked_row(values, schema, how)
        cut = raw is not None and self._most is not None and len(raw) > self._most
        return {
            "id": letter.id,
            "source": letter.source,
            "row": letter.row,
            "line": letter.line,
            "channel": letter.channel,
            "reason": reason,
            "raw": raw[: self._most] if raw is not None else None,
            "cut": cut,
            "columns": None if how is None else list(how.columns),
            "values": None if cut else values,
            "seen_at": kept.seen_at,
            "state": kept.state,
        }


def _place(after: str | None) -> tuple[str, int] | None:
    parts = parts_of(after, str, int)
    if parts is None:
        return None
    if not 0 <= parts[1] < 1 << 53:
        raise Refusal(422, "`after` is no cursor of this list", "give `next` of the page before it")
    return parts[0], parts[1]
