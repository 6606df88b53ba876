"""Number plans of the invented city: telephone, IMEI, IMSI, card and device numbers by their index.

Every plan maps an index 0, 1, 2 ... to a number by a bijection, so a subscriber's and a gang's numbers come
from the same ranges and never collide. Mobile numbers all lie in the blocks `1xx00`; landlines in 010-555;
overseas ones behind 555 where the country has such a block. None is anybody's on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
import pyarrow as pa

from xiezhi.domain.batch import Int64
from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator.strings import column, constant, digits, hexadecimals, luhn, pick, scramble

# fmt: off
MOBILE = (
    "134", "135", "136", "137", "138", "139", "147", "150", "151", "152", "157", "158", "159",
    "178", "182", "183", "184", "187", "188", "198", "130", "131", "132", "155", "156", "166",
    "175", "176", "185", "186", "133", "153", "173", "177", "180", "181", "189", "191", "199",
)  # ranges of the network operators
# fmt: on
VIRTUAL = ("162", "165", "167", "170", "171")  # ranges of virtual operators
IOT = ("141", "144", "146", "148")  # ranges of SIMs for things
BANK_CODES = ("95588", "95533", "95566", "95599", "95555", "95559")
"""Public short codes of banks; here they belong to invented banks."""

_BLOCK = 1_000_000
_NATIONAL = {"1": 10, "44": 10, "81": 10, "676": 7, "960": 7}
"""Digits of a national number (ITU-T E.164 national plans) where they are not eight."""
_TACS = tuple(f"86{4100 + 37 * i:04d}{i % 7:02d}" for i in range(64))
_BINS = ("629901", "629902", "629903", "629904", "629905", "629906")


@dataclass(frozen=True, slots=True)
class Shuffle:
    """An affine bijection of 0..size-1 (`size` at most 2**31)."""

    size: int
    factor: int
    shift: int

    def __call__(self, index: Int64) -> Int64:
        """The place of each index; `XiezhiError` where the plan has no more numbers."""
        if len(index) and int(index.max()) >= self.size:
            raise XiezhiError(
                f"the number plan holds {self.size:,} numbers only", "simulate fewer subscribers"
            )
        return (index * self.factor + self.shift) % self.size


def shuffle(size: int, seed: int) -> Shuffle:
    """A bijection drawn by seed."""
    rng = np.random.default_rng([seed, size])
    factor = int(rng.integers(size // 3, size)) | 1
    while gcd(factor, size) != 1:
        factor += 2
    return Shuffle(size, factor % size, int(rng.integers(size)))


class Plans:
    """All number plans of one seed; every method takes indices int64[n] and gives an Arrow string column."""

    def __init__(self, seed: int) -> None:
        self._mobile = shuffle(len(MOBILE) * _BLOCK, seed)
        self._virtual = shuffle(len(VIRTUAL) * _BLOCK, seed)
        self._iot = shuffle(len(IOT) * _BLOCK, seed)
        self._imei = shuffle(len(_TACS) * _BLOCK, seed)
        self._imsi = shuffle(1_000_000_007, seed)
        self._card = shuffle(900_000_000, seed)
        self._salt = np.uint64(seed % 2**32) << np.uint64(32)

    @staticmethod
    def _cellular(prefixes: tuple[str, ...], place: Int64) -> pa.StringArray:
        block, rest = np.divmod(place, _BLOCK)
        return column(pick(prefixes, block), constant("00", len(place)), digits(rest, 6))

    def mobile(self, index: Int64) -> pa.StringArray:
        """Mobile numbers of the network operators, 11 digits."""
        return self._cellular(MOBILE, self._mobile(index))

    def virtual(self, index: Int64) -> pa.StringArray:
        """Mobile numbers of virtual operators, 11 digits."""
        return self._cellular(VIRTUAL, self._virtual(index))

    def iot(self, index: Int64) -> pa.StringArray:
        """Numbers of SIMs for things, 11 digits."""
        return self._cellular(IOT, self._iot(index))

    @staticmethod
    def landline(index: Int64) -> pa.StringArray:
        """Landlines 010-555xxxxx."""
        return column(constant("010555", len(index)), digits((index * 7919 + 4001) % 100_000, 5))

    @staticmethod
    def toll(index: Int64) -> pa.StringArray:
        """Business numbers 400-0xxxxxx."""
        return column(constant("4000", len(index)), digits((index * 77_101 + 12_345) % _BLOCK, 6))

    @staticmethod
    def port(index: Int64) -> pa.StringArray:
        """Message ports 10690000xxxx, from which firms send."""
        return column(constant("10690000", len(index)), digits((index * 577 + 101) % 10_000, 4))

    @staticmethod
    def overseas(index: Int64, prefix: str) -> pa.StringArray:
        """International numbers as a switch shows them: 00, country code (`prefix`), 555 and the rest."""
        width = _NATIONAL.get(prefix, 8) - 3
        return column(
            constant(f"00{prefix}555", len(index)), digits((index * 30_011 + 707) % 10**width, width)
        )

    def imei(self, index: Int64) -> pa.StringArray:
        """Device numbers (3GPP TS 23.003): type code, serial, check digit."""
        tac, serial = np.divmod(self._imei(index), _BLOCK)
        body = np.hstack([pick(_TACS, tac), digits(serial, 6)])
        return column(body, luhn(body))

    def imsi(self, index: Int64) -> pa.StringArray:
        """SIM numbers 46000 and ten digits."""
        return column(constant("46000", len(index)), digits(self._imsi(index), 10))

    def card(self, index: Int64, bank: Int64) -> pa.StringArray:
        """Bank cards of 16 digits under issuer numbers of invented banks; `bank` is 0..5."""
        body = np.hstack([pick(_BINS, bank), digits(self._card(index), 9)])
        return column(body, luhn(body))

    def wallet(self, index: Int64) -> pa.StringArray:
        """Wallets of the invented payment firm."""
        return column(constant("w", len(index)), digits(self._imsi(index), 10))

    def account(self, index: Int64) -> pa.StringArray:
        """Accounts of the invented chat platform."""
        return column(constant("xz", len(index)), digits((self._imsi(index) * 7 + 3) % 1_000_000_007, 10))

    def device(self, index: Int64) -> pa.StringArray:
        """Opaque device ids of 16 hexadecimal digits."""
        return column(hexadecimals(scramble(index.astype(np.uint64) ^ self._salt)))

    @staticmethod
    def address(index: Int64) -> pa.StringArray:
        """Subscribers' addresses out of the carriers' shared range 100.64.0.0/10 (RFC 6598)."""
        place = scramble(index.astype(np.uint64)) % np.uint64(2**22)
        return _dotted(np.uint64(100 << 24) + np.uint64(64 << 16) + place)

    @staticmethod
    def server(index: Int64) -> pa.StringArray:
        """Servers' addresses out of the benchmarking range 198.18.0.0/15 (RFC 2544)."""
        place = scramble(index.astype(np.uint64)) % np.uint64(2**17)
        return _dotted(np.uint64(198 << 24) + np.uint64(18 << 16) + place)


def _dotted(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> pa.StringArray:
    parts = [(values >> np.uint64(shift)) & np.uint64(255) for shift in (24, 16, 8, 0)]
    return pa.array(
        [f"{a}.{b}.{c}.{d}" for a, b, c, d in zip(*(part.tolist() for part in parts), strict=True)]
    )
