"""Check digits of addresses on blockchains."""

from __future__ import annotations

import hashlib

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SUMS = (1, 0x2BC830A3)


def base58check_ok(address: str) -> bool:
    """Whether 21 bytes in base 58 end with the first four of their doubled SHA-256, as Bitcoin's and TRON's do."""
    number = 0
    for character in address:
        place = _BASE58.find(character)
        if place < 0:
            return False
        number = number * 58 + place
    if number >= 1 << 200:
        return False
    data = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]


def bech32_ok(address: str) -> bool:
    """Whether an address in lower case has the check digits of BIP 173 (bech32) or BIP 350 (bech32m)."""
    prefix, _, rest = address.rpartition("1")
    places = [_BECH32.find(character) for character in rest]
    if not prefix or len(rest) < 6 or min(places) < 0:
        return False
    check = 1
    for value in (*(ord(each) >> 5 for each in prefix), 0, *(ord(each) & 31 for each in prefix), *places):
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in _SUMS
