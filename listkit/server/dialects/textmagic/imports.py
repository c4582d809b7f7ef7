"""TextMagic's import of a file, which is read after the answer has gone out."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain, count
from typing import TYPE_CHECKING

from listkit.contact import CUSTOM_PREFIX, ContactList
from listkit.errors import DuplicateError
from listkit.server.dialects.textmagic.existing import own_lists, path_id
from listkit.server.dialects.textmagic.fields import names_of
from listkit.server.dialects.textmagic.lists import make_list
from listkit.wire import textmagic as wire
from listkit.wire.rejects import encode_rejects

if TYPE_CHECKING:
    from listkit.server.dialects import Call
    from listkit.wire.message import Answer


def start_import(call: Call) -> Answer:
    """Take in a file of contacts; it is read after the answer has gone out."""
    file = wire.decode_import(call.request)
    names = names_of(call, list(file.own.values()), field="column")
    layout = file.layout | {column: f"{CUSTOM_PREFIX}{names[field_id]}" for column, field_id in file.own.items()}
    if file.to.list_id is None:
        to = _make_numbered_list(call, file.to.name)
    else:
        (list_id,) = own_lists(call, [file.to.list_id], field="listId")
        to = call.store.list(call.account, list_id)
    job = call.uploads.start(call.account, api="textmagic", to=to, file=file.file, layout=layout, cap=None)
    return wire.encode_import(job.upload_id)


def get_progress(call: Call) -> Answer:
    """Answer how far an import is."""
    job = call.store.job(call.account, path_id(call), api="textmagic")
    return wire.encode_progress(job.state, job.added + job.duplicate)


def get_rejects(call: Call) -> Answer:
    """Send the rows that an import has rejected so far, each with its line, its number as it stood, and why, as CSV."""
    job = call.store.job(call.account, path_id(call), api="textmagic")
    return encode_rejects(f"rejects-{job.upload_id}", call.store.rejects(job))


def _make_numbered_list(call: Call, name: str) -> ContactList:
    """Make a list of this name, or `name 1`, `name 2` … where it is taken."""
    names = chain([name], (f"{name} {ordinal}" for ordinal in count(1)))
    while True:
        with suppress(DuplicateError):
            return make_list(call, ContactList(name=next(names)))
