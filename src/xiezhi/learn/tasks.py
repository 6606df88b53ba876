"""What can be learned: the tasks by the name that the command line takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.convert import did_you_mean

Reads = Literal["texts", "numbers", "nothing"]

_TEXT_COLUMNS = ("text", "content", "body", "message", "sms", "dialogue", "conversation")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to learn. `channel` is the event channel whose features or texts it uses (empty: none);
    `columns` are names under which its text is looked for, `preparation` the views in which it is read."""

    name: str
    channel: str
    reads: Reads
    columns: tuple[str, ...] = ()
    preparation: str = ""


def _texts(name: str, channel: str = "", preparation: str = "report") -> Task:
    return Task(name, channel, "texts", _TEXT_COLUMNS, preparation)


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("calls", "call", "numbers"),
        _texts("messages", "message", "message"),
        Task("visits", "visit", "texts", ("url", "domain", "host"), "plain"),
        Task("installs", "install", "numbers"),
        Task("transfers", "transfer", "numbers"),
        Task("accounts", "account", "numbers"),
        Task("sightings", "sighting", "numbers"),
        _texts("complaints", "complaint"),
        _texts("cases"),
        _texts("dialogues"),
        Task("apps", "", "nothing"),
        Task("subscribers", "", "numbers"),
    )
}


def find_task(name: str) -> Task:
    """The task of a name; raises `XiezhiError` for an unknown one and for one that cannot be learned yet."""
    if name not in TASKS:
        raise XiezhiError(f"there is no task `{name}`", did_you_mean(name, TASKS))
    task = TASKS[name]
    if task.reads == "nothing":
        cure = "extract columns of numbers from the packages and train the task `subscribers` on them"
        raise XiezhiError(f"this version cannot learn `{name}`: it has no features of app packages", cure)
    return task
