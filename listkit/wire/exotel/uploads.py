"""Contacts sent as a CSV file, which Exotel takes in afterwards: in both directions."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Annotated, Literal, get_args
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType

from listkit.contact import CUSTOM_PREFIX, FIELDS, ContactList, ListType, Upload
from listkit.errors import InvalidError, MediaTypeError, MissingFieldError
from listkit.wire import multipart, tables
from listkit.wire.exotel.bodies import PREFIX, asked, decode_one, encode_one, not_understood
from listkit.wire.exotel.fields import SPELLED, Name, Sid, read_name
from listkit.wire.exotel.lists import ListData, list_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from listkit.wire.message import Answer, Request

LARGEST_FILE = 60 * 1024 * 1024
MOST_EXTRA_COLUMNS = 5
"""The columns of its own that a dynamic list may have."""

_COLUMNS = {SPELLED.get(name, name): name for name in FIELDS}
_LONGEST_HEADING = 64 * 1024
_TYPES: tuple[ListType, ...] = get_args(ListType)
_RUNNING, _COMPLETED, _FAILED = _STATES = "in-progress", "completed", "failed"

Status = Annotated[str, Meta(examples=[_RUNNING], extra_json_schema={"enum": list(_STATES)})]
UploadSid = Annotated[
    str, Meta(examples=["8f0c1d2e3a4b4c5d9e6f708192a3b4c5"], extra_json_schema={"pattern": "^[0-9a-f]{32}$"})
]


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a file by what became of them."""

    total: int | None = None
    success: int | None = None
    duplicate: int | None = None
    failed: int | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Where to ask about an upload."""

    upload_id: UploadSid | None = None
    list_sid: Sid | None = None
    url: Annotated[str | None, Meta(examples=["/v2/accounts/acme1/csv-status/8f0c1d2e3a4b4c5d9e6f708192a3b4c5"])] = None


class UploadData(msgspec.Struct, frozen=True, kw_only=True):
    """An upload as Exotel shows it: every place where some client looks for its ids is filled."""

    upload_id: UploadSid | None = None
    list_sid: Sid | None = None
    status: Status | None = None
    stats: Stats | UnsetType | None = UNSET
    list: ListData | UnsetType | None = UNSET
    summary: Summary | UnsetType | None = UNSET


class ColumnsData(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns a file for a list may have; no page of Exotel's shows this answer."""

    list_sid: Sid | None
    type: ListType
    columns: Annotated[list[str], Meta(examples=[["number", "first_name"]])]


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand in the form of an upload for a list that is known."""

    type: ListType | UnsetType = UNSET
    file_name: Annotated[str, Meta(extra_json_schema={"format": "binary", "contentMediaType": "text/csv"})]


class ColumnsArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said where columns are asked for."""

    type: ListType | UnsetType = UNSET


class AnyUploadData(UploadData, frozen=True, kw_only=True):
    """An upload as we read it: the counts stand in `stats`, or, on one of Exotel's pages, beside it."""

    total_records: int | None = None
    success_count: int | None = None
    duplicate_count: int | None = None
    failure_count: int | None = None


