"""Uploads: how far each file is, moved in the same transaction as the rows that it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import insert, literal, select, true, update

from listkit.contact import CUSTOM_PREFIX, FIELDS
from listkit.errors import NotFoundError
from listkit.server.store.accounts import take_ids
from listkit.server.store.bulk import offer
from listkit.server.store.contacts import NAMES
from listkit.server.store.database import Database
from listkit.server.store.fields import know_fields
from listkit.server.store.jobs import Job, Loaded
from listkit.server.store.joining import find_joined, join_all
from listkit.server.store.lists import find_list
from listkit.server.store.marks import write_marks
from listkit.server.store.moments import now
from listkit.server.store.people import FIRST_USER
from listkit.server.store.records import find_numbers
from listkit.server.store.schema import contacts, rejects, uploads, within
from listkit.server.store.stretches import count_made
from listkit.server.store.text import encode_custom, fold_columns, number_of, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from sqlalchemy import Connection, Row

    from listkit.server.store.base import Account, Api
    from listkit.server.store.jobs import Places

    Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

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

    def load_rows(
        self, job: Job, rows: pa.Table | None = None, name_rejects: Callable[[Loaded], bytes] | None = None
    ) -> Job:
        """Make contacts, join them to the job's list, and record the job's new counts, all in one transaction."""
        nothing = np.empty(0, np.int64)
        loaded = Loaded(nothing, nothing)
        with self._writing(job.account_id) as connection:
            if rows is not None and len(rows):
                loaded = _load(connection, job, rows)
                joined = len(rows) - len(loaded.already) - len(loaded.past_cap)
                job = msgspec.structs.replace(
                    job,
                    added=job.added + joined,
                    duplicate=job.duplicate + len(loaded.already),
                    failed=job.failed + len(loaded.past_cap),
                )
            same = {"account_id": job.account_id, "upload_id": int(job.upload_id)}
            if written := name_rejects(loaded) if name_rejects else b"":
                connection.execute(insert(rejects).values(**same, at=job.at, written=written))
            moved = {name: getattr(job, name) for name in _MOVES}
            connection.execute(update(uploads).where(*within(uploads, **same)).values(moved))
        return job

    def rejects(self, job: Job) -> Iterator[bytes]:
        """Return what was written of the rows that a job has rejected so far, piece by piece."""
        so_far = within(rejects, job.account_id, rejects.c.at <= job.at, upload_id=int(job.upload_id))
        at = -1
        while True:
            following = select(rejects.c.at, rejects.c.written).where(*so_far, rejects.c.at > at)
            with self._reading() as connection:
                row = connection.execute(following.order_by(rejects.c.at).limit(1)).first()
            if row is None:
                return
            at = row.at
            yield row.written


def _load(connection: Connection, job: Job, rows: pa.Table) -> Loaded:
    """Make what is new, as most are; then look up the others, and join all that are no members."""
    held = find_list(connection, job.account_id, job.list_id)
    room = len(rows) if job.cap is None else max(job.cap - held.members, 0)
    places = np.arange(len(rows))
    already = past_cap = places[:0]
    if room < len(rows):
        is_member = _are_members(connection, held, _find_ids(connection, job.account_id, rows["phone"]))
        already, joining = places[is_member], places[~is_member]
        places, past_cap = joining[:room], joining[room:]
        rows = rows.take(pa.array(places))
    at = now()
    own = _own_fields(rows)
    # Exotel's further columns are the membership's own; TextMagic's are the contact's, where it is a new one.
    is_members = job.api == "exotel"
    ids = _make(connection, job.account_id, rows, None if is_members else own, at)
    is_new = ids > 0
    if not is_new.all():
        ids[~is_new] = _find_ids(connection, job.account_id, rows["phone"].filter(pa.array(~is_new)))
        is_member = np.zeros(len(ids), bool)
        is_member[~is_new] = _are_members(connection, held, ids[~is_new])
        already = np.sort(np.concatenate([already, places[is_member]]))
        ids, is_new, own = ids[~is_member], is_new[~is_member], own and own.filter(pa.array(~is_member))
    if held.owner != FIRST_USER:
        write_marks(connection, job.account_id, {number: {"owner": held.owner} for number in ids[is_new].tolist()})
    fresh = {"contact_id": ids, "custom": own} if is_members and own else {"contact_id": ids}
    join_all(connection, held, pa.table(fresh), at)
    return Loaded(already, past_cap)


def _make(connection: Connection, account_id: int, rows: pa.Table, own: pa.Array | None, at: int) -> Places:
    """Make the contacts that are not there, and return their ids; 0 for the others."""
    if not len(rows):
        return np.empty(0, np.int64)
    texts = {name: rows[name].combine_chunks() for name in FIELDS if name in rows.column_names}
    texts = {name: column for name, column in texts.items() if column.null_count < len(column)}
    # What is searched alone is folded alone, as in `contacts`; a tag is not searched.
    folded = [
        fold_columns([texts[name] for name in names if name in texts]) for names in (FIELDS[:NAMES], FIELDS[NAMES:-1])
    ]
    kept = texts | ({"custom": own} if own else {}) | {"folded": pc.binary_join_element_wise(*folded, "")}
    first = take_ids(connection, account_id, "contact", len(rows))
    ids = np.arange(first, first + len(rows))
    offered = offer(connection, pa.table(kept))
    given = {
        "account_id": literal(account_id),
        "contact_id": literal(first) + offered.c.place,
        **{name: offered.c[name] for name in kept},
        "created_at": literal(at),
        "updated_at": literal(at),
    }
    # SQLite reads the WHERE as a border: without it, ON could belong to a join.
    new = select(*given.values()).where(true()).suffix_with("ON CONFLICT (account_id, phone) DO NOTHING")
    making = insert(contacts).from_select(list(given), new).execution_options(preserve_rowcount=True)
    made = connection.execute(making).rowcount
    if made < len(rows):
        mine = within(contacts, account_id, contacts.c.contact_id >= first)
        found = connection.execute(select(contacts.c.contact_id).where(*mine)).scalars()
        ids[~np.isin(ids, np.fromiter(found, np.int64))] = 0
    count_made(connection, account_id, ids[ids > 0])
    return ids


def _find_ids(connection: Connection, account_id: int, phones: pa.ChunkedArray) -> Places:
    """Return the id of who has each number, 0 for nobody."""
    wanted = phones.to_pylist()
    known = find_numbers(connection, account_id, wanted)
    return np.array([known.get(phone, 0) for phone in wanted], np.int64)


def _are_members(connection: Connection, held: Row[Any], ids: Places) -> Mask:
    joined = find_joined(connection, held.account_id, held.list_id, ids[ids > 0].tolist())
    return np.isin(ids, np.fromiter(joined, np.int64))


def _own_fields(rows: pa.Table) -> pa.Array | None:
    """Write the fields that are the membership's own as JSON, null where there are none."""
    names = [name for name in rows.column_names if name.startswith(CUSTOM_PREFIX)]
    if not names:
        return None
    own = [name.removeprefix(CUSTOM_PREFIX) for name in names]
    given = zip(*(rows[name].to_pylist() for name in names), strict=True)
    fields = ({name: value for name, value in zip(own, row, strict=True) if value} for row in given)
    return pa.array([encode_custom(row or None) for row in fields], pa.string())


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
