"""Long work in the background: a few threads, a bounded queue, progress, and a table that survives a restart."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec
from sqlalchemy import Engine, delete, insert, select, update

from xiezhi.api.problems import Refusal
from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.database import reading, told
from xiezhi.storage.tables import jobs as table

State = Literal["waiting", "running", "done", "failed", "cancelled"]

THREADS = 2
MOST_WAITING = 16
KEPT = 200
"""Jobs that have ended and are still shown; older ones are forgotten."""

MOST_RESULT = 1 << 20
"""Bytes of a result as JSON."""

TOLD_EVERY = 0.25
"""Seconds between two times that listeners hear of a job's progress."""

STOPPED = "the server stopped"
_AGAIN = "start it again"

_encode = msgspec.json.Encoder().encode
_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Raised inside a job's work by `JobProgress` once somebody has cancelled it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. Times are ms since 1970; `total` is None while nobody knows it. Who has `permission`
    may cancel it, as may `by`."""

    id: str
    kind: str
    state: State
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: str | None
    by: str
    submitted_at: int
    started_at: int | None = None
    ended_at: int | None = None
    permission: str | None = None

    @property
    def progress(self) -> float:
        """Between 0 and 1."""
        if self.state == "done":
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0


@dataclass(slots=True)
class _Task:
    """A job that has not ended, with its work."""

    job: Job
    run: Callable[[JobProgress], dict[str, Any]]
    lane: str
    stop: threading.Event = field(default_factory=threading.Event)
    told_at: float = 0.0


class JobProgress:
    """What a job's work holds: it says how far it is and hears whether it should stop."""

    def __init__(self, jobs: Jobs, task: _Task) -> None:
        self._jobs, self._task = jobs, task

    @property
    def cancelled(self) -> bool:
        """Whether somebody has cancelled the job or the server is ending."""
        return self._task.stop.is_set()

    def check(self) -> None:
        """Raises `CancelledError` when the job should stop."""
        if self.cancelled:
            raise CancelledError

    def expect(self, total: int) -> None:
        """Say how many steps there are."""
        self._jobs._move(self._task, total=total)
        self.check()

    def advance(self, count: int = 1) -> None:
        """Say that some more steps are done. Raises `CancelledError` when the job should stop."""
        self._jobs._move(self._task, done=self._task.job.done + count)
        self.check()

    def reach(self, done: int) -> None:
        """The same, counted from the beginning."""
        self._jobs._move(self._task, done=done)
        self.check()


