"""A plan as a file or as bytes and back: all that it holds, never a key, with a digest that tells of damage."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
import pyarrow as pa

from listkit.errors import AccountMismatchError, ReadError
from listkit.frame import keeping
from listkit.frame.keeping import Layout  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.frame.writing import write_whole
from listkit.providers.address import is_loopback
from listkit.sync.plans import hashing
from listkit.sync.plans.options import Options, Strategy  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.sync.plans.planning import Plan
from listkit.sync.plans.targeting import Target  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from listkit.providers.base import Provider

S = TypeVar("S")
T = TypeVar("T")

VERSION, KIND = 1, "plan"
PLAIN = {str(kind): kind for kind in (pa.string(), pa.int64(), pa.bool_())}
"""The types of columns that are written as JSON values; others go as Arrow's own bytes."""
TABLES = ("contacts", "clears", "decisions", "edits", "leaving", "frame")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says beside its tables, in the order in which it is written."""

    version: int = VERSION
    provider: str
    account: str
    host: str
    profile: str | None
    strategy: Strategy
    options: Options
    targets: tuple[Target, ...]
    replaces: Target | None
    holding: Target | None
    read_at: datetime
    input_hash: str
    remote_hash: str
    notes: tuple[str, ...]
    layout: Layout


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column as JSON: its values, or how many nulls it is, or Arrow's bytes of it."""

    type: str
    values: list[Any] | None = None
    nulls: int | None = None
    arrow: bytes | None = None


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as a file holds it."""

    listkit: str
    digest: str
    header: Header
    tables: dict[str, dict[str, Column]]


class Whose(Protocol):
    """Whatever says which account it is of."""

    @property
    def provider(self) -> str:
        """The provider's name."""

    @property
    def account(self) -> str:
        """The account there."""

    @property
    def host(self) -> str:
        """Where it is reached."""


class _AnyHeader(msgspec.Struct):
    """What every version of a plan's file says."""

    version: int


class _AnySaved(msgspec.Struct):
    """What every version of a plan's file has."""

    listkit: str
    header: _AnyHeader


