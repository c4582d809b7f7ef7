"""TextMagic's import of a file, the only way to send many contacts at once: both ways."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Literal

import msgspec
import pyarrow.compute as pc
from pyarrow import csv

from listkit.contact import ContactList, Upload
from listkit.errors import InvalidError, MissingFieldError, TooLargeError
from listkit.wire import multipart
from listkit.wire.textmagic.parameters import Parameters, read_id
from listkit.wire.textmagic.shapes import SPELLED, build, decode, decode_link, encode, encode_link

if TYPE_CHECKING:
    import pyarrow as pa

    from listkit.wire.message import Answer, Request

IMPORTED = ("phone", "first_name", "last_name", "email")
"""The fields that a file can carry; a company cannot be imported."""

LARGEST_FILE = 10_000_000
"""The size of a file; the vendor's 10 MB is for attachments, and files of contacts have no number of their own."""

State = Literal["waiting", "running", "done", "failed"]

_FIELDS = {SPELLED[ours]: ours for ours in IMPORTED}
_STATUS: dict[State, int] = {"waiting": 1, "running": 3, "done": 5, "failed": 4}
_ENDED = {status: state for state, status in _STATUS.items() if state in {"done", "failed"}}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Progress(msgspec.Struct):
    """How far an import is; `processed` counts the rows stored so far."""

    status: int
    processed: int = 0


class Import(msgspec.Struct, frozen=True):
    """A file to take in, which of its columns is which, and the list it goes to: a known one, or one to make."""

    file: multipart.FilePart
    layout: dict[int, str]
    to: ContactList


_PROGRESS = msgspec.json.Decoder(Progress)


# what a client asks, and reads ---------------------------------------------------------------
def upload_request(contacts: pa.Table, *, to: ContactList) -> Request:
    """Ask for a table of contacts to be taken in as a CSV file.

    The file opens with a header, which the import skips or refuses because there is no digit
    in its number: without one, a first row that is skipped would be a contact.
    """
    fields = [field for field in IMPORTED if field in contacts.column_names]
    table = contacts.select(fields)
    table = table.set_column(fields.index("phone"), "phone", pc.utf8_ltrim(table["phone"], "+"))
    buffer = io.BytesIO()
    csv.write_csv(table.rename_columns([SPELLED[field] for field in fields]), buffer)
    content = buffer.getvalue()
    if len(content) > LARGEST_FILE:
        message = (
            f"The file has {len(content):,} bytes, and TextMagic takes {LARGEST_FILE:,} at a time: send fewer rows."
        )
        raise TooLargeError(message, limit=LARGEST_FILE)
    columns = ";".join(f"{position}:{SPELLED[field]}" for position, field in enumerate(fields))
    where = {"listName": to.name} if to.list_id is None else {"listId": read_id(to.list_id)}
    file = multipart.FilePart(filename="contacts.csv", content=content, content_type="text/csv")
    kind, body = multipart.encode([("file", file)])
    plain = build("POST", "contacts/import/normalized", "upload", query={"column": columns, **where})
    return msgspec.structs.replace(plain, headers={"content-type": kind}, body=body)


def upload_status_request(upload: Upload) -> Request:
    """Ask how far an import is."""
    return build("GET", f"contacts/import/progress/{read_id(upload.upload_id)}", "upload_status")


def decode_upload(answer: Answer, *, to: ContactList) -> Upload:
    """Read the id that an import was given."""
    return Upload(upload_id=decode_link(answer), list_id=to.list_id)


def decode_progress(answer: Answer, upload: Upload) -> Upload:
    """Read how far an import is.

    `processed` does not say how many of the rows were new, so no count is taken from it.
    """
    return msgspec.structs.replace(upload, state=_ENDED.get(decode(answer, _PROGRESS).status, "running"))


# what a server reads, and answers ------------------------------------------------------------
def decode_import(request: Request) -> Import:
    """Read a file and where it is to go; `listId` wins over `listName`."""
    sent = Parameters(dict(request.query))
    layout = _layout(sent.text("column", longest=1_000))
    list_id = sent.ids("listId")[0] if sent.text("listId") else None
    list_name = sent.text("listName")
    if list_id is None and list_name is None:
        raise MissingFieldError("This value should not be blank.", field="listId")
    return Import(_file(request), layout, ContactList(name=list_name or "", list_id=list_id))


def encode_import(upload_id: str) -> Answer:
    """Answer that a file is kept, and where its progress is."""
    return encode_link("contacts/import/progress", upload_id)


def encode_progress(state: State, processed: int) -> Answer:
    """Answer how far an import is."""
    return encode(Progress(_STATUS[state], processed))


def _layout(column: str | None) -> dict[int, str]:
    """Read `0:firstName;3:phone`: each column and each field once, the number among them."""
    if column is None:
        raise MissingFieldError("This value should not be blank.", field="column")
    pairs = [re.fullmatch(r"([0-9]{1,4}):(\w+)", pair.strip()) for pair in column.rstrip(";").split(";")]
    layout = {int(pair[1]): _FIELDS[pair[2]] for pair in pairs if pair and pair[2] in _FIELDS}
    if len(layout) < len(pairs) or len(set(layout.values())) < len(pairs):
        known = ", ".join(_FIELDS)
        message = f"This value should name columns as 0:firstName;1:phone, each once; the fields are {known}."
        raise InvalidError(message, field="column")
    if "phone" not in layout.values():
        raise InvalidError("This value should name the column of the phone.", field="column")
    return layout


def _file(request: Request) -> multipart.FilePart:
    part = multipart.decode_form(request).get("file", "")
    file = multipart.FilePart(filename="", content=part.encode()) if isinstance(part, str) else part
    if not any(block.strip() for block in file.blocks()):
        raise MissingFieldError("This value should not be blank.", field="file")
    if file.size > LARGEST_FILE:
        message = f"The file is too large ({file.size:,} bytes). It should have {LARGEST_FILE:,} or less."
        raise InvalidError(message, field="file", limit=LARGEST_FILE)
    if file.beginning(4).startswith(_WORKBOOKS):
        raise InvalidError("The file is a workbook. It should be CSV text.", field="file")
    return file
