"""The domain of a visit, from its URL."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from xiezhi.domain.batch import Int64
from xiezhi.domain.buffers import Bytes, is_missing, text_buffers
from xiezhi.domain.identifiers import IDENTIFIERS
from xiezhi.sources.slices import text_of_slices


@njit(cache=True, nogil=True)
def _hosts(
    data: Bytes, offsets: npt.NDArray[Any], validity: Bytes, first: int, starts: Int64, ends: Int64, odd: Any
) -> int:
    """Where the host stands in canonical URLs; those with a user, a port or an IPv6 address are odd."""
    count = 0
    for row in range(len(starts)):
        starts[row] = ends[row] = 0
        odd[row] = False
        if is_missing(validity, first + row):
            continue
        at, end = offsets[row], offsets[row + 1]
        while at < end and data[at] != 58:
            at += 1
        at += 3
        start, dots = at, 0
        while at < end and data[at] != 47:
            dots += data[at] == 46
            odd[row] = odd[row] or data[at] == 58 or data[at] == 64 or data[at] == 91
            at += 1
        count += odd[row]
        if dots and not odd[row]:
            starts[row], ends[row] = start, at
    return count


def domains_of(urls: Any) -> pa.Array:
    """The domains (or addresses) that canonical URLs lead to; missing where the host has no dot."""
    buffers = text_buffers(urls)
    rows = len(urls)
    starts, ends = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int64)
    odd = np.empty(rows, dtype=np.bool_)
    count = _hosts(buffers.data, buffers.offsets, buffers.validity, buffers.first, starts, ends, odd)
    found = text_of_slices(buffers.data, starts, ends, np.zeros(rows, dtype=np.uint8))
    if not count:
        return found
    mask = pa.array(odd)
    slow = [IDENTIFIERS["domain"].clean(url) for url in pc.filter(urls, mask).to_pylist()]
    return pc.replace_with_mask(found, mask, pa.array(slow, pa.string()))