class _Packed(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as bytes: each table as Arrow writes it."""

    header: Header
    tables: dict[str, bytes]


def pack(plan: Plan) -> bytes:
    """Write a plan as bytes, for the journal: the same as a file says, and fast."""
    header, tables = _take_apart(plan)
    return msgspec.msgpack.encode(
        _Packed(header=header, tables={name: write_table(table, "lz4") for name, table in tables.items()})
    )


def unpack(data: bytes, provider: Provider) -> Plan:
    """Read the plan that `pack` wrote."""
    packed = msgspec.msgpack.decode(data, type=_Packed)
    return _put_together(packed.header, {name: read_table(told) for name, told in packed.tables.items()}, provider)


def header_of(data: bytes) -> Header:
    """Read of packed bytes only what the plan is about, to know whose it is."""
    return msgspec.msgpack.decode(data, type=_Packed).header


def save(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan to a file that only its owner can read; the file is whole or not there.

    Raises ListkitError where it cannot be written.
    """
    header, tables = _take_apart(plan)
    columns = {name: write_columns(tables[name]) for name in TABLES}
    write(path, {"listkit": KIND, "digest": _digest(header, tables), "header": header, "tables": columns})


def read(path: str | os.PathLike[str]) -> tuple[Header, Callable[[Provider], Plan]]:
    """Read a plan's file: what it is about, and what makes the plan of it, once its provider is known.

    Raises ReadError, in one sentence, where it is no plan, is damaged, or is of a later listkit.
    """
    header, tables = load(path, _Saved, _checked)
    return header, lambda provider: _put_together(header, tables, provider)


def kind(path: str | os.PathLike[str]) -> str:
    """Say of what kind a plan's file is; ReadError where it is none."""
    return _opened(Path(path))[1].listkit


def load(path: str | os.PathLike[str], saved: type[S], check: Callable[[S], T]) -> T:
    """Read a plan's file as `saved`, and return what `check` makes of it, which raises a ValueError at damage."""
    where = Path(path)
    data, told = _opened(where)
    if told.header.version > VERSION:
        raise ReadError(
            f"{where.name} was saved by a later listkit (version {told.header.version}, this one reads {VERSION})."
        )
    try:
        return check(msgspec.json.decode(data, type=saved))
    except (msgspec.MsgspecError, pa.ArrowException, OSError, KeyError, ValueError, TypeError):
        raise ReadError(f"{where.name} is damaged, or was changed after it was saved; plan again.") from None


def write(path: str | os.PathLike[str], told: dict[str, Any]) -> None:
    """Write a plan's file, for its owner only; it is whole or not there."""
    write_whole(Path(path), partial(_put, _spread(told)))


def _opened(where: Path) -> tuple[bytes, _AnySaved]:
    try:
        data = where.read_bytes()
    except OSError as refused:
        raise ReadError(f"{where} cannot be opened: {refused.strerror or refused}.") from None
    try:
        return data, msgspec.json.decode(data, type=_AnySaved)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ReadError(f"{where.name} is no plan that plan.save wrote, or it is damaged; plan again.") from None


def _checked(saved: _Saved) -> tuple[Header, dict[str, pa.Table]]:
    tables = {name: read_columns(saved.tables[name]) for name in TABLES}
    if _digest(saved.header, tables) != saved.digest:
        raise ValueError("The digest is another.")
    return saved.header, tables


def refuse_another(header: Whose, provider: Provider) -> None:
    """Raise AccountMismatchError where a plan belongs to another account; on this computer, the port may change."""
    theirs = (header.provider, header.account, header.host)
    ours = (provider.name, provider.account, provider.host)
    is_nearby = all(is_loopback(f"http://{host}") for host in (header.host, provider.host))
    if theirs[:2] != ours[:2] or not (is_nearby or header.host == provider.host):
        told = "{} account {!r} at {}".format
        raise AccountMismatchError(
            f"This plan was made for the {told(*theirs)}, not for the {told(*ours)}; plan again."
        )


def _put(told: bytes, path: Path) -> None:
    path.write_bytes(told)


def _take_apart(plan: Plan) -> tuple[Header, dict[str, pa.Table]]:
    frame, layout = keeping.keep(plan.frame)
    header = Header(
        provider=plan.provider.name,
        account=plan.provider.account,
        host=plan.provider.host,
        layout=layout,
        **{name: getattr(plan, name) for name in _SHARED},
    )
    return header, {"frame": frame, **{name: getattr(plan, name) for name in TABLES if name != "frame"}}


def _put_together(header: Header, tables: dict[str, pa.Table], provider: Provider) -> Plan:
    refuse_another(header, provider)
    frame = keeping.restore(tables["frame"], header.layout)
    shared = {name: getattr(header, name) for name in _SHARED}
    return Plan(provider=provider, **shared, **(tables | {"frame": frame}))


_SHARED = sorted(set(Header.__struct_fields__) & set(Plan.__dataclass_fields__) - {"provider"})
"""What a header takes over from a plan as it is."""


def _digest(header: Header, tables: dict[str, pa.Table]) -> str:
    return hashing.of_tables(*(tables[name] for name in TABLES), words=[msgspec.json.encode(header).decode()])


def write_table(table: pa.Table, compression: str | None = None) -> bytes:
    """Write a table as Arrow's own bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def read_table(data: bytes) -> pa.Table:
    """Read what `write_table` wrote."""
    return pa.ipc.open_stream(data).read_all()


def write_columns(table: pa.Table) -> dict[str, Column]:
    """Write a table as JSON can say it, column by column."""
    return {name: _column(table.select([name])) for name in table.column_names}


def _column(table: pa.Table) -> Column:
    values = table.column(0)
    kind = str(values.type)
    if kind not in PLAIN:
        return Column(kind, arrow=write_table(table))
    if len(values) and values.null_count == len(values):
        return Column(kind, nulls=len(values))
    return Column(kind, values=values.to_pylist())


def read_columns(told: dict[str, Column]) -> pa.Table:
    """Read what `write_columns` wrote."""
    return pa.table({name: _read_column(column) for name, column in told.items()})


def _read_column(told: Column) -> pa.Array | pa.ChunkedArray:
    if told.arrow is not None:
        return read_table(told.arrow).column(0)
    if told.nulls is not None:
        return pa.nulls(told.nulls, PLAIN[told.type])
    return pa.array(told.values, PLAIN[told.type])


def _spread(value: Any) -> bytes:
    """Write JSON with a line for each part of each table, so that two files can be compared."""
    if not isinstance(value, dict):
        return msgspec.json.encode(value)
    parts = (msgspec.json.encode(name) + b": " + _spread(part) for name, part in value.items())
    return b"{\n" + b",\n".join(parts) + b"\n}"
