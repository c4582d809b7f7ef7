"""Uploads as jobs: a file is kept, answered for at once, and taken in piece by piece, across restarts."""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from listkit.errors import InvalidError, ListkitError, NotFoundError, ServerFailedError
from listkit.server.pieces import RULES, read_pieces
from listkit.server.store.base import Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from listkit.contact import Contact, ContactList
    from listkit.server.store.base import Account, Api, Store
    from listkit.wire.multipart import FilePart

AT_ONCE = 4
FIRST_WAIT, LONGEST_WAIT = 0.1, 30.0

log = logging.getLogger(__name__)


class Importer:
    """Takes uploaded files in, several at a time; after a restart each goes on at its next unread row."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep files in `folder` while they are taken in; ListkitError if another importer has it."""
        with ExitStack() as claims:
            # The folder is of one process, as are the uploads of a store that others reach from elsewhere.
            claims.enter_context(closing(_claim(folder)))
            claims.enter_context(closing(store.claim_uploads()))
            self._claims = claims.pop_all()
        self._store = store
        self._folder = folder
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="listkit-upload")

    def start(
        self, account: Account, *, api: Api, to: ContactList, file: FilePart, layout: Mapping[int, str], cap: int | None
    ) -> Job:
        """Keep the file, record the job, and begin; `layout` is as in `store.base.Job`."""
        name = self._keep(file)
        try:
            job = self._store.create_job(
                Job(
                    upload_id="",
                    account_id=account.account_id,
                    api=api,
                    list_id=str(to.list_id),
                    path=name,
                    layout=dict(layout),
                    cap=cap,
                )
            )
        except BaseException:
            self._forget(name)
            raise
        self._pool.submit(self._run, job)
        return job

    def resume(self) -> None:
        """Go on with what was unfinished when the server stopped, and drop files that no job needs."""
        unfinished = self._store.unfinished_jobs()
        needed = {job.path for job in unfinished}
        for path in chain(self._folder.glob("*.csv"), self._folder.glob("*.part")):
            if path.name not in needed:
                path.unlink()
        for job in unfinished:
            self._pool.submit(self._run, job)

    def close(self) -> None:
        """Stop between two pieces; what is unfinished stays so, for `resume`."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self._claims.close()

    def _keep(self, file: FilePart) -> str:
        name = f"{secrets.token_hex(16)}.csv"
        try:
            with os.fdopen(os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
                kept.writelines(file.blocks())
                kept.flush()
                os.fsync(kept.fileno())
        except OSError as error:
            self._forget(name)
            raise ServerFailedError(f"The uploaded file cannot be kept: {error.strerror}.") from error
        return name

    def _forget(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def _run(self, job: Job) -> None:
        try:
            self._take_in(job)
        except Exception:  # nobody waits for this thread: what stops it is told in the log
            log.exception("Upload %s stopped; it goes on when the server starts again.", job.upload_id)

    def _take_in(self, job: Job) -> None:
        try:
            job = self._load(job, "running")
            for piece in read_pieces(job, self._folder / job.path):
                if self._closing.is_set():
                    return
                moved = msgspec.structs.replace(
                    job, at=piece.at, total=job.total + piece.total, failed=job.failed + piece.failed
                )
                job = self._load(moved, "failed" if piece.is_broken else "running", piece.contacts)
        except (NotFoundError, InvalidError, FileNotFoundError):
            # The list was deleted, a row is one that no store keeps, or the file is gone: nothing to go on with.
            job = self._load(job, "failed")
        if job.state == "running":
            self._load(job, RULES[job.api].end(job))
        self._forget(job.path)

    def _load(self, job: Job, state: Literal["running", "done", "failed"], rows: Sequence[Contact] = ()) -> Job:
        """Have the store keep rows and counts, and wait for it while it is busy, full or away."""
        wait = FIRST_WAIT
        while True:
            try:
                return self._store.load_rows(msgspec.structs.replace(job, state=state), rows)
            except ServerFailedError:
                if self._closing.wait(wait):
                    raise
                wait = min(2 * wait, LONGEST_WAIT)


def _claim(folder: Path) -> sqlite3.Connection:
    """Make a folder and take it for this process: an SQLite lock works everywhere, and ends with its holder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim = sqlite3.connect(folder / "claim", timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        message = f"Uploaded files cannot be kept in {str(folder)!r}: {error}."
        raise ListkitError(message) from None
    try:
        claim.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        claim.close()
        message = "Another server takes in files for this store; stop it first, or give this one a store of its own."
        raise ListkitError(message) from None
    return claim