class UploadForm(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand in the form of an upload; `decode_new_upload` reads it."""

    list_name: Name
    type: ListType = "static"
    file_name: Annotated[
        str,
        Meta(
            description=f"A CSV file of {LARGEST_FILE:,} bytes at most, whose heading has a `number`; besides, "
            f"{', '.join(sorted(set(_COLUMNS) - {'number'}))}; for a dynamic list also {MOST_EXTRA_COLUMNS} others.",
            examples=["number,first_name\n+919876543210,captain\n"],
            extra_json_schema={"format": "binary", "contentMediaType": "text/csv"},
        ),
    ]


class NewUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came in: for which list, and which column is which field of `Contact`."""

    to: ContactList
    file: multipart.FilePart
    layout: dict[int, str]


# asking ------------------------------------------------------------------------------------
def upload_request(account: str, contacts: pa.Table, *, to: ContactList) -> Request:
    """Ask for a file of contacts to be taken into a list, by the list's name."""
    text = io.StringIO(newline="")
    file = csv.writer(text)
    file.writerow(_COLUMNS)
    file.writerows(tables.rows(contacts, FIELDS))
    # Exotel's pages call this the path of a file; what travels is its content.
    part = multipart.FilePart(filename="contacts.csv", content=text.getvalue().encode(), content_type="text/csv")
    content_type, body = multipart.encode([("list_name", to.name), ("type", to.type), ("file_name", part)])
    bare = asked("upload", "POST", account, "contacts", "csv-upload")
    return msgspec.structs.replace(bare, headers={**bare.headers, "content-type": content_type}, body=body)


def upload_status_request(account: str, upload_id: str) -> Request:
    """Ask how far an upload is: always at the account's own host, whatever address an answer named."""
    return asked("upload_status", "GET", account, "csv-status", upload_id)


# being asked -------------------------------------------------------------------------------
def decode_new_upload(request: Request, *, into: ContactList | None = None) -> NewUpload:
    """Read an upload, for a known list or one that it names, and check all that can be told before its first row."""
    if request.media_type != multipart.MEDIA_TYPE:
        raise MediaTypeError(request.media_type or "no content type")
    form = multipart.decode_form(request)
    name, file = form.get("list_name"), form.get("file_name")
    kind = form.get("type", into.type if into else "static")
    to_name = into.name if into else read_name(name if isinstance(name, str) else None, "list_name")
    if not isinstance(file, multipart.FilePart):
        raise MissingFieldError("File_name is mandatory", field="file_name")
    if kind not in _TYPES:
        raise InvalidError("Invalid Type", field="type")
    if into:
        _refuse_other_type(kind, into)
    if file.size > LARGEST_FILE:
        raise InvalidError(
            f"A file has at most {LARGEST_FILE:,} bytes, and this one has {file.size:,}",
            field="file_name",
            limit=LARGEST_FILE,
        )
    to = ContactList(name=to_name, type=kind)
    return NewUpload(to=to, file=file, layout=_layout(file.beginning(_LONGEST_HEADING), to.type))


def refuse_other_type(request: Request, into: ContactList) -> None:
    """Raise InvalidError where a list's columns are asked for as those of a list of the other type."""
    _refuse_other_type(request.argument("type") or into.type, into)


def _refuse_other_type(kind: object, into: ContactList) -> None:
    if kind != into.type:
        raise InvalidError(f"The list {into.name} is {into.type}", field="type")


def _layout(beginning: bytes, kind: ListType) -> dict[int, str]:
    """Read from a file's heading which column is which field."""
    try:
        rows = csv.reader(io.StringIO(beginning.decode("utf-8-sig", errors="replace"), newline=""))
        heading = next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error as error:
        raise InvalidError(f"The first line of the file cannot be read as CSV: {error}", field="file_name") from error
    names = [name.strip() for name in heading]
    if "number" not in names:
        raise MissingFieldError("Number is mandatory", field="phone")
    if any("\0" in name for name in names):
        raise InvalidError("The name of a column holds a NUL character", field="file_name")
    if len(set(names)) < len(names):
        raise InvalidError("Two columns of the file have one name", field="file_name")
    extra = [name for name in names if name not in _COLUMNS]
    most = MOST_EXTRA_COLUMNS if kind == "dynamic" else 0
    if len(extra) > most or "" in extra:
        raise InvalidError(
            f"A {kind} list takes {most} columns beside {', '.join(_COLUMNS)}, and the file has {len(extra)}",
            field="file_name",
            limit=most,
        )
    return {place: _COLUMNS.get(name, f"{CUSTOM_PREFIX}{name}") for place, name in enumerate(names)}


# answering ---------------------------------------------------------------------------------
def encode_upload_started(request: Request, account: str, upload_id: str, into: ContactList) -> Answer:
    """Answer that a file was taken over and its rows are being read."""
    summary = Summary(
        upload_id=upload_id, list_sid=into.list_id, url=f"{PREFIX}{quote(account)}/csv-status/{upload_id}"
    )
    data = UploadData(
        upload_id=upload_id,
        list_sid=into.list_id,
        status=_RUNNING,
        list=list_data(account, into),
        summary=summary,
    )
    return encode_one(request, data)


def encode_columns(request: Request, into: ContactList, extra: Iterable[str]) -> Answer:
    """Answer which columns a file for a list may have."""
    return encode_one(request, ColumnsData(list_sid=into.list_id, type=into.type, columns=[*_COLUMNS, *extra]))


def encode_upload_status(request: Request, upload: Upload) -> Answer:
    """Answer how far an upload is."""
    states: dict[str, str] = {"running": _RUNNING, "done": _COMPLETED, "failed": _FAILED}
    data = UploadData(
        upload_id=upload.upload_id,
        list_sid=upload.list_id,
        status=states[upload.state],
        stats=Stats(total=upload.total, success=upload.added, duplicate=upload.duplicate, failed=upload.failed),
    )
    return encode_one(request, data)


# being answered ----------------------------------------------------------------------------
def decode_upload(answer: Answer, *, upload_id: str | None = None) -> Upload:
    """Read an upload, started or asked about by `upload_id`, wherever the answer puts its parts."""
    data = decode_one(answer, AnyUploadData)
    summary = data.summary or Summary()
    into = data.list or ListData()
    stats = data.stats or Stats(
        total=data.total_records,
        success=data.success_count,
        duplicate=data.duplicate_count,
        failed=data.failure_count,
    )
    found = upload_id or data.upload_id or summary.upload_id
    if not found:
        raise not_understood(answer)
    return Upload(
        upload_id=found,
        list_id=data.list_sid or summary.list_sid or into.sid,
        state=_state(data.status),
        total=stats.total,
        added=stats.success,
        duplicate=stats.duplicate,
        failed=stats.failed,
    )


def _state(status: str | None) -> Literal["running", "done", "failed"]:
    """Read a state; whatever is neither of the two ends is taken for still running."""
    ended: dict[str, Literal["done", "failed"]] = {_COMPLETED: "done", _FAILED: "failed"}
    return ended.get((status or "").lower(), "running")
