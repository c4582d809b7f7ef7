"""Uploads: how far each file is, moved in the same transaction as the rows that it brought."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import NotFoundError
from listkit.server.store.accounts import take_ids
from listkit.server.store.base import Job
from listkit.server.store.contacts import find_numbers, insert_contacts
from listkit.server.store.database import Database
from listkit.server.store.fields import know_fields
from listkit.server.store.joining import find_joined, join
from listkit.server.store.lists import find_list
from listkit.server.store.marks import write_marks
from listkit.server.store.people import FIRST_USER
from listkit.server.store.schema import now, uploads, within
from listkit.server.store.text import encode_custom, number_of, refusal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from listkit.contact import Contact
    from listkit.server.store.base import Account, Api

_MOVES = ("state", "at", "total", "added", "duplicate", "failed")


class Uploads(Database):
    """The uploads of a store."""

    def create_job(self, job: Job) -> Job:
        """Record an upload (its `upload_id` is given here) before its first row is read."""
        with self._writing(job.account_id) as connection:
            number = take_ids(connection, job.account_id, "upload", 1)
            own = (name.removeprefix(CUSTOM_PREFIX) for name in job.layout.values() if name.startswith(CUSTOM_PREFIX))
            # A name that no engine keeps ends the upload with its first row; it is no field.
            know_fields(connection, job.account_id, (name for name in own if refusal_of([name]) is None), now())
            connection.execute(
                insert(uploads).values(
                    account_id=job.account_id,
                    upload_id=number,
                    api=job.api,
                    list_id=int(job.list_id),
                    path=job.path,
                    layout=msgspec.json.encode(job.layout).decode(),
                    cap=job.cap,
                    **{name: getattr(job, name) for name in _MOVES},
                )
            )
        return msgspec.structs.replace(job, upload_id=str(number))

    def job(self, account: Account, upload_id: str, *, api: Api) -> Job:
        """Return an upload of this API, or raise NotFoundError."""
        same = within(uploads, account.account_id, upload_id=number_of(upload_id) or 0, api=api)
        with self._reading() as connection:
            row = connection.execute(select(uploads).where(*same)).first()
        if row is None:
            message = f"There is no upload with the id {upload_id!r} in this account."
            raise NotFoundError(message, field="upload_id")
        return _decode(row)

    def jobs(self, account: Account, *, limit: int = 20) -> list[Job]:
        """Return the newest uploads of an account, the newest first."""
        theirs = select(uploads).where(*within(uploads, account.account_id))
        with self._reading() as connection:
            rows = connection.execute(theirs.order_by(uploads.c.upload_id.desc()).limit(limit))
            return [_decode(row) for row in rows]

    def unfinished_jobs(self) -> list[Job]:
        """Return the uploads that were waiting or running, oldest first, of all accounts."""
        unfinished = select(uploads).where(uploads.c.state.in_(["waiting", "running"]))
        with self._reading() as connection:
            rows = connection.execute(unfinished.order_by(uploads.c.account_id, uploads.c.upload_id))
            return [_decode(row) for row in rows]

    def load_rows(self, job: Job, rows: Sequence[Contact]) -> Job:
        """Make contacts, join them to the job's list, and record the job's new counts, all in one transaction."""
        with self._writing(job.account_id) as connection:
            if rows:
                job = _load(connection, job, rows)
            same = within(uploads, job.account_id, upload_id=int(job.upload_id))
            connection.execute(update(uploads).where(*same).values({name: getattr(job, name) for name in _MOVES}))
        return job


def _load(connection: Connection, job: Job, rows: Sequence[Contact]) -> Job:
    """Find what each row becomes, then write all that is new: contacts, and memberships with their own fields."""
    held = find_list(connection, job.account_id, job.list_id)
    known = find_numbers(connection, job.account_id, [row.phone for row in rows])
    joined = find_joined(connection, job.account_id, held.list_id, known.values())
    room = math.inf if job.cap is None else job.cap - held.members
    joining: dict[str, Contact] = {}
    duplicate = failed = 0
    for row in rows:
        if row.phone in joining or known.get(row.phone) in joined:
            duplicate += 1
        elif len(joining) >= room:
            failed += 1
        else:
            joining[row.phone] = row
    # Exotel's further columns are the membership's own; TextMagic's are the contact's, where it is a new one.
    is_members = job.api == "exotel"
    new = [_without_own_fields(row) if is_members else row for phone, row in joining.items() if phone not in known]
    at = now()
    first = insert_contacts(connection, job.account_id, new, at)
    known |= {row.phone: number for number, row in enumerate(new, first)}
    if held.owner != FIRST_USER:
        write_marks(connection, job.account_id, {key: {"owner": held.owner} for key in range(first, first + len(new))})
    fresh = [(known[phone], encode_custom(row.custom) if is_members else None) for phone, row in joining.items()]
    join(connection, job.account_id, held, fresh, at)
    return msgspec.structs.replace(
        job, added=job.added + len(fresh), duplicate=job.duplicate + duplicate, failed=job.failed + failed
    )


def _without_own_fields(row: Contact) -> Contact:
    return msgspec.structs.replace(row, custom=None) if row.custom else row


def _decode(row: Row[Any]) -> Job:
    return Job(
        upload_id=str(row.upload_id),
        account_id=row.account_id,
        api=row.api,
        list_id=str(row.list_id),
        path=row.path,
        layout=msgspec.json.decode(row.layout, type=dict[int, str]),
        cap=row.cap,
        **{name: getattr(row, name) for name in _MOVES},
    )
