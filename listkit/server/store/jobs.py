"""Uploads as they are recorded: a file, how far it is taken in, and what became of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeAlias

    import numpy as np
    import pyarrow as pa

    from listkit.server.store.base import Account, Api

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


class Claim(Protocol):
    """What one process at a time may have; it ends with its holder."""

    def close(self) -> None:
        """Give it up."""


class Jobs(Protocol):
    """The uploads of a store's accounts, as they are recorded."""

    def claim_uploads(self) -> Claim:
        """Have the uploads of this store for this process alone; ListkitError where another server has them."""

    def create_job(self, job: Job) -> Job:
        """Record an upload (its `upload_id` is given here) before its first row is read."""

    def job(self, account: Account, upload_id: str, *, api: Api) -> Job:
        """Return an upload of this API, or raise NotFoundError."""

    def jobs(self, account: Account, *, limit: int = 20) -> Sequence[Job]:
        """Return the newest uploads of an account, the newest first."""

    def unfinished_jobs(self) -> Sequence[Job]:
        """Return the uploads that were waiting or running, oldest first, of all accounts."""

    def load_rows(
        self, job: Job, rows: pa.Table | None = None, name_rejects: Callable[[Loaded], bytes] | None = None
    ) -> Job:
        """Make contacts, join them to the job's list, and record the job's new counts, all in one transaction.

        `rows` has a column for each field, and each number once. `job` comes with `at` and its
        counts already moved past them; this adds what they became: `added`, `duplicate` (a member
        already), or `failed` (past the cap). What `name_rejects` writes of them is kept with the job.
        """

    def rejects(self, job: Job) -> Iterator[bytes]:
        """Return what was written of the rows that a job has rejected so far, piece by piece."""
