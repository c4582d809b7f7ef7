"""Times as the tables keep them: microseconds since 1970, UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """Return the time as the tables keep it."""
    return time.time_ns() // 1000


@lru_cache(maxsize=4096)
def moment(kept: int) -> datetime:
    """Return a kept time as a datetime that knows its zone; what was written together shares it."""
    return EPOCH + timedelta(microseconds=kept)
