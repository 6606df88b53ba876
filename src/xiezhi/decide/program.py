"""Conditions turned into arrays that the kernels run, block by block of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xiezhi.decide import kernels
from xiezhi.decide.frame import Frame
from xiezhi.decide.graph import (
    ALL,
    FlagTest,
    Graph,
    ListTest,
    NumberTest,
    PairTest,
    Reference,
    SameTest,
    Source,
    TextTest,
)
from xiezhi.decide.language import Checked, Vocabulary
from xiezhi.decide.lists import Lists
from xiezhi.decide.numbers import NumberIndex, Pair, Tape
from xiezhi.decide.texts import TextTests
from xiezhi.domain.batch import Int64, UInt64
from xiezhi.domain.columns import Codes

BLOCK = 2_048
"""Rows evaluated together: the sets of a thousand rules over them still fit a core's own cache."""

Bools = kernels.Bools
Int32 = kernels.Int32


@dataclass(frozen=True, slots=True)
class Conjunctions:
    """Some of the graph's conjunctions, packed for `kernels.conjunctions`."""

    targets: Int32
    first: Int64
    parts: Int32

    @classmethod
    def pack(cls, found: Sequence[tuple[int, tuple[Reference, ...]]]) -> Conjunctions:
        """From (slot, references) in the order of their slots."""
        first = np.zeros(len(found) + 1, np.int64)
        np.cumsum([len(parts) for _, parts in found], out=first[1:])
        parts = np.array([part for _, parts in found for part in parts], np.int32)
        return cls(np.array([slot for slot, _ in found], np.int32), first, parts)

    def run(self, slots: UInt64) -> None:
        """Fill their slots; those they are made of must be filled."""
        kernels.conjunctions(self.targets, self.first, self.parts, slots)


