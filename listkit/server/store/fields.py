"""Custom fields: the names that occur in the `custom` of contacts, each with an id.

The values stay with the contacts, by name: both APIs read and write the same ones. A name
becomes a field when it is first written, so that whoever reads finds an id for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, bindparam, delete, func, select, tuple_, update

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import DuplicateError, NotFoundError
from listkit.server.store.accounts import take_ids
from listkit.server.store.base import Slice
from listkit.server.store.bulk import among, insert_rows
from listkit.server.store.database import Database
from listkit.server.store.moments import moment, now
from listkit.server.store.people import Field
from listkit.server.store.schema import contacts, fields, members, uploads, within
from listkit.server.store.text import decode_custom, encode_custom, number_of, numbers_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from listkit.server.store.base import Account, Direction

_ROWS = 5_000
"""So many contacts are read and written at a time where a field is renamed or deleted."""


class Fields(Database):
    """The custom fields of a store."""

    def create_field(self, account: Account, name: str) -> Field:
        """Make a field, before any contact has it; DuplicateError for a name that is taken."""
        with self._writing(account.account_id) as connection:
            _refuse_taken(connection, account.account_id, name)
            know_fields(connection, account.account_id, [name], now())
            return _field(_named(connection, account.account_id, name))

    def fields(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        direction: Direction = "asc",
    ) -> Slice[Field]:
        """Return fields in the order of their ids."""
        wanted = within(fields, account.account_id)
        if ids is not None:
            wanted.append(among(fields.c.field_id, numbers_of(ids)))
        if names is not None:
            wanted.append(among(fields.c.name, names))
        order = fields.c.field_id.desc() if direction == "desc" else fields.c.field_id
        page = select(fields).where(*wanted).order_by(order).limit(limit).offset(offset)
        with self._reading() as connection:
            total = connection.execute(select(func.count()).select_from(fields).where(*wanted)).scalar_one()
            return Slice([_field(row) for row in connection.execute(page)], total)

    def fields_of(self, account: Account, list_id: str) -> list[str]:
        """Return the names that files gave the members of a list, in the order in which they came."""
        same = within(uploads, account.account_id, list_id=number_of(list_id) or 0)
        with self._reading() as connection:
            layouts = connection.execute(
                select(uploads.c.layout).where(*same).group_by(uploads.c.layout).order_by(func.min(uploads.c.upload_id))
            ).scalars()
            columns = [name for layout in layouts for name in msgspec.json.decode(layout, type=dict[int, str]).values()]
        own = (name.removeprefix(CUSTOM_PREFIX) for name in columns if name.startswith(CUSTOM_PREFIX))
        return list(dict.fromkeys(own))

    def rename_field(self, account: Account, field_id: str, name: str) -> Field:
        """Give a field another name, in every contact that has it; NotFoundError, DuplicateError."""
        with self._writing(account.account_id) as connection:
            before = _find(connection, account.account_id, field_id)
            if name != before.name:
                _refuse_taken(connection, account.account_id, name)
                same = within(fields, account.account_id, field_id=before.field_id)
                connection.execute(update(fields).where(*same).values(name=name))
                _change_values(connection, account.account_id, before.name, name)
            return _field(_find(connection, account.account_id, field_id))

    def delete_field(self, account: Account, field_id: str) -> None:
        """Delete a field and its value in every contact; NotFoundError."""
        with self._writing(account.account_id) as connection:
            before = _find(connection, account.account_id, field_id)
            connection.execute(delete(fields).where(*within(fields, account.account_id, field_id=before.field_id)))
            _change_values(connection, account.account_id, before.name, None)


def know_fields(connection: Connection, account_id: int, names: Iterable[str], at: int) -> None:
    """Make fields of those of these names that are none yet."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return
    refuse_unstorable(wanted)
    same = within(fields, account_id, among(fields.c.name, wanted))
    known = set(connection.execute(select(fields.c.name).where(*same)).scalars())
    new = [name for name in wanted if name not in known]
    first = take_ids(connection, account_id, "field", len(new))
    insert_rows(connection, fields, [(account_id, number, name, at) for number, name in enumerate(new, first)])


def _find(connection: Connection, account_id: int, field_id: str) -> Row[Any]:
    same = within(fields, account_id, field_id=number_of(field_id) or 0)
    row = connection.execute(select(fields).where(*same)).first()
    if row is None:
        raise NotFoundError(f"There is no field with the id {field_id!r} in this account.", field="field_id")
    return row


def _named(connection: Connection, account_id: int, name: str) -> Row[Any]:
    return connection.execute(select(fields).where(*within(fields, account_id, name=name))).one()


def _refuse_taken(connection: Connection, account_id: int, name: str) -> None:
    refuse_unstorable([name])
    if connection.execute(select(fields.c.field_id).where(*within(fields, account_id, name=name))).first():
        message = f"A field named {name!r} is there already; choose another name."
        raise DuplicateError(message, field="name")


def _change_values(connection: Connection, account_id: int, name: str, becomes: str | None) -> None:
    """Rename or drop a field in every contact, and in what contacts have in single lists."""
    for table in (contacts, members):
        keys = _keys(table)
        same = and_(table.c.account_id == account_id, *(column == bindparam(f"key_{column.name}") for column in keys))
        changing = update(table).where(same).values(custom=bindparam("after"))
        for rows in _with_field(connection, table, account_id, name):
            changed = [
                {f"key_{column.name}": getattr(row, column.name) for column in keys}
                | {"after": encode_custom(_changed(custom, name, becomes))}
                for row in rows
                if name in (custom := decode_custom(row.custom) or {})
            ]
            if changed:
                connection.execute(changing, changed)


def _with_field(connection: Connection, table: Table, account_id: int, name: str) -> Iterator[Sequence[Row[Any]]]:
    """Read the rows that may have a field, some at a time, in the order of their keys."""
    keys = _keys(table)
    written = msgspec.json.encode(name).decode()
    columns: Sequence[ColumnElement[Any]] = [*keys, table.c.custom]
    asked = select(*columns).where(
        table.c.account_id == account_id, table.c.custom.contains(f"{written}:", autoescape=True)
    )
    after = asked
    while rows := connection.execute(after.order_by(*keys).limit(_ROWS)).all():
        yield rows
        after = asked.where(tuple_(*keys) > tuple_(*rows[-1][:-1]))


def _keys(table: Table) -> list[ColumnElement[int]]:
    return [column for column in table.primary_key.columns if column.name != "account_id"]


def _changed(custom: dict[str, Any], name: str, becomes: str | None) -> dict[str, Any] | None:
    """Rename or drop one of some fields, in its place; one whose new name is there already gives way to it."""
    kept = {becomes if key == name else key: value for key, value in custom.items() if becomes or key != name}
    return {key: value for key, value in kept.items() if key is not None} or None


def _field(row: Row[Any]) -> Field:
    return Field(field_id=str(row.field_id), name=row.name, created_at=moment(row.created_at))
