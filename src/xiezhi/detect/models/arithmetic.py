"""The exponential from IEEE 754 additions and multiplications alone.

The one of the C library differs between machines in the last bit, and compilers may trade it for a
vector version with other roundings. Scores must not depend on where or in what company a row is computed, so
kernels use this one: equal input gives equal bits everywhere, and the compiler can still vectorise it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_LOG2_E = 1.4426950408889634
# ln 2 in two parts; the high one has zeros at its end, so that k times it is exact (Cody and Waite, 1980)
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_SHIFT = 6755399441055744.0  # 1.5 * 2^52: adding and subtracting it rounds to the nearest whole number


@njit(cache=True, nogil=True, inline="always")
def exponential(x: float) -> float:
    """e^x within 2 units in the last place for |x| <= 700; beyond, x is taken as +-700. NaN stays NaN."""
    x = min(max(x, -700.0), 700.0) if x == x else x
    k = (x * _LOG2_E + _SHIFT) - _SHIFT if x == x else 0.0
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    # Taylor's series to the 12th power: the rest is below 2e-16 for |r| <= ln 2 / 2
    total = 1.0 / 479001600.0
    total = total * r + 1.0 / 39916800.0
    total = total * r + 1.0 / 3628800.0
    total = total * r + 1.0 / 362880.0
    total = total * r + 1.0 / 40320.0
    total = total * r + 1.0 / 5040.0
    total = total * r + 1.0 / 720.0
    total = total * r + 1.0 / 120.0
    total = total * r + 1.0 / 24.0
    total = total * r + 1.0 / 6.0
    total = total * r + 0.5
    total = total * r + 1.0
    total = total * r + 1.0
    return total * np.int64((np.int64(k) + 1023) << 52).view(np.float64)


@njit(cache=True, nogil=True, inline="always")
def logistic(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + exponential(-x))  # type: ignore[no-any-return]
