"""Changes of rules, lists and snoozes, carried out by the engine and signed by who asked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from xiezhi.api.access.caller import Caller
from xiezhi.api.context import House
from xiezhi.api.problems import Refusal
from xiezhi.decide.book import RuleBook
from xiezhi.domain.errors import XiezhiError


def carry_out(house: House, caller: Caller, record: Mapping[str, Any], status: int = 422) -> None:
    """Have the engine do what a control record says, from the next event on; it is durable when this returns.

    Raises `Refusal` with `status` when the engine says that it can't be done. Not for the server's loop.
    """
    signed = {**record, "by": caller.name, "at": now_ms()}
    try:
        house.desk.ask_waiting(lambda engine: engine.control(signed))
    except XiezhiError as error:
        if error is house.desk.fault:
            raise
        raise Refusal(status, error.message, error.cure) from error


def book_of(house: House) -> RuleBook:
    """The rule book as it is now. Another thread changes it: copy what you go through."""
    return house.desk.engine.core.book


def now_ms() -> int:
    """The time of day in ms since 1970."""
    return time.time_ns() // 1_000_000


def event_now(house: House) -> int:
    """The time that events live in, by which entries of lists end: the demo city's, elsewhere the time of day."""
    return now_ms() if house.demo is None else int(house.demo.clock)
