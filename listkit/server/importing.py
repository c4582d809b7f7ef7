"""Uploads as jobs: a file is kept, answered for at once, and taken in piece by piece, across restarts."""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from listkit.errors import InvalidError, ListkitError, NotFoundError, ServerFailedError
from listkit.server.pieces import RULES, count_rows, read_pieces
from listkit.server.store.jobs import Job
from listkit.wire.rejects import Why, write_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import pyarrow as pa

    from listkit.contact import ContactList
    from listkit.server.pieces import Piece
    from listkit.server.store.base import Account, Api, Store
    from listkit.server.store.jobs import Loaded
    from listkit.wire.multipart import FilePart

READERS, LOADERS = 2, 2
AT_ONCE = 4
"""Uploads of one account that go on side by side; more of its uploads wait."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 30.0
LOOK_SECONDS = 0.25

log = logging.getLogger(__name__)


class Inbox:
    """Keeps uploaded files and records their jobs; an `Importer`, here or in another process, takes them in."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep files in `folder`; ListkitError where it cannot be made."""
        self._store = store
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ListkitError(f"Uploaded files cannot be kept in {str(folder)!r}: {error.strerror}.") from None

    def start(
        self, account: Account, *, api: Api, to: ContactList, file: FilePart, layout: Mapping[int, str], cap: int | None
    ) -> Job:
        """Keep the file and record the job; `layout` is as in `store.base.Job`."""
        name = self._keep(file)
        try:
            return self._store.create_job(
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


class Importer(Inbox):
    """Takes uploaded files in, several at a time and each account in its turn.

    Every file goes on piece by piece. While the store takes in one piece the next is read, and
    between two pieces another upload has its turn. After a restart each goes on at its next
    unread row.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        """Keep files in `folder` while they are taken in; ListkitError if another importer has it."""
        super().__init__(store, folder)
        with ExitStack() as claims:
            # The folder is of one process, as are the uploads of a store that others reach from elsewhere.
            claims.enter_context(closing(_claim(folder)))
            claims.enter_context(closing(store.claim_uploads()))
            self._claims = claims.pop_all()
        self._closing = threading.Event()
        self._known: set[tuple[int, str]] = set()
        self._turns = _Turns()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="listkit-upload-reader")
        self._threads = [
            threading.Thread(target=self._go_on, name="listkit-upload", daemon=True) for _ in range(LOADERS)
        ]
        for thread in self._threads:
            thread.start()

    def start(
        self, account: Account, *, api: Api, to: ContactList, file: FilePart, layout: Mapping[int, str], cap: int | None
    ) -> Job:
        """Keep the file, record the job, and begin; `layout` is as in `store.base.Job`."""
        job = super().start(account, api=api, to=to, file=file, layout=layout, cap=cap)
        self._begin(job)
        return job

    def resume(self) -> None:
        """Go on with what was unfinished when the server stopped, and drop files that no job needs."""
        needed = {job.path for job in self._store.unfinished_jobs()}
        for path in chain(self._folder.glob("*.csv"), self._folder.glob("*.part")):
            if path.name not in needed:
                path.unlink()
        self.look()

    def look(self) -> None:
        """Begin with jobs that an `Inbox` of another process has recorded."""
        for job in self._store.unfinished_jobs():
            self._begin(job)

    def watch(self) -> None:
        """Look for jobs of other processes from now on, four times a second, until `close`."""
        watcher = threading.Thread(target=self._watch, name="listkit-upload-watcher", daemon=True)
        self._threads.append(watcher)
        watcher.start()

    def close(self) -> None:
        """Stop between two pieces; what is unfinished stays so, for `resume`."""
        self._closing.set()
        self._turns.close()
        for thread in self._threads:
            thread.join()
        self._readers.shutdown(cancel_futures=True)
        self._claims.close()

    def _begin(self, job: Job) -> None:
        upload = _Upload(job)
        with self._turns.changing:
            if upload.key in self._known:
                return
            self._known.add(upload.key)
        self._turns.add(upload)

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self.look()
            except ServerFailedError:
                log.warning("The store cannot be asked for new uploads now; they are looked for again.")

    def _go_on(self) -> None:
        while (upload := self._turns.take()) is not None:
            try:
                self._take_piece(upload)
            except Exception:  # nobody waits for this thread: what stops an upload is told in the log
                log.exception("Upload %s stopped; it goes on when the server starts again.", upload.job.upload_id)
                upload.close()
            else:
                if upload.job.state == "running":
                    self._turns.add_again(upload)

    def _take_piece(self, upload: _Upload) -> None:
        """Take in the next piece of a file, or end its job where there is none."""
        try:
            piece = upload.next_piece(self._readers, self._folder / upload.job.path)
            if piece is None:
                ended = upload.job.ended
                self._end(upload, RULES[ended.api].end(ended))
                return
            moved = msgspec.structs.replace(
                upload.job,
                at=piece.at,
                state="failed" if piece.trouble else "running",
                duplicate=upload.job.duplicate + piece.count(Why.REPEATED),
                failed=upload.job.failed + piece.count(Why.MISSING, Why.INVALID, Why.NUL),
            )
            total = moved.added + moved.duplicate + moved.failed + len(piece.taken) if piece.trouble else upload.counted
            upload.job = self._load(msgspec.structs.replace(moved, total=total), piece.taken, piece.name_rejects)
            upload.next_line = piece.next_line
            if piece.trouble:
                upload.close()
                self._forget(upload.job.path)
        except NotFoundError:
            self._end(upload, "failed", ("list_gone", "the list was deleted"))
        except InvalidError:
            self._end(upload, "failed", ("invalid_field", "the name of a column cannot be kept"))
        except FileNotFoundError:
            self._end(upload, "failed", ("file_gone", "the server's copy of the file is lost"))

    def _end(self, upload: _Upload, state: Literal["done", "failed"], why: tuple[str, str] | None = None) -> None:
        """Record the end of a job; in the rejects, what stopped it stands behind all that it read."""
        job = msgspec.structs.replace(upload.job.ended, state=state, at=upload.job.at + (why is not None))
        upload.job = self._load(job, name_rejects=why and (lambda _: write_stop(upload.next_line + 1, *why)))
        upload.close()
        self._forget(upload.job.path)

    def _load(
        self, job: Job, rows: pa.Table | None = None, name_rejects: Callable[[Loaded], bytes] | None = None
    ) -> Job:
        """Have the store keep rows and counts, and wait for it while it is busy, full or away."""
        wait = FIRST_WAIT
        while True:
            try:
                return self._store.load_rows(job, rows, name_rejects)
            except ServerFailedError:
                if self._closing.wait(wait):
                    raise
                wait = min(2 * wait, LONGEST_WAIT)


class _Upload:
    """A job that goes on: the piece that is read ahead, and how many rows there are once they are counted."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.next_line = 0
        self._pieces: Iterator[Piece] | None = None
        self._ahead: Future[Piece | None] | None = None
        self._counting: Future[int] | None = None

    @property
    def key(self) -> tuple[int, str]:
        """Which of all the jobs it is."""
        return self.job.account_id, self.job.upload_id

    @property
    def counted(self) -> int:
        """How many rows the file has; 0 until it is known."""
        if self._counting is not None and self._counting.done() and not self._counting.cancelled():
            return self._counting.result()
        return self.job.total

    def next_piece(self, readers: ThreadPoolExecutor, path: Path) -> Piece | None:
        """Return the next piece of the file, or None after the last, and have the one after it read."""
        if self._pieces is None or self._ahead is None:
            self._pieces = read_pieces(self.job, path)
            self._ahead = readers.submit(next, self._pieces, None)
        piece = self._ahead.result()
        if piece is not None and not piece.trouble:
            self._ahead = readers.submit(next, self._pieces, None)
            if self._counting is None and not self.job.total and piece.at < path.stat().st_size:
                self._counting = readers.submit(sum, count_rows(self.job, path))
        return piece

    def close(self) -> None:
        """Let go of the file."""
        self._pieces = self._ahead = self._counting = None


class _Turns:
    """Whose upload goes on next: accounts in turn, and of each account the oldest four in turn."""

    def __init__(self) -> None:
        self.changing = threading.Condition()
        self._waiting: dict[int, deque[_Upload]] = {}
        self._is_closed = False

    def add(self, upload: _Upload) -> None:
        """Let a new upload wait behind all others of its account."""
        with self.changing:
            self._waiting.setdefault(upload.job.account_id, deque()).append(upload)
            self.changing.notify()

    def add_again(self, upload: _Upload) -> None:
        """Let an upload that had its turn wait for the next."""
        with self.changing:
            self._waiting.setdefault(upload.job.account_id, deque()).insert(AT_ONCE - 1, upload)
            self.changing.notify()

    def take(self) -> _Upload | None:
        """Wait for the next upload; None when there are no more turns."""
        with self.changing:
            while not self._is_closed:
                if self._waiting:
                    account_id = next(iter(self._waiting))
                    uploads = self._waiting.pop(account_id)
                    upload = uploads.popleft()
                    if uploads:
                        self._waiting[account_id] = uploads
                    return upload
                self.changing.wait()
            return None

    def close(self) -> None:
        """End all turns."""
        with self.changing:
            self._is_closed = True
            self.changing.notify_all()


def _claim(folder: Path) -> sqlite3.Connection:
    """Take a folder for this process: an SQLite lock works everywhere, and ends with its holder."""
    claim = None
    try:
        claim = sqlite3.connect(folder / "claim", timeout=0, isolation_level=None, check_same_thread=False)
        claim.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        if claim is not None:
            claim.close()
        message = "Another server takes in files for this store; stop it first, or give this one a store of its own."
        raise ListkitError(message) from None
    return claim
