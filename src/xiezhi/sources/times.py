"""Times in the forms that files hold, as milliseconds since 1970-01-01 UTC.

Times without a zone are China Standard Time (UTC+8, without the summer time of 1986 to 1991). Slashes with
the year last are read month first.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from xiezhi.domain.batch import Int64
from xiezhi.domain.buffers import Bytes, is_missing, text_buffers
from xiezhi.sources.numbers import DECIMAL, WHOLE
from xiezhi.sources.unfit import Unfit, shown

LATEST = 7_258_118_400_000  # 2200-01-01
_CHINA = 28_800_000
_ZONE = timezone(timedelta(hours=8))
_COMPACT = re.compile(r"(19|20)\d{12}", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?)?",
    re.ASCII | re.IGNORECASE,
)
_CHINESE = str.maketrans(
    {"年": "-", "月": "-", "日": " ", "号": " ", "时": ":", "点": ":", "分": ":", "秒": " "}
)


def parse_time(text: str, unit_ms: int = 0) -> int:
    """One text as a time; `unit_ms` is what plain numbers count (0: by size). Raises `Unfit`."""
    value = text.strip()
    if len(value) > 64:
        raise Unfit(f"is no time: {shown(text)}")
    if not value.isascii():
        value = _ascii(value)
    try:
        if WHOLE.fullmatch(value):
            compact = not unit_ms and _COMPACT.fullmatch(value)
            found = _compact(value) if compact else None
            return in_range(found, text) if found is not None else time_of_number(int(value), unit_ms)
        found = _dated(value)
        if found is not None:
            return in_range(found, text)
        number = float(value) if DECIMAL.fullmatch(value) else float("nan")
        return time_of_number(number, unit_ms)
    except (ValueError, OverflowError) as error:
        outside = isinstance(error, Unfit) and "outside" in str(error)
        raise Unfit(str(error) if outside else f"is no time: {shown(text)}") from None


def _ascii(value: str) -> str:
    """Full-width digits and the Chinese marks of dates and times as ASCII ones."""
    plain = " ".join(unicodedata.normalize("NFKC", value).translate(_CHINESE).split()).rstrip(":")
    return re.sub(r":(\d)(?!\d)", r":0\1", plain)


def time_of_number(value: int | float, unit_ms: int = 0) -> int:
    """A plain number as a time: in units of `unit_ms`, or else seconds, milli-, micro- or nanoseconds by its
    size (below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds). Raises `Unfit`."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Unfit(f"is no time: {value}")
    size = abs(value)
    if unit_ms:
        found = value * unit_ms
    elif size < 1e11:
        found = value * 1000
    elif size < 1e14:
        found = value
    else:
        found = value // (1000 if size < 1e17 else 1_000_000)
    return in_range(int(found) if isinstance(found, int) else round(found), str(value))


def in_range(value: int, text: str) -> int:
    """The time itself; `Unfit` when it lies before 1970 or after 2199."""
    if not 0 <= value < LATEST:
        raise Unfit(f"lies outside the years 1970 to 2199: {shown(text)}")
    return value


def time_of_datetime(value: datetime | date) -> int:
    """A Python time in milliseconds; one without a zone is China's. Raises `Unfit`."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=_ZONE)
    elapsed = value - datetime(1970, 1, 1, tzinfo=UTC)
    return in_range(elapsed // timedelta(milliseconds=1), str(value))


def _compact(value: str) -> int | None:
    try:
        when = datetime.strptime(value, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return _local(when.year, when.month, when.day, when.hour, when.minute, when.second)


def _dated(value: str) -> int | None:
    found = _YEAR_FIRST.fullmatch(value)
    if found:
        year, _, month, day, hour, minute, second, fraction, zone = found.groups()
        milliseconds = int((fraction or "0").ljust(3, "0")[:3])
        local = _local(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        return local + milliseconds + (_CHINA - _offset(zone) if zone else 0)
    found = _MONTH_FIRST.fullmatch(value)
    if not found:
        return None
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("hour")
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    return _local(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))


def _offset(zone: str) -> int:
    if zone.upper() in ("Z", "UTC"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 18 or minutes > 59:
        raise ValueError("zone")
    return (hours * 60 + minutes) * (-60_000 if zone[0] == "-" else 60_000)


def _local(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    elapsed = datetime(year, month, day, hour, minute, second) - datetime(1970, 1, 1)
    return elapsed // timedelta(milliseconds=1) - _CHINA


@njit(cache=True, nogil=True, inline="always")
def _run(data: Bytes, at: int, end: int, most: int) -> Any:
    """The number that up to `most` digits make, and the place after them."""
    value = 0
    stop = min(end, at + most)
    while at < stop and 48 <= data[at] <= 57:
        value = value * 10 + (data[at] - 48)
        at += 1
    return value, at


@njit(cache=True, nogil=True)
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a Gregorian date, -1 for none (H. Hinnant, "chrono-compatible low-level date
    algorithms")."""
    if not (1970 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= 31):
        return -1
    if day > 30 and (month == 4 or month == 6 or month == 9 or month == 11):
        return -1
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    if month == 2 and day > (29 if leap else 28):
        return -1
    y = year - (1 if month <= 2 else 0)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


