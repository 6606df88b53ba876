"""Amounts of money that say something by themselves."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.domain.columns import Column, Variable

LIMITS: Final = (1_000, 5_000, 10_000, 50_000)
"""Yuan from which banks and payment firms in China commonly ask or report: the usual steps of daily limits,
and 50,000 as the line for reporting cash (People's Bank of China, Order No. 3 of 2016)."""

_BELOW: Final = 0.9
_ROUND: Final = 10_000  # fen
_FEN: Final = 100


class Amounts:
    """`amount.round`, `amount.below_limit` and `balance.drained` of a transfer.

    Structuring, that is keeping amounts just below a limit, is the oldest of the signs of laundering (FATF,
    "Money Laundering Typologies"); victims and mules empty accounts in round sums.
    """

    channels: ClassVar[tuple[str, ...]] = ("transfer",)

    def outputs(self, channel: str) -> tuple[Variable, ...]:
        """Two flags about the amount, and the share of the balance that it takes."""
        return (
            Variable("amount.round", "flag", "整百金额", "multiple of 100 yuan"),
            Variable("amount.below_limit", "flag", "略低于限额", "just below a limit"),
            Variable("balance.drained", "number", "转出余额占比", "share of the balance paid out"),
        )

    def run(self, channel: str, table: pa.RecordBatch) -> dict[str, Column]:
        """Flags bool[n], false where there is no amount; the share float64[n] in 0..1, NaN where amount
        or balance is missing or not positive."""
        amount, balance = _numbers(table.column("amount")), _numbers(table.column("balance"))
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            fen = np.rint(amount * _FEN)
            full = (fen > 0) & np.isfinite(fen)
            below = np.zeros(len(amount), dtype=np.bool_)
            for limit in LIMITS:
                below |= (fen >= _BELOW * limit * _FEN) & (fen < limit * _FEN)
            known = (amount > 0) & (balance > 0)
            share = np.where(known, np.minimum(amount / balance, 1.0), np.nan)
            whole = full & (np.fmod(fen, _ROUND) == 0)
        return {"amount.round": whole, "amount.below_limit": below, "balance.drained": share}


def _numbers(column: Any) -> npt.NDArray[np.float64]:
    """A float column with NaN for missing."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


DETECTORS = (Amounts,)
