"""TextMagic's import of a file, the only way to send many contacts at once: both ways."""

from __future__ import annotations

import io
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import msgspec
import pyarrow.compute as pc
from pyarrow import csv

from listkit.contact import CUSTOM_PREFIX, ContactList, Upload
from listkit.errors import InvalidError, MissingFieldError, TooLargeError
from listkit.wire import multipart
from listkit.wire.tables import custom_names
from listkit.wire.textmagic.asking import ImportAsked
from listkit.wire.textmagic.parameters import Parameters, read_id
from listkit.wire.textmagic.shapes import SPELLED, build, decode, decode_link, encode, encode_link

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """A file to take in, which of its columns is which, and the list it goes to: a known one, or one to make.

    `own` are the columns that are custom fields, by the ids of these.
    """

    file: multipart.FilePart
    layout: dict[int, str]
    own: dict[int, str]
    to: ContactList


_PROGRESS = msgspec.json.Decoder(Progress)


# what a client asks, and reads ---------------------------------------------------------------
def upload_request(
    contacts: pa.Table, *, to: ContactList, field_ids: Mapping[str, str] = MappingProxyType({})
) -> Request:
    """Ask for a table of contacts to be taken in as a CSV file; `field_ids` are the ids of its custom fields by name.

    The file opens with a header, which the import skips or refuses because there is no digit
    in its number: without one, a first row that is skipped would be a contact.
    """
    fields = [field for field in IMPORTED if field in contacts.column_names]
    own = [name for name in custom_names(contacts) if contacts[f"{CUSTOM_PREFIX}{name}"].null_count < len(contacts)]
    table = contacts.select([*fields, *(f"{CUSTOM_PREFIX}{name}" for name in own)])
    table = table.set_column(fields.index("phone"), "phone", pc.utf8_ltrim(table["phone"], "+"))
    buffer = io.BytesIO()
    csv.write_csv(table.rename_columns([*(SPELLED[field] for field in fields), *own]), buffer)
    content = buffer.getvalue()
    if len(content) > LARGEST_FILE:
        message = (
            f"The file has {len(content):,} bytes, and TextMagic takes {LARGEST_FILE:,} at a time: send fewer rows."
        )
        raise TooLargeError(message, limit=LARGEST_FILE)
    meanings = [*(SPELLED[field] for field in fields), *(field_ids[name] for name in own)]
    columns = ";".join(f"{position}:{meaning}" for position, meaning in enumerate(meanings))
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
    asked = Parameters(dict(request.query)).read(ImportAsked)
    columns = _columns(asked.column)
    if asked.list_id is None and asked.list_name is None:
        raise MissingFieldError("This value should not be blank.", field="listId")
    return Import(
        file=_file(request),
        layout={position: _FIELDS[name] for position, name in columns.items() if name in _FIELDS},
        own={position: str(int(name)) for position, name in columns.items() if name not in _FIELDS},
        to=ContactList(name=asked.list_name or "", list_id=asked.list_id),
    )


def encode_import(upload_id: str) -> Answer:
    """Answer that a file is kept, and where its progress is."""
    return encode_link("contacts/import/progress", upload_id)


def encode_progress(state: State, processed: int) -> Answer:
    """Answer how far an import is."""
    return encode(Progress(_STATUS[state], processed))


def _columns(column: str) -> dict[int, str]:
    """Read `0:firstName;3:phone;4:31`: each column and each field once, the number among them."""
    known = "|".join(_FIELDS)
    pairs = [re.fullmatch(rf"([0-9]{{1,4}}):({known}|[0-9]{{1,18}})", pair.strip()) for pair in _parts(column)]
    columns = {int(pair[1]): pair[2] for pair in pairs if pair}
    if len(columns) < len(pairs) or len(set(columns.values())) < len(pairs):
        fields = ", ".join(_FIELDS)
        message = (
            f"This value should name columns as 0:firstName;1:phone, each once; the fields are {fields}, "
            "and the ids of custom fields."
        )
        raise InvalidError(message, field="column")
    if "phone" not in columns.values():
        raise InvalidError("This value should name the column of the phone.", field="column")
    return columns


def _parts(column: str) -> list[str]:
    return column.rstrip(";").split(";")


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
