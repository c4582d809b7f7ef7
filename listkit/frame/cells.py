"""One value of a frame as JSON text and back, whatever its type."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = {"NA": pd.NA, "NaT": pd.NaT}
WRITTEN: dict[str, tuple[type, Callable[[Any], str]]] = {
    "timestamp": (pd.Timestamp, pd.Timestamp.isoformat),
    "datetime": (datetime, datetime.isoformat),
    "date": (date, date.isoformat),
    "time": (time, time.isoformat),
    "timedelta": (timedelta, lambda value: pd.Timedelta(value).isoformat()),
    "decimal": (Decimal, str),
    "complex": (complex, str),
    "bytes": (bytes, bytes.hex),
}
"""How what JSON has no word for is written; a type stands before what it is a kind of."""
LARGEST = 2**63


def write(value: Any) -> str:
    """Write a value as JSON text; a list with its type's name where JSON has no word for it.

    A value of another type, an object of the user's own, is written as its text.

    >>> write("Asha"), write(None), write(date(2026, 11, 8)), write(math.nan)
    ('"Asha"', 'null', '["date","2026-11-08"]', '["float","nan"]')
    """
    try:
        return msgspec.json.encode(_plain(value)).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(["escaped", str(value).encode("unicode_escape").decode()]).decode()


def read(text: str) -> Any:
    """Read what `write` wrote.

    >>> read('["date","2026-11-08"]')
    datetime.date(2026, 11, 8)
    """
    told = msgspec.json.decode(text)
    return _READ[told[0]](*told[1:]) if isinstance(told, list) else told


_READ: dict[str, Callable[..., Any]] = {
    "NA": lambda: pd.NA,
    "NaT": lambda: pd.NaT,
    "float": float,
    "int": int,
    "tuple": lambda *parts: tuple(map(read, parts)),
    "numpy": lambda dtype, text: np.dtype(dtype).type(read(text)),
    "escaped": lambda text: text.encode().decode("unicode_escape"),
    "timestamp": pd.Timestamp,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": pd.Timedelta,
    "decimal": Decimal,
    "complex": complex,
    "bytes": bytes.fromhex,
}


def _plain(value: Any) -> Any:
    """Say a value in JSON's words."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float | int):
        return _number(value)
    if isinstance(value, np.generic):
        return ["numpy", value.dtype.str, write(value.item())]
    if isinstance(value, tuple):
        return ["tuple", *map(write, value)]
    missing = [[tag] for tag, one in MISSING.items() if value is one]
    tagged = ([tag, written(value)] for tag, (kind, written) in WRITTEN.items() if isinstance(value, kind))
    return missing[0] if missing else next(tagged, str(value))


def _number(value: float) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else ["float", str(float(value))]
    return value if abs(value) < LARGEST else ["int", str(value)]
