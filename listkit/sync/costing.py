"""What a push would take: requests, and the time they need at the provider's own rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.compute as pc

from listkit.contact import FIELDS
from listkit.providers.base import value as limit

if TYPE_CHECKING:
    import pyarrow as pa

    from listkit.providers.base import Provider
    from listkit.sync.options import Strategy


def cost(provider: Provider, sent: pa.Table, chosen: Strategy) -> pd.DataFrame:
    """Price both ways of sending some contacts, the chosen one first: `strategy, requests, seconds, cannot_carry`."""
    limits, adds = provider.limits, sent.num_rows
    joins = 0.0 if provider.joins_on_create else adds / limit(limits, "members_per_request")
    batches = math.ceil(adds / limit(limits, "contacts_per_request")) + math.ceil(joins)
    pages = math.ceil(adds / limit(limits, "members_per_page"))
    files = math.ceil(sum(file_sizes(sent)) / limit(limits, "upload_bytes"))
    lines: list[dict[str, Any]] = [
        {"strategy": "batches", "requests": batches, "cannot_carry": _left_out(provider.carries)},
        {"strategy": "file", "requests": 2 * files + pages, "cannot_carry": _left_out(provider.upload_carries)},
    ]
    lines.sort(key=lambda line: line["strategy"] != chosen)
    table = pd.DataFrame(lines)
    table.insert(2, "seconds", table["requests"] / limit(limits, "requests_per_second"))
    return table


def file_sizes(contacts: pa.Table) -> list[int]:
    """Count the bytes each row takes in a file at most: its text, and two quotes and a comma a cell."""
    sizes = sum(pc.fill_null(pc.binary_length(column), 0).to_numpy() for column in contacts.columns)
    return [int(size) + 3 * contacts.num_columns for size in sizes]


def duration(seconds: float) -> str:
    """Say a time as a person would.

    >>> duration(0.2), duration(90), duration(9000)
    ('1 s', '2 min', '2.5 h')
    """
    minute, hour = 60, 3600
    if seconds < minute:
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / minute)} min" if seconds < hour else f"{seconds / hour:.1f} h"


def _left_out(carried: frozenset[str]) -> str:
    return ", ".join(name for name in FIELDS if name not in carried)
