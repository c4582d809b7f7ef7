"""A list in parts of given shares, in which a person stays from month to month."""

from __future__ import annotations

import math
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from listkit.errors import ListkitError
from listkit.frame import identities
from listkit.rules.verdict import column_in_one

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from listkit.frame.regions import Region
    from listkit.rules.verdict import Column

_BITS = 53
"""How many bits of a hash are read as a place between 0 and 1: as many as a float holds."""


def split(
    frame: pd.DataFrame, shares: Mapping[str, float], *, by: str = "phone", salt: str, region: Region = None
) -> dict[str, pd.DataFrame]:
    """Split a list into parts of given shares, as for a test: `{"control": 0.1, "sms": 0.9}`.

    Returns a frame for each part, with its rows in the order of the input. Where a row goes is
    decided by its own key and by `salt` alone, so that a person is in the same part next month,
    in a file of another order and among other people; the shares are met as chance meets them.
    A campaign with another `salt` mixes people anew. The parts lie in the order of `shares`:
    where the first one grows at the cost of the second, nobody leaves it.

    `by` is the column of the key. A phone counts as its E.164 number, read in `region` where it
    has no plus, addresses and other columns count without their case. Rows without a key
    would be drawn anew each month, so they are drawn not at all: they are a part of their own,
    called `no phone`, which is there only if there are such rows.

    Raises ListkitError where the shares do not sum to 1, and ColumnsError where there is no such column.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"phone": ["+12025550101", "+12025550102", "+12025550103", "call me"]})
    >>> {part: len(rows) for part, rows in split(people, {"a": 0.5, "b": 0.5}, salt="spring").items()}
    {'a': 2, 'b': 1, 'no phone': 1}
    """
    _refuse_odd_shares(shares)
    keys = identities.sure(frame, by, region=region)
    part = np.searchsorted(np.cumsum(list(shares.values()))[:-1], _places(keys, salt), side="right")
    part[pc.is_null(keys).to_numpy(zero_copy_only=False)] = len(shares)
    names = [*shares, f"no {by}"]
    if names[-1] in shares:
        raise ListkitError(f"{names[-1]!r} is the part of the rows without a key: give yours another name.")
    parts = {name: frame[part == at] for at, name in enumerate(names)}
    if parts[names[-1]].empty:
        del parts[names[-1]]
    return parts


def _refuse_odd_shares(shares: Mapping[str, float]) -> None:
    odd = [f"{name!r} is {share!r}" for name, share in shares.items() if not 0 <= share <= 1]
    total = math.fsum(shares.values())
    if odd or not math.isclose(total, 1, abs_tol=1e-9):
        told = odd[0] if odd else f"they sum to {total:.10g}"
        raise ListkitError(f"Shares are parts of 1, as {{'control': 0.1, 'sms': 0.9}}, and here {told}.")


def _places(keys: Column, salt: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Give each key its place between 0 and 1: a hash of it, keyed by the salt."""
    secret = blake2b(salt.encode("utf-8", "replace")).digest()
    encoded = pc.dictionary_encode(column_in_one(keys))
    hashes = b"".join(
        blake2b(key.encode(), digest_size=8, key=secret).digest() for key in encoded.dictionary.to_pylist()
    )
    places = (np.frombuffer(hashes, ">u8") >> np.uint64(64 - _BITS)) / 2.0**_BITS
    rows = pc.fill_null(encoded.indices, len(places)).to_numpy(zero_copy_only=False)
    found: np.ndarray[Any, np.dtype[np.float64]] = np.append(places, 0.0)[rows]
    return found
