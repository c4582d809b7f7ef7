"""Send a plan's rows, a request at a time, each journaled before and after.

An answer proves a row in, proves it out, or proves nothing; what is not proven is `unknown` and
is not sent again by this run.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from listkit.change import Outcome
from listkit.contact import ContactList, Receipt
from listkit.errors import (
    AnswerLostError,
    DriftError,
    DuplicateError,
    ForbiddenError,
    InvalidError,
    JournalError,
    NotFoundError,
    NotReachedError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
)
from listkit.providers.base import value as limit
from listkit.sync.costing import file_sizes
from listkit.sync.halving import Parts
from listkit.sync.verifying import IN_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from listkit.contact import Upload
    from listkit.sync.journal import Journal
    from listkit.sync.planning import Plan
    from listkit.sync.run import Tally

T = TypeVar("T")

STOPPING = (
    NotReachedError,
    UnauthorizedError,
    ForbiddenError,
    PaymentRequiredError,
    NotFoundError,
    RateLimitedError,
)
"""Proven not applied, and the next request would meet the same: stop, the rest is unsent."""

NOT_PROVEN = (AnswerLostError, ServerFailedError)
"""May have been applied: the rows of this request are unknown."""

UNPROVEN_IN_A_ROW = 3
"""So many unknown answers one after the other, and the provider is taken to be out of order."""

FIRST_POLL, LONGEST_POLL, PATIENCE = 0.1, 10.0, 1800.0
"""Seconds between two questions about an upload, and for how long it is asked about."""

NOT_TOLD = (Outcome.UNKNOWN, "not_told", "the answer does not name this row")


class Stopped(Exception):  # noqa: N818 - it is how a push ends, not a fault of its own
    """Nothing more is to be sent; the text says why."""


class Sending:
    """The requests of one run, in order; `list_id` is known once the list is."""

    def __init__(self, plan: Plan, tally: Tally, journal: Journal, run_id: str) -> None:
        self.plan, self.tally, self.journal, self.run_id = plan, tally, journal, run_id
        self.provider, self.limits = plan.provider, plan.provider.limits
        self.list_id = plan.list_id
        self.in_files = plan.strategy == "file"
        self.notes: list[str] = []
        self._steps = self._unproven = 0
        self._most: dict[str, int | None] = {}

    def send(self, progress: Callable[[int, int], None]) -> None:
        """Send every row that the plan adds; Stopped where going on would not help."""
        adds = self.tally.unsent()
        if not adds:
            return
        if self.list_id is None:
            self._make_list()
        done = 0
        for rows in self._files(adds) if self.in_files else self._batches(adds):
            if self.in_files:
                self._send_file(rows)
            else:
                self._join(self._create(rows))
            done += len(rows)
            progress(done, len(adds))

    # one request ---------------------------------------------------------------------------
    def _call(self, operation: str, rows: Sequence[int], request: Callable[[], T]) -> T | ProviderError:
        """Make one journaled request; what it proves of its rows is the answer or the error."""
        step, self._steps = self._steps, self._steps + 1
        try:
            self.journal.intend(self.run_id, step, operation, rows)
        except JournalError as cause:
            raise Stopped(str(cause)) from cause
        try:
            answer = request()
        except STOPPING as error:
            self._settle(step, "refused", str(error))
            raise Stopped(str(error)) from error
        except ProviderError as error:
            unproven = isinstance(error, NOT_PROVEN)
            self._unproven = self._unproven + 1 if unproven else 0
            self._settle(step, "unknown" if unproven else "refused", str(error))
            return error
        except KeyboardInterrupt:
            self._settle(step, "unknown", "stopped by hand")
            self.tally.set(rows, Outcome.UNKNOWN, "interrupted", "was being sent when the push was stopped by hand")
            raise
        self._unproven = 0
        self._settle(step, "done", _named(answer))
        return answer

    def _settle(self, step: int, state: str, detail: object) -> None:
        try:
            self.journal.settle(self.run_id, step, state, detail)
        except JournalError as cause:
            self.notes.append(str(cause))

    def _failed(self, rows: Sequence[int], error: ProviderError) -> None:
        """Give the rows of a request that failed as a whole their outcome."""
        if isinstance(error, NOT_PROVEN):
            self.tally.set(rows, Outcome.UNKNOWN, error.code, str(error))
            if self._unproven >= UNPROVEN_IN_A_ROW:
                raise Stopped(f"{self._unproven} answers in a row proved nothing; the last: {error}")
        else:
            refused = isinstance(error, (InvalidError, TooLargeError))
            self.tally.set(rows, Outcome.REJECTED if refused else Outcome.FAILED, error.code, str(error))

    def _in_parts(
        self, operation: str, rows: Sequence[int], request: Callable[[Sequence[int]], Sequence[Receipt | None]]
    ) -> Iterator[tuple[int, Receipt | None]]:
        """Send rows in one request, or in halves of it where it is refused as a whole; say what is proven of each.

        Rows that are refused alone get their outcome here. What is too large for one request is
        from then on sent in smaller ones.
        """
        parts = Parts(rows, self._most.get(operation))
        for part in parts:
            answer = self._call(operation, part, partial(request, part))
            if not isinstance(answer, ProviderError):
                parts.accept()
                yield from zip(part, answer, strict=True)
                continue
            is_split = isinstance(answer, TooLargeError) and parts.shrink()
            is_split = is_split or (isinstance(answer, InvalidError) and parts.halve())
            if not is_split:
                self._failed(part, answer)
        self._most[operation] = parts.most

    def _make_list(self) -> None:
        made = self._call("create_list", [], lambda: self.provider.create_list(ContactList(name=self.plan.list_name)))
        if isinstance(made, DuplicateError):
            message = (
                f"{self.provider.name} says that a list named {self.plan.list_name!r} exists, made since this was "
                "planned or spelled in other letters; look at the lists and plan again."
            )
            raise DriftError(message, keys=[]) from made
        if isinstance(made, ProviderError):
            raise Stopped(str(made))
        self.list_id = made.list_id

    # batches -------------------------------------------------------------------------------
    def _batches(self, rows: Sequence[int], name: str = "contacts_per_request") -> Iterator[Sequence[int]]:
        size = int(min(limit(self.limits, name), max(len(rows), 1)))
        return (rows[start : start + size] for start in range(0, len(rows), size))

    def _create(self, rows: Sequence[int]) -> list[int]:
        """Make the contacts of some rows; return those that exist now and are still to be joined."""

        def create(part: Sequence[int]) -> Sequence[Receipt | None]:
            return self.provider.create_contacts(self.plan.contacts.take(part), list_id=self.list_id or "")

        to_join = []
        for row, receipt in self._in_parts("create_contacts", rows, create):
            if receipt is None:
                self.tally.set([row], *NOT_TOLD)
            elif receipt.status == "refused":
                self.tally.set([row], Outcome.REJECTED, receipt.code, receipt.reason)
            else:
                self.tally.keep(row, receipt)
                if receipt.joined:
                    self.tally.set([row], Outcome.ADDED)
                else:
                    to_join.append(row)
        return [row for row in to_join if self.tally.contact_id[row] or self._find(row)]

    def _find(self, row: int) -> bool:
        """Ask for the id of a contact that exists already, where the refusal did not name it."""
        record = self._call("find_contact", [row], partial(self.provider.find_contact, self._phone(row)))
        if isinstance(record, ProviderError) or record is None:
            self.tally.set([row], Outcome.FAILED, "contact_not_found", "exists already, and is not found by its number")
            return False
        self.tally.contact_id[row] = record.contact_id
        return True

    def _join(self, rows: list[int]) -> None:
        """Make the contacts of some rows members of the list."""

        def add(part: Sequence[int]) -> Sequence[Receipt | None]:
            return self.provider.add_members(self.list_id or "", [self.tally.contact_id[row] or "" for row in part])

        for batch in self._batches(rows, "members_per_request"):
            for row, receipt in self._in_parts("add_members", batch, add):
                self.tally.set([row], *_membership(receipt))

    def _phone(self, row: int) -> str:
        return str(self.plan.contacts["phone"][row])

    # files ---------------------------------------------------------------------------------
    def _files(self, rows: Sequence[int]) -> Iterator[Sequence[int]]:
        """Cut rows into files under the provider's size, headings and every possible quote counted."""
        most, heading = limit(self.limits, "upload_bytes"), 200
        sizes = file_sizes(self.plan.contacts)
        part: list[int] = []
        size = heading
        for row in rows:
            if part and size + sizes[row] > most:
                yield part
                part, size = [], heading
            part.append(row)
            size += sizes[row]
        yield part

    def _send_file(self, rows: Sequence[int]) -> None:
        """Send rows as a file and wait until it is taken in; they stay unknown until the list is read back."""
        to = ContactList(name=self.plan.list_name, list_id=self.list_id)
        answer = self._call("upload", rows, partial(self.provider.upload, self.plan.contacts.take(rows), to=to))
        if isinstance(answer, ProviderError):
            self._failed(rows, answer)
            return
        reason = f"upload {answer.upload_id} was still being taken in when it was last asked about"
        self.tally.set(rows, Outcome.UNKNOWN, "upload_running", reason)
        if self._taken_in(answer):
            reason = f"went in upload {answer.upload_id}, and the list was not read back"
            self.tally.set(rows, Outcome.UNKNOWN, IN_FILE, reason)

    def _taken_in(self, upload: Upload) -> bool:
        pause, given_up = FIRST_POLL, time.monotonic() + PATIENCE
        while upload.state == "running" and time.monotonic() < given_up:
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_POLL)
            try:
                upload = self.provider.upload_status(upload)
            except ProviderError as error:
                self.notes.append(f"upload {upload.upload_id} could not be asked about: {error}")
                return False
        return upload.state != "running"


def _membership(receipt: Receipt | None) -> tuple[Outcome, str, str]:
    """Read what a receipt for a membership proves."""
    if receipt is None:
        return NOT_TOLD
    if receipt.status == "refused":
        return Outcome.REJECTED, receipt.code, receipt.reason
    if receipt.status == "exists":
        return Outcome.ALREADY, "member", "is in the list already"
    return Outcome.ADDED, "", ""


def _named(answer: object) -> object:
    """Choose what of an answer the journal keeps: ids, never a person's data."""
    if isinstance(answer, ContactList):
        return {"list_id": answer.list_id}
    if isinstance(answer, (list, tuple)):
        return {"contact_ids": [item.contact_id if isinstance(item, Receipt) else None for item in answer]}
    upload_id = getattr(answer, "upload_id", None)
    return {"upload_id": upload_id} if upload_id else None
