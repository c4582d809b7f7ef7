"""Uploads as they are recorded: a file, how far it is taken in, and what became of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    import numpy as np

    from listkit.server.store.base import Api

    Places: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded file and how far it is; `at` is the byte of the file where the next row starts.

    `layout` maps a column's position in the file to a field of `Contact` (a field
    `custom.<name>` is the membership's own). `state` never goes back. `total` is 0 until all rows
    are counted; the other counts grow row by row, and add up to it in the end.
    """

    upload_id: str
    account_id: int
    api: Api
    list_id: str
    path: str
    layout: dict[int, str]
    cap: int | None = None
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    at: int = 0
    total: int = 0
    added: int = 0
    duplicate: int = 0
    failed: int = 0

    @property
    def ended(self) -> Job:
        """The job as it ends: rows that were counted and not come to have failed."""
        total = max(self.total, self.added + self.duplicate + self.failed)
        return msgspec.structs.replace(self, total=total, failed=total - self.added - self.duplicate)


class Loaded(NamedTuple):
    """Rows that a list did not take, by their places: members already, and those past its cap."""

    already: Places
    past_cap: Places