class Program:
    """All conditions of a channel, ready to run. `roots` (int32[conditions]) refer to their slots."""

    def __init__(self, conditions: Sequence[Checked], vocabulary: Vocabulary) -> None:
        graph = Graph(vocabulary)
        self.roots = np.array([graph.add(condition.tree) for condition in conditions], np.int32)
        self.vocabulary = vocabulary
        self.slots = len(graph.rests_on)
        self._pack_cheap(graph)
        self._pack_costly(graph)
        found = [(slot, parts) for parts, slot in graph.conjunctions.items()]
        self._before = Conjunctions.pack([each for each in found if not graph.rests_on[each[0]]])
        self._after = Conjunctions.pack([each for each in found if graph.rests_on[each[0]]])

    def _pack_cheap(self, graph: Graph) -> None:
        self._tape = Tape()
        numbers: dict[int, list[tuple[int, float, int]]] = {}
        pairs: list[tuple[Pair, int]] = []
        flags: list[tuple[str, int]] = []
        for test, slot in graph.leaves.items():
            match test:
                case NumberTest(source=source, comparison=comparison, constant=constant):
                    numbers.setdefault(self._tape.add(source), []).append((comparison, constant, slot))
                case PairTest(relation=relation, left=left, right=right):
                    pairs.append((Pair(relation, self._tape.add(left), self._tape.add(right)), slot))
                case FlagTest(name=name):
                    flags.append((name, slot))
        self._numbers = NumberIndex(numbers)
        self._pairs = [pair for pair, _ in pairs]
        self._flags = [name for name, _ in flags]
        self._flag_slots = np.array([slot for _, slot in (*flags, *pairs)], np.int32)

    def _pack_costly(self, graph: Graph) -> None:
        texts: dict[str, list[tuple[TextTest, int]]] = {}
        others: list[tuple[SameTest | ListTest, int]] = []
        for test, slot in graph.leaves.items():
            if isinstance(test, TextTest):
                texts.setdefault(test.name, []).append((test, slot))
            elif isinstance(test, SameTest | ListTest):
                others.append((test, slot))
        self._texts = [(name, TextTests(tests), self._guard(graph, name)) for name, tests in texts.items()]
        self._others = [(test, slot, self._guard(graph, test)) for test, slot in others]

    def _guard(self, graph: Graph, source: Source) -> Int32 | None:
        guards = graph.guards.get(source, set())
        return None if ALL in guards else np.array(sorted(guards), np.int32)

    def run(self, frame: Frame, ts: Int64, lists: Lists) -> Iterator[tuple[int, int, UInt64]]:
        """Blocks of rows (from, to) with their filled slots (uint64[slots, words])."""
        for start in range(0, frame.rows, BLOCK):
            stop = min(start + BLOCK, frame.rows)
            slots = np.zeros((self.slots, (stop - start + 63) // 64), np.uint64)
            kernels.all_rows(stop - start, slots[0])
            rows = slice(start, stop)
            self._run_cheap(frame, rows, slots)
            self._before.run(slots)
            self._run_costly(frame, ts, lists, rows, slots)
            self._after.run(slots)
            yield start, stop, slots

    def _run_cheap(self, frame: Frame, rows: slice, slots: UInt64) -> None:
        size = rows.stop - rows.start
        values = self._tape.run(frame, rows)
        self._numbers.run(values, size, slots)
        if len(self._flag_slots):
            flags = np.empty((len(self._flag_slots), size), np.bool_)
            for at, name in enumerate(self._flags):
                column = frame.column(name)
                assert not isinstance(column, Codes)
                found = column[rows]
                flags[at] = found if found.dtype == np.bool_ else found > 0  # windows keep flags as 0 and 1
            for at, pair in enumerate(self._pairs, len(self._flags)):
                flags[at] = pair.run(values)
            kernels.flag_masks(flags, self._flag_slots, slots)

    def _run_costly(self, frame: Frame, ts: Int64, lists: Lists, rows: slice, slots: UInt64) -> None:
        """A source whose guards leave no row in the block is not looked at: its slots stay empty."""
        for name, tests, guard in self._texts:
            wanted = _wanted(guard, rows, slots)
            if wanted is None or wanted.any():
                column = frame.column(name)
                assert isinstance(column, Codes)
                tests.run(column, rows, wanted, slots)
        for test, slot, guard in self._others:
            wanted = _wanted(guard, rows, slots)
            if wanted is None or wanted.any():
                if isinstance(test, ListTest):
                    self._run_list(test, frame, ts, lists, rows, slots[slot])
                else:
                    same = _same(test, frame, rows)
                    kernels.flag_masks(same[np.newaxis], np.array([slot], np.int32), slots)

    def _run_list(
        self, test: ListTest, frame: Frame, ts: Int64, lists: Lists, rows: slice, out: UInt64
    ) -> None:
        keys = frame.keys(test.name)[rows]
        if not test.list:
            kernels.flag_masks((keys != 0)[np.newaxis], np.zeros(1, np.int32), out[np.newaxis])
            return
        table = lists.table(test.list, self.vocabulary.identifiers[test.name])
        if len(table.keys):
            kernels.list_masks(keys, ts[rows], table.keys, table.until, out)


def _wanted(guard: Int32 | None, rows: slice, slots: UInt64) -> Bools | None:
    """The rows that a costly source is asked about (bool[rows]), None for all."""
    if guard is None:
        return None
    words = np.empty(slots.shape[1], np.uint64)
    kernels.union(guard, slots, words)
    return unpack(words, rows.stop - rows.start)


def unpack(words: UInt64, rows: int) -> Bools:
    """Bits as bool[rows]."""
    return np.unpackbits(words.astype("<u8").view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def _same(test: SameTest, frame: Frame, rows: slice) -> Bools:
    if test.keys:
        left_keys, right_keys = frame.keys(test.left)[rows], frame.keys(test.right)[rows]
        return np.asarray((left_keys == right_keys) & (left_keys != 0))
    left, right = frame.column(test.left), frame.column(test.right)
    assert isinstance(left, Codes) and isinstance(right, Codes)
    pairs = zip(left.codes[rows].tolist(), right.codes[rows].tolist(), strict=True)
    return np.array([a >= 0 and b >= 0 and left.values[a] == right.values[b] for a, b in pairs], np.bool_)