class Jobs:
    """All jobs of one house. At most one job of a lane runs at a time, and `threads` altogether."""

    def __init__(self, database: Engine, threads: int = THREADS, most_waiting: int = MOST_WAITING) -> None:
        """Jobs that a server left running are noted as failed."""
        self._database, self._threads, self._most_waiting = database, threads, most_waiting
        self._lock = threading.RLock()
        self._tasks: dict[str, _Task] = {}
        self._listeners: list[Callable[[Job], None]] = []
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._closing = False
        with told("jobs"), database.begin() as connection:
            connection.execute(
                update(table)
                .where(table.c.state.in_(("waiting", "running")))
                .values(state="failed", error=STOPPED, ended_at=_now())
            )

    def listen(self, listener: Callable[[Job], None]) -> Callable[[], None]:
        """Have a function told of every change, in whatever thread it happens; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def submit(
        self,
        kind: str,
        by: str,
        run: Callable[[JobProgress], dict[str, Any]],
        permission: str | None = None,
        lane: str | None = None,
    ) -> Job:
        """Have work done in the background. Raises `Refusal` (429) when too much waits already.

        `run` returns the result, which must become JSON of at most 1 MiB; an `XiezhiError` it raises is
        the job's error. People other than `by` need `permission` to cancel the job. Of the jobs in one
        `lane`, their kind unless given, only one runs at a time.
        """
        with self._lock:
            if self._closing:
                raise Refusal(
                    429, "the server is ending", "send it again when it has started again", (), _LATER
                )
            if sum(task.job.state == "waiting" for task in self._tasks.values()) >= self._most_waiting:
                raise Refusal(
                    429,
                    f"{self._most_waiting} jobs wait already",
                    "wait until some are done, or cancel one",
                    (),
                    _LATER,
                )
            job = Job(
                uuid.uuid4().hex[:16], kind, "waiting", 0, None, None, None, by, _now(), permission=permission
            )
            with told("jobs"), self._database.begin() as connection:
                connection.execute(insert(table).values(**_row(job)))
            self._tasks[job.id] = _Task(job, run, lane or kind)
            self._start_next()
            return self._tasks[job.id].job if job.id in self._tasks else job

    def get(self, id: str) -> Job | None:
        """A job, None where there is none."""
        task = self._tasks.get(id)
        if task is not None:
            return task.job
        with reading(self._database) as connection:
            row = connection.execute(select(table).where(table.c.id == id)).first()
        return None if row is None else _job(row)

    def list(self, limit: int = KEPT, before: tuple[int, str] | None = None) -> list[Job]:
        """Jobs, newest first; `before` is (submitted_at, id) of the last one seen."""
        found = select(table).order_by(table.c.submitted_at.desc(), table.c.id.desc()).limit(limit)
        if before is not None:
            at, id = before
            older = (table.c.submitted_at < at) | ((table.c.submitted_at == at) & (table.c.id < id))
            found = found.where(older)
        tasks = {task.job.id: task.job for task in tuple(self._tasks.values())}
        with reading(self._database) as connection:
            return [tasks.get(row.id) or _job(row) for row in connection.execute(found)]

    def cancel(self, id: str) -> Job | None:
        """Ask a job to stop; one that waits is cancelled at once. None where no such job waits or runs."""
        with self._lock:
            task = self._tasks.get(id)
            if task is None:
                return None
            task.stop.set()
            if task.job.state == "waiting":
                self._end(task, "cancelled")
            return task.job

    def close(self) -> None:
        """Stop every job and wait for it; they are kept as failed, as after any other end of the server."""
        with self._lock:
            self._closing = True
            for task in list(self._tasks.values()):
                task.stop.set()
                if task.job.state == "waiting":
                    self._end(task, "failed", error=STOPPED)
        self._pool.shutdown(wait=True)

    def _start_next(self) -> None:
        """Start what waits and may run; called with the lock held."""
        running = [task.lane for task in self._tasks.values() if task.job.state == "running"]
        for task in list(self._tasks.values()):
            if len(running) >= self._threads or self._closing:
                return
            if task.job.state == "waiting" and task.lane not in running:
                task.job = replace(task.job, state="running", started_at=_now())
                running.append(task.lane)
                self._keep(task.job)
                self._pool.submit(self._work, task)

    def _work(self, task: _Task) -> None:
        self._tell(task.job)
        try:
            result = task.run(JobProgress(self, task))
            if len(_encode(result)) > MOST_RESULT:
                raise XiezhiError("the result is too large to be kept", "ask for less at once")
        except CancelledError:
            ended: tuple[State, dict[str, Any] | None, str | None] = (
                ("failed", None, f"{STOPPED}; {_AGAIN}") if self._closing else ("cancelled", None, None)
            )
        except XiezhiError as error:
            ended = ("failed", None, f"{error.message}; {error.cure}" if error.cure else error.message)
        except Refusal as error:
            ended = ("failed", None, f"{error.title}; {error.cure}" if error.cure else error.title)
        except Exception:
            _log.exception("the job %s (%s) failed", task.job.id, task.job.kind)
            ended = ("failed", None, "the server made a mistake; its log has the details")
        else:
            ended = ("done", result, None)
        with self._lock:
            self._end(task, *ended)
            self._start_next()

    def _end(
        self, task: _Task, state: State, result: dict[str, Any] | None = None, error: str | None = None
    ) -> None:
        task.job = replace(task.job, state=state, result=result, error=error, ended_at=_now())
        try:
            self._keep(task.job)
            self._prune()
        except XiezhiError:
            # The disk may be full: the job has ended all the same, and others must get their turn.
            _log.exception("the end of the job %s could not be written down", task.job.id)
        self._tasks.pop(task.job.id, None)
        self._tell(task.job)

    def _move(self, task: _Task, **changes: Any) -> None:
        """Note progress; only in memory, as nobody needs it after a restart."""
        task.job = replace(task.job, **changes)
        now = time.monotonic()
        if now - task.told_at >= TOLD_EVERY:
            task.told_at = now
            self._tell(task.job)

    def _tell(self, job: Job) -> None:
        for listener in tuple(self._listeners):
            listener(job)

    def _keep(self, job: Job) -> None:
        with told("jobs"), self._database.begin() as connection:
            connection.execute(update(table).where(table.c.id == job.id).values(**_row(job)))

    def _prune(self) -> None:
        ended = table.c.ended_at.is_not(None)
        oldest = (
            select(table.c.submitted_at)
            .where(ended)
            .order_by(table.c.submitted_at.desc())
            .offset(KEPT)
            .limit(1)
        )
        with told("jobs"), self._database.begin() as connection:
            edge = connection.execute(oldest).scalar()
            if edge is not None:
                connection.execute(delete(table).where(ended, table.c.submitted_at <= edge))


_LATER = {"Retry-After": "30"}


def _now() -> int:
    return time.time_ns() // 1_000_000


def _row(job: Job) -> dict[str, Any]:
    result = None if job.result is None else _encode(job.result).decode()
    names = ("id", "kind", "state", "permission", "done", "total", "error", "by", "submitted_at")
    row = {name: getattr(job, name) for name in (*names, "started_at", "ended_at")}
    return {**row, "result": result}


def _job(row: Any) -> Job:
    values = dict(row._mapping)
    result = None if row.result is None else msgspec.json.decode(row.result)
    return Job(**{**values, "result": result})
