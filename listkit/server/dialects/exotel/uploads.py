"""CSV files: taken over, and asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.contact import ContactList, Upload
from listkit.errors import DuplicateError, InvalidError
from listkit.server.dialects.exotel import sids
from listkit.server.dialects.exotel.items import id_of
from listkit.server.dialects.exotel.lists import shown_list
from listkit.wire import exotel as wire
from listkit.wire.rejects import encode_rejects

if TYPE_CHECKING:
    from listkit.server.dialects import Call
    from listkit.server.store.jobs import Job
    from listkit.wire.message import Answer


def upload(call: Call) -> Answer:
    """Take over a CSV file for a list, which is made where there is none of that name."""
    new = wire.decode_new_upload(call.request)
    return _start(call, new, _list_to_fill(call, new.to))


def upload_into(call: Call) -> Answer:
    """Take over a CSV file for the list that the path names."""
    into = call.store.list(call.account, id_of(call, "list"))
    return _start(call, wire.decode_new_upload(call.request, into=into), into)


def get_columns(call: Call) -> Answer:
    """Show the columns that a file for a list may have: those of every list, and those of this one's files so far."""
    into = call.store.list(call.account, id_of(call, "list"))
    wire.refuse_other_type(call.request, into)
    return wire.encode_columns(
        call.request, shown_list(call, into), call.store.fields_of(call.account, str(into.list_id))
    )


def _start(call: Call, new: wire.NewUpload, into: ContactList) -> Answer:
    cap = wire.CAPS[into.type]
    job = call.uploads.start(call.account, api="exotel", to=into, file=new.file, layout=new.layout, cap=cap)
    upload_id = sids.encode(call.account, "upload", job.upload_id)
    return wire.encode_upload_started(call.request, call.account.sid, upload_id, shown_list(call, into))


def get_upload(call: Call) -> Answer:
    """Show how far an upload is."""
    return wire.encode_upload_status(
        call.request, _upload_shown(call, call.store.job(call.account, id_of(call, "upload"), api="exotel"))
    )


def get_rejects(call: Call) -> Answer:
    """Send the rows that an upload has rejected so far, each with its line, its number as it stood, and why, as CSV."""
    job = call.store.job(call.account, id_of(call, "upload"), api="exotel")
    return encode_rejects(f"rejects-{call.params['upload_id']}", call.store.rejects(job))


def _list_to_fill(call: Call, wanted: ContactList) -> ContactList:
    made = call.store.create_lists(call.account, [wanted])[0]
    if isinstance(made, ContactList):
        return made
    there = call.store.lists(call.account, name=wanted.name, limit=1).items
    if not (isinstance(made, DuplicateError) and there):
        raise made
    if there[0].type != wanted.type:
        raise InvalidError(f"The list {wanted.name} is {there[0].type}, the upload is {wanted.type}", field="type")
    return there[0]


def _upload_shown(call: Call, job: Job) -> Upload:
    return Upload(
        upload_id=call.params["upload_id"],
        list_id=sids.encode(call.account, "list", job.list_id),
        state="running" if job.state == "waiting" else job.state,
        total=job.total,
        added=job.added,
        duplicate=job.duplicate,
        failed=job.failed,
    )
