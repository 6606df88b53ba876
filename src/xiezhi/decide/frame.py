"""What rules can read of a batch: the events of one channel with everything computed about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import UInt64
from xiezhi.domain.columns import Codes, Column
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.hashing import hash_column

KeysOf = Callable[[pa.Array], UInt64]


class Frame(Protocol):
    """Events of one channel as columns. The same name gives the same column however often it is asked for."""

    @property
    def rows(self) -> int:
        """Number of events."""
        ...

    def column(self, name: str) -> Column:
        """A variable, one value an event."""
        ...

    def keys(self, name: str) -> UInt64:
        """The hashed identifiers in a field (uint64[rows]); 0 where there is none."""
        ...


class TableFrame:
    """A frame over an Arrow table and computed columns; each is converted when it is first asked for.

    `computed` holds columns, or functions without arguments that compute them. `keys_of` hashes a column
    of identifiers, `keys` are those that have been hashed already.
    """

    def __init__(
        self,
        table: pa.RecordBatch,
        computed: Mapping[str, Column | Callable[[], Column]] | None = None,
        keys_of: KeysOf = hash_column,
        keys: Mapping[str, UInt64] | None = None,
    ) -> None:
        self._table = table
        self._computed = computed or {}
        self._keys_of = keys_of
        self._columns: dict[str, Column] = {}
        self._keys: dict[str, UInt64] = dict(keys or {})

    @property
    def rows(self) -> int:
        """Number of events."""
        return int(self._table.num_rows)

    def column(self, name: str) -> Column:
        """A variable, one value an event. Raises `XiezhiError` for a name that is in neither."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._make(name)
        return found

    def keys(self, name: str) -> UInt64:
        """The hashed identifiers in a field (uint64[rows]); 0 where there is none."""
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = self._keys_of(self._table.column(name))
        return found

    def _make(self, name: str) -> Column:
        if name in self._computed:
            made = self._computed[name]
            return made() if callable(made) else made
        if name in self._table.schema.names:
            return column_of(self._table.column(name))
        raise XiezhiError(f"the events have no column `{name}`", "compute it before the rules are asked")


_FEW = 256
"""Rows up to which plain Python is faster than calls into Arrow, each of which costs some ten microseconds."""


def column_of(array: pa.Array) -> Column:
    """An Arrow column as rules read it: a null is NaN, False or code -1."""
    if len(array) <= _FEW and pa.types.is_string(array.type):
        return _few_codes(array.to_pylist())
    if pa.types.is_boolean(array.type):
        if len(array) <= _FEW:
            return np.array([value is True for value in array.to_pylist()], np.bool_)
        known = array if array.null_count == 0 else array.fill_null(False)
        return np.asarray(known.to_numpy(zero_copy_only=False), dtype=np.bool_)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        array = array.dictionary_encode()
    if pa.types.is_dictionary(array.type):
        codes = array.indices if array.null_count == 0 else array.indices.fill_null(-1)
        return Codes(
            np.asarray(codes.to_numpy(zero_copy_only=False), np.int32), tuple(array.dictionary.to_pylist())
        )
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)  # nulls come as NaN


def _few_codes(values: list[str | None]) -> Codes:
    places: dict[str, int] = {}
    codes = [-1 if value is None else places.setdefault(value, len(places)) for value in values]
    return Codes(np.array(codes, np.int32), tuple(places))
