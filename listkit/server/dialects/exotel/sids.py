"""Ids that look like Exotel's, made of the store's own by arithmetic: no table holds them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from listkit.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listkit.server.store.base import Account

    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.uint64]]

Kind = Literal["list", "contact", "upload"]

_KINDS: dict[Kind, int] = {"list": 1 << 64, "contact": 2 << 64, "upload": 3 << 64}
_BYTES = 16
_MODULUS = 1 << (8 * _BYTES)
_MASK = _MODULUS - 1
# Any odd number has an inverse modulo a power of two; this one is 2^128 over the golden ratio.
_FACTOR = 0x9E3779B97F4A7C15F39CC0605CEDC835
_INVERSE = pow(_FACTOR, -1, _MODULUS)
_LARGEST = 1 << 62
_ONES = (1 << 32) - 1
_SID = re.compile(r"[0-9a-f]{32}")


def encode(account: Account, kind: Kind, number: str) -> str:
    """Make the sid of an id of the store's, of its own for each account and kind."""
    return f"{(int(number) + _KINDS[kind]) * _FACTOR & _MASK ^ _salt(account.salt):032x}"


def encode_all(account: Account, kind: Kind, numbers: Iterable[str]) -> list[str]:
    """Make the sids of many ids of the store's, in their order: as `encode` does, all at once."""
    halves = _scatter(np.array([*map(int, numbers)], np.uint64), _KINDS[kind])
    whole = (halves ^ np.array(divmod(_salt(account.salt), 1 << 64), np.uint64)).astype(">u8").tobytes()
    return whole.hex(" ", _BYTES).split()


def decode(account: Account, kind: Kind, sid: str) -> str:
    """Return the id that a sid was made of.

    Raises NotFoundError for what is no sid of this account and kind, in the words that are
    used for one that is and whose thing is gone.
    """
    if _SID.fullmatch(sid):
        number = ((int(sid, 16) ^ _salt(account.salt)) * _INVERSE & _MASK) - _KINDS[kind]
        if 1 <= number <= _LARGEST:
            return str(number)
    raise missing(kind, sid)


def missing(kind: Kind, sid: str) -> NotFoundError:
    """Say that there is nothing of this kind with this sid."""
    return NotFoundError(f"{kind.capitalize()} {sid[:64]} not found")


def _scatter(numbers: Numbers, base: int) -> Numbers:
    """Multiply (number + base) by the factor modulo 2^128, as one does by hand; the upper and the lower 64 bits."""
    high, low = divmod(_FACTOR, 1 << 64)
    upper, lower = divmod(low, 1 << 32)
    tens, ones = numbers >> 32, numbers & _ONES
    inner = tens * lower + (ones * lower >> 32)
    outer = ones * upper + (inner & _ONES)
    carried = tens * upper + (inner >> 32) + (outer >> 32)
    # A base has no lower 64 bits, so that nothing of it is carried.
    return np.stack([carried + numbers * high + (base >> 64) * low % (1 << 64), numbers * low], axis=1)


@lru_cache
def _salt(salt: int) -> int:
    return (2 * salt + 1) * _INVERSE & _MASK
