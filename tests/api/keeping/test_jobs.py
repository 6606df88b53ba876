"""Jobs: progress, results, cancelling, the bounded queue, and what a restart leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.api.keeping.worlds import World, problem
from xiezhi.api import jobs as module
from xiezhi.api.jobs import CancelledError, Job, JobProgress, Jobs
from xiezhi.api.problems import Refusal
from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.database import open_database
from xiezhi.storage.tables import jobs as table


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    jobs = Jobs(open_database(tmp_path / "operations.db"))
    yield jobs
    jobs.close()


class Held:
    """Work that goes on until it is let go or cancelled."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, progress: JobProgress) -> dict[str, object]:
        progress.expect(10)
        progress.advance(4)
        self.begun.set()
        while not self.go.wait(0.01):
            progress.check()
        progress.advance(6)
        return {"found": 3}


def ended(jobs: Jobs, id: str) -> Job:
    gone = threading.Event()
    stop = jobs.listen(lambda job: gone.set() if job.id == id and job.ended_at else None)
    job = jobs.get(id)
    assert job is not None
    if not job.ended_at:
        assert gone.wait(20)
    stop()
    job = jobs.get(id)
    assert job is not None
    return job


def test_a_job_tells_its_progress_and_keeps_its_result(jobs: Jobs) -> None:
    work, told = Held(), []
    jobs.listen(told.append)
    job = jobs.submit("count", "li", work)
    assert work.begun.wait(20)
    running = jobs.get(job.id)
    assert running is not None and running.state == "running" and running.progress == 0.4
    work.go.set()
    done = ended(jobs, job.id)
    assert done.state == "done" and done.result == {"found": 3} and done.progress == 1.0 and done.by == "li"
    assert {each.state for each in told} == {"running", "done"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (XiezhiError("the disk is full", "make room"), "the disk is full; make room"),
        (ValueError("secret detail"), "the server made a mistake; its log has the details"),
    ],
)
def test_a_job_that_fails_says_why_and_no_more(jobs: Jobs, error: Exception, told: str) -> None:
    def work(progress: JobProgress) -> dict[str, object]:
        raise error

    failed = ended(jobs, jobs.submit("count", "li", work).id)
    assert failed.state == "failed" and failed.error == told and failed.result is None


def test_a_result_too_large_fails_the_job(jobs: Jobs) -> None:
    failed = ended(jobs, jobs.submit("count", "li", lambda progress: {"x": "y" * module.MOST_RESULT}).id)
    assert failed.state == "failed" and "too large" in str(failed.error)


def test_one_job_of_a_lane_runs_at_a_time_and_two_lanes_together(jobs: Jobs) -> None:
    first, second, other = Held(), Held(), Held()
    a = jobs.submit("count", "li", first)
    b = jobs.submit("recount", "li", second, lane="count")
    c = jobs.submit("walk", "li", other)
    assert first.begun.wait(20) and other.begun.wait(20) and not second.begun.is_set()
    waiting = jobs.get(b.id)
    assert waiting is not None and waiting.state == "waiting"
    first.go.set()
    assert second.begun.wait(20)
    for work in (second, other):
        work.go.set()
    assert [ended(jobs, each.id).state for each in (a, b, c)] == ["done"] * 3


def test_cancelling_ends_what_waits_at_once_and_what_runs_at_its_next_step(jobs: Jobs) -> None:
    work, never = Held(), Held()
    running, waiting = jobs.submit("count", "li", work), jobs.submit("count", "li", never)
    assert work.begun.wait(20)
    cancelled = jobs.cancel(waiting.id)
    assert cancelled is not None and cancelled.state == "cancelled"
    assert jobs.cancel(running.id) is not None
    assert ended(jobs, running.id).state == "cancelled" and not never.begun.is_set()
    assert jobs.cancel(running.id) is None
    assert jobs.cancel("0" * 16) is None


def test_only_so_many_may_wait(tmp_path: Path) -> None:
    jobs = Jobs(open_database(tmp_path / "operations.db"), most_waiting=2)
    work = [Held() for _ in range(4)]
    for each in work[:3]:
        jobs.submit("count", "li", each)
    with pytest.raises(Refusal) as refused:
        jobs.submit("count", "li", work[3])
    assert refused.value.status == 429 and refused.value.headers["Retry-After"]
    assert len(jobs.list()) == 3
    jobs.close()


def test_a_server_that_ends_stops_its_jobs_and_says_so(tmp_path: Path) -> None:
    database = open_database(tmp_path / "operations.db")
    jobs, work, waiting = Jobs(database), Held(), Held()
    a, b = jobs.submit("count", "li", work), jobs.submit("count", "li", waiting)
    assert work.begun.wait(20)
    jobs.close()
    with pytest.raises(Refusal):
        jobs.submit("count", "li", work)
    after = Jobs(database)
    for id in (a.id, b.id):
        job = after.get(id)
        assert job is not None and job.state == "failed" and "the server stopped" in str(job.error)
    after.close()


def test_jobs_that_a_crash_left_running_are_failed_at_the_next_start(tmp_path: Path) -> None:
    database = open_database(tmp_path / "operations.db")
    jobs = Jobs(database)
    job = ended(jobs, jobs.submit("count", "li", lambda progress: {}).id)
    jobs.close()
    with database.begin() as connection:
        connection.execute(update(table).values(state="running", ended_at=None))
    after = Jobs(database).get(job.id)
    assert after is not None and after.state == "failed" and after.error == "the server stopped"
    assert after.ended_at is not None


def test_old_jobs_are_forgotten(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    clock = iter(range(1, 1000))
    monkeypatch.setattr(module, "_now", lambda: next(clock))
    ids = [ended(jobs, jobs.submit("count", "li", lambda progress: {}).id).id for _ in range(6)]
    assert [job.id for job in jobs.list()] == ids[:2:-1]


def test_jobs_over_http(world: World) -> None:
    work = Held()
    job = world.jobs.submit("count", "analyst", work, permission="rules.publish")
    assert work.begun.wait(20)
    viewer, analyst = world.caller("viewer"), world.caller("analyst")
    shown = viewer.get(f"/v1/jobs/{job.id}").json()
    assert shown["state"] == "running" and (shown["done"], shown["total"], shown["progress"]) == (4, 10, 0.4)
    assert job.id in [each["id"] for each in viewer.get("/v1/jobs").json()["items"]]
    problem(viewer.delete(f"/v1/jobs/{job.id}"), 403, "rules.publish")
    assert analyst.delete(f"/v1/jobs/{job.id}").status_code == 200
    assert world.wait_for(job.id, ("cancelled",))["ended_at"]
    problem(analyst.delete(f"/v1/jobs/{job.id}"), 409, "ended already")
    problem(viewer.get("/v1/jobs/" + "0" * 16), 404)
    problem(viewer.get("/v1/jobs/x"), 422)


def test_jobs_come_in_pages(world: World) -> None:
    made = [world.jobs.submit("page", "li", lambda progress: {}).id for _ in range(3)]
    for id in made:
        world.wait_for(id, ("done",))
    viewer, seen, after = world.caller("viewer"), [], None
    while True:
        page = viewer.get("/v1/jobs", params={"limit": 2, **({"after": after} if after else {})}).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(world.jobs.list())
    problem(viewer.get("/v1/jobs", params={"after": "nonsense"}), 422, "cursor")


def test_a_cancelled_error_is_what_work_gets() -> None:
    assert not issubclass(CancelledError, XiezhiError)