@njit(cache=True, nogil=True)
def _clock(data: Bytes, at: int, end: int) -> Any:
    """Milliseconds that `H:MM[:SS[.fff]]` with an optional zone says, less China's 8 hours; -1 for another
    form."""
    hour, stop = _run(data, at, end, 2)
    if stop == at or stop >= end or data[stop] != 58 or hour > 23:
        return -1
    minute, at = _run(data, stop + 1, end, 2)
    if at != stop + 3 or minute > 59:
        return -1
    value = (hour * 60 + minute) * 60_000
    if at < end and data[at] == 58:
        second, stop = _run(data, at + 1, end, 2)
        if stop != at + 3 or second > 59:
            return -1
        value += second * 1000
        at = stop
        if at < end and data[at] == 46:
            fraction, stop = _run(data, at + 1, end, 3)
            if stop != at + 4:
                return -1
            value += fraction
            _, at = _run(data, stop, end, 6)
    if at == end:
        return value
    if data[at] == 90 and at + 1 == end:  # Z
        return value + 28_800_000
    if end - at == 6 and (data[at] == 43 or data[at] == 45) and data[at + 3] == 58:
        hours, one = _run(data, at + 1, at + 3, 2)
        minutes, two = _run(data, at + 4, end, 2)
        if one != at + 3 or two != end or hours > 18 or minutes > 59:
            return -1
        shift = (hours * 60 + minutes) * 60_000
        return value + 28_800_000 - (shift if data[at] == 43 else -shift)
    return -1


@njit(cache=True, nogil=True)
def _compact_time(value: int) -> Any:
    """YYYYMMDDhhmmss, or -1 for "look at it slowly"."""
    days = _days(value // 10_000_000_000, value // 100_000_000 % 100, value // 1_000_000 % 100)
    hour, minute, second = value // 10_000 % 100, value // 100 % 100, value % 100
    if days < 0 or value >= 21_000_000_000_000 or hour > 23 or minute > 59 or second > 59:
        return -1
    return days * 86_400_000 - 28_800_000 + ((hour * 60 + minute) * 60 + second) * 1000


@njit(cache=True, nogil=True)
def _number_time(value: int, digits: int, unit_ms: int) -> Any:
    if digits > 17:
        return -1
    if unit_ms:
        return value * unit_ms if value < 10_000_000_000 else -1
    if value < 100_000_000_000:
        return value * 1000
    if value < 100_000_000_000_000:
        return _compact_time(value) if digits == 14 else value
    return value // 1000


@njit(cache=True, nogil=True)
def _time(data: Bytes, at: int, end: int, unit_ms: int) -> Any:
    """A time in one of the usual forms, or -1 for "look at it slowly". May be negative otherwise, too."""
    first, stop = _run(data, at, end, 18)
    if stop == end and stop > at:
        return _number_time(first, stop - at, unit_ms)
    if stop == at or stop >= end:
        return -1
    mark = data[stop]
    if mark != 45 and mark != 47:
        return -1
    second, after = _run(data, stop + 1, end, 2)
    if after == stop + 1 or after >= end or data[after] != mark:
        return -1
    third, last = _run(data, after + 1, end, 4)
    width = last - after - 1
    if stop - at == 4 and 1 <= width <= 2:
        days = _days(first, second, third)
    elif mark == 47 and stop - at <= 2 and width == 4:
        days = _days(third, first, second)
    else:
        return -1
    if days < 0:
        return -1
    if last == end:
        return days * 86_400_000 - 28_800_000
    if data[last] != 32 and not (data[last] == 84 and stop - at == 4):
        return -1
    clock = _clock(data, last + 1, end)
    # Zones west of China's make more than a day of it, zones east of it less than nothing: -1 is out
    # either way.
    return days * 86_400_000 - 28_800_000 + clock if clock != -1 else -1


@njit(cache=True, nogil=True)
def _times(
    data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, unit_ms: int, out: Int64, left: Any
) -> int:
    slow = 0
    for row in range(len(out)):
        out[row] = 0
        left[row] = False
        if is_missing(validity, first + row):
            continue
        value = _time(data, offsets[row], offsets[row + 1], unit_ms)
        if 0 <= value < 7_258_118_400_000:
            out[row] = value
        else:
            left[row] = True
            slow += 1
    return slow


def fast_times(column: Any, unit_ms: int) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Times of a string column: int64[n], and bool[n] of the rows that `parse_time` has to look at."""
    buffers = text_buffers(column)
    out = np.empty(len(column), dtype=np.int64)
    left = np.empty(len(column), dtype=np.bool_)
    _times(buffers.data, buffers.offsets, buffers.validity, buffers.first, unit_ms, out, left)
    return out, left
