"""Points in time: RFC 3339 in any of its shapes when read, UTC and whole seconds when written."""

from __future__ import annotations

from datetime import UTC, datetime


def read_moment(text: object) -> datetime | None:
    """Read a date as Exotel writes them, with `Z`, an offset or neither; None for anything else.

    >>> read_moment("2026-01-23T14:54:59+05:30")
    datetime.datetime(2026, 1, 23, 9, 24, 59, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def whole_seconds(moment: datetime | None) -> datetime | None:
    """Return a moment as Exotel shows it."""
    return moment and moment.astimezone(UTC).replace(microsecond=0)
