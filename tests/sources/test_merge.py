"""Several sources as one stream."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.helpers import CALL, MESSAGE, TRANSFER, Memory, written
from xiezhi.domain.errors import XiezhiError
from xiezhi.sources import Merged, merge, open_source

CHANNELS = [CALL, MESSAGE, CALL, TRANSFER]


def plain(merged: Merged) -> tuple:
    """What a micro-batch holds, in order: (events, positions, clocks, bad rows)."""
    events: list = [None] * merged.batch.size
    channels = [part.channel for part in merged.batch]
    assert len(set(channels)) == len(channels)
    for part in merged.batch:
        order = part.order.tolist()
        assert order == sorted(order)
        for place, name in zip(order, part.table.column("id").to_pylist(), strict=True):
            events[place] = (part.channel, name)
    assert None not in events
    return events, merged.positions, merged.clocks, [(bad.file, bad.row) for bad in merged.bad]


def reference(sources: list[Memory]) -> list:
    """The order by the definition: running maximum, source, row."""
    found = []
    for place, source in enumerate(sources):
        clock = -(2**63)
        for row, time in enumerate(source.times):
            if row not in source.bad:
                clock = max(clock, time)
                found.append((clock, place, row, source.channel.name, f"{source.name}:{row}"))
    return [event[3:] for event in sorted(found)]


SOURCES = st.lists(
    st.tuples(st.lists(st.integers(0, 12), max_size=15), st.sets(st.integers(0, 15)), st.integers(1, 6)),
    min_size=1,
    max_size=4,
)


def made(drawn, cuts: int | None = None) -> list[Memory]:
    return [
        Memory(f"s{place}", CHANNELS[place], times, bad, cuts or size)
        for place, (times, bad, size) in enumerate(drawn)
    ]


@settings(max_examples=300, deadline=None)
@given(SOURCES, st.integers(1, 9), st.data())
def test_order_sizes_bad_rows_and_resuming(drawn, size, data):
    sources = made(drawn)
    batches = [plain(merged) for merged in merge(sources, size)]
    assert [event for events, *_ in batches for event in events] == reference(sources)
    assert all(len(events) == size for events, *_ in batches[:-1])
    bad = sorted(row for *_, rows in batches for row in rows)
    assert bad == sorted((s.name, row) for s in sources for row in s.bad if row < len(s.times))
    assert [plain(merged) for merged in merge(made(drawn, cuts=100), size)] == batches
    if batches:
        assert batches[-1][1] == {source.name: len(source.times) for source in sources}
        stop = data.draw(st.integers(0, len(batches) - 1))
        _, positions, clocks, _ = batches[stop]
        assert [plain(merged) for merged in merge(made(drawn), size, positions, clocks)] == batches[
            stop + 1 :
        ]
        assert [plain(merged) for merged in merge(made(drawn), size, positions)] == batches[stop + 1 :]


def test_nothing_to_merge():
    assert list(merge([])) == []
    assert list(merge([Memory("a", CALL, [], set(), 1)])) == []


def test_files_and_a_name_given_twice(tmp_path):
    calls = "".join(
        json.dumps({"ts": 10 * n, "caller": "a1", "callee": "b1", "id": f"c{n}"}) + "\n" for n in range(1, 6)
    )
    messages = "ts,text,id\n" + "".join(f"{10 * n + 5},hello,m{n}\n" for n in range(1, 4))
    sources = [
        open_source(written(tmp_path, "calls.jsonl", calls)),
        open_source(written(tmp_path, "messages.csv", messages)),
    ]
    (merged,) = merge(sources)
    assert [name for _, name in plain(merged)[0]] == ["c1", "m1", "c2", "m2", "c3", "m3", "c4", "c5"]
    with pytest.raises(XiezhiError, match="given twice"):
        list(merge([sources[0], sources[0]]))
