"""Lists: named, counted, found again in one order."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, update

from listkit.contact import ContactList
from listkit.errors import DuplicateError, NotFoundError, ProviderError
from listkit.server.store.accounts import take_ids
from listkit.server.store.base import Slice
from listkit.server.store.bulk import KEY, among, insert_rows, update_rows
from listkit.server.store.database import Database
from listkit.server.store.leaving import leave
from listkit.server.store.moments import moment, now
from listkit.server.store.people import FIRST_USER
from listkit.server.store.schema import lists, within
from listkit.server.store.text import fold, fold_all, number_of, numbers_of, refusal_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from listkit.server.store.base import Account, Direction, ListSort

_ORDERS: dict[ListSort, tuple[Any, ...]] = {
    "id": (lists.c.list_id,),
    "created": (lists.c.list_id,),
    "name": (lists.c.name, lists.c.list_id),
}


_ONE = select(lists).where(*within(lists, bindparam("account"), list_id=bindparam("list")))


class Lists(Database):
    """The lists of a store."""

    def create_lists(
        self, account: Account, new: Sequence[ContactList], *, ignore_case: bool = False, owner: int | None = None
    ) -> Sequence[ContactList | ProviderError]:
        """Make lists; DuplicateError for a name that is taken (also by an earlier item)."""
        at = now()
        refusals: dict[int, ProviderError] = {}
        with self._writing(account.account_id) as connection:
            taken = (item.name for item in new)
            names = _Names(connection, account.account_id, taken, ignore_case=ignore_case, owner=owner)
            for position, item in enumerate(new):
                try:
                    refuse_unstorable(_texts(item))
                    names.take(item.name, by=~position)
                except ProviderError as error:
                    refusals[position] = error
            ids = count(take_ids(connection, account.account_id, "list", len(new) - len(refusals)))
            whose = FIRST_USER if owner is None else owner
            made = [refusals.get(position) or _new(item, next(ids), whose, at) for position, item in enumerate(new)]
            fresh = [item for item in made if isinstance(item, ContactList)]
            insert_rows(connection, lists, [_row(account.account_id, item, at) for item in fresh])
            _keep_one_default(connection, account.account_id, fresh)
        return made

    def list(self, account: Account, list_id: str) -> ContactList:
        """Return a list, or raise NotFoundError."""
        with self._reading() as connection:
            return decode_list(find_list(connection, account.account_id, list_id))

    def lists(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        name: str | None = None,
        search: str | None = None,
        ids: Sequence[str] | None = None,
        owner: int | None = None,
        seen_by: int | None = None,
        only_favorited: bool = False,
        only_default: bool = False,
        sort: ListSort = "created",
        direction: Direction = "asc",
    ) -> Slice[ContactList]:
        """Return lists in a stable total order; `name` is exact, `search` a caseless part of name or description."""
        refuse_unstorable([name, search])
        wanted = within(lists, account.account_id)
        if name is not None:
            wanted.append(lists.c.name == name)
        if search:
            wanted.append(lists.c.folded.contains(fold(search), autoescape=True))
        if ids is not None:
            wanted.append(among(lists.c.list_id, numbers_of(ids)))
        if owner is not None:
            wanted.append(lists.c.owner == owner)
        if seen_by is not None:
            wanted.append(or_(lists.c.owner == seen_by, lists.c.shared))
        if only_favorited:
            wanted.append(lists.c.favorited)
        if only_default:
            wanted.append(lists.c.is_default)
        order = [column.desc() if direction == "desc" else column for column in _ORDERS[sort]]
        page = select(lists).where(*wanted).order_by(*order).limit(limit).offset(offset)
        with self._reading() as connection:
            total = connection.execute(select(func.count()).select_from(lists).where(*wanted)).scalar_one()
            return Slice([decode_list(row) for row in connection.execute(page)], total)

    def update_lists(
        self,
        account: Account,
        changes: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        ignore_case: bool = False,
        owner: int | None = None,
    ) -> Sequence[ContactList | ProviderError]:
        """Change fields of lists (name, tag, description, shared, favorited, is_default) in order; others stay."""
        at = now()
        outcomes: Sequence[ContactList | ProviderError]
        with self._writing(account.account_id) as connection:
            known = find_lists(connection, account.account_id, [list_id for list_id, _ in changes])
            wanted = (fields["name"] for _, fields in changes if "name" in fields)
            names = _Names(connection, account.account_id, wanted, ignore_case=ignore_case, owner=owner)
            outcomes = [_change(known, names, list_id, fields, at) for list_id, fields in changes]
            changed = [item for item in outcomes if isinstance(item, ContactList)]
            update_rows(connection, lists, account.account_id, "list_id", [_kept(item, at) for item in changed])
            _keep_one_default(connection, account.account_id, changed)
        return outcomes

    def delete_lists(
        self, account: Account, list_ids: Sequence[str] | None, *, owner: int, destroy_orphans: bool = False
    ) -> None:
        """Delete these lists of a user, or all of them; what is not there, or not the user's, is passed over."""
        going = within(lists, account.account_id, owner=owner)
        if list_ids is not None:
            going.append(among(lists.c.list_id, numbers_of(list_ids)))
        with self._writing(account.account_id) as connection:
            for number in connection.execute(select(lists.c.list_id).where(*going)).scalars().all():
                leave(connection, account.account_id, number, destroy_orphans=destroy_orphans)
            connection.execute(delete(lists).where(*going))

    def delete_list(self, account: Account, list_id: str, *, destroy_orphans: bool = False) -> ContactList:
        """Delete a list and return it as it was; with `destroy_orphans`, the contacts in no other list too."""
        with self._writing(account.account_id) as connection:
            row = find_list(connection, account.account_id, list_id)
            leave(connection, account.account_id, row.list_id, destroy_orphans=destroy_orphans)
            same = within(lists, account.account_id, list_id=row.list_id)
            connection.execute(delete(lists).where(*same))
        return decode_list(row)


def find_list(connection: Connection, account_id: int, list_id: str) -> Row[Any]:
    """Return a list's row, or raise NotFoundError."""
    number = number_of(list_id)
    if number is not None:
        row = connection.execute(_ONE, {"account": account_id, "list": number}).first()
        if row is not None:
            return row
    raise missing_list(list_id)


def find_lists(connection: Connection, account_id: int, list_ids: Iterable[str]) -> dict[str, ContactList]:
    """Return those of these lists that exist, by id."""
    same = within(lists, account_id, among(lists.c.list_id, numbers_of(list_ids)))
    return {str(row.list_id): decode_list(row) for row in connection.execute(select(lists).where(*same))}


def missing_list(list_id: str) -> NotFoundError:
    """Say that there is no such list."""
    return NotFoundError(f"There is no list with the id {list_id!r} in this account.", field="list_id")


def decode_list(row: Row[Any]) -> ContactList:
    """Make a list of its row."""
    return ContactList(
        list_id=str(row.list_id),
        name=row.name,
        tag=row.tag,
        description=row.description,
        type=row.type,
        shared=row.shared,
        favorited=row.favorited,
        is_default=row.is_default,
        owner=row.owner,
        members=row.members,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
    )


class _Names:
    """Who holds each of the names that a call wants, as the call goes on."""

    def __init__(
        self, connection: Connection, account_id: int, wanted: Iterable[str], *, ignore_case: bool, owner: int | None
    ) -> None:
        self._key = fold if ignore_case else str
        column = lists.c.folded_name if ignore_case else lists.c.name
        keys = {self._key(name) for name in wanted if refusal_of([name]) is None}
        same = within(lists, account_id, among(column, keys), **({} if owner is None else {"owner": owner}))
        self._holders: defaultdict[str, set[int]] = defaultdict(set)
        for list_id, key in connection.execute(select(lists.c.list_id, column).where(*same)):
            self._holders[key].add(list_id)

    def take(self, name: str, *, by: int, instead_of: str | None = None) -> None:
        """Give a name to a list, or raise DuplicateError; the name it had before is free again."""
        if self._holders[self._key(name)] - {by}:
            message = f"A list named {name!r} is there already; choose another name."
            raise DuplicateError(message, field="name")
        if instead_of is not None:
            self._holders[self._key(instead_of)].discard(by)
        self._holders[self._key(name)].add(by)


def _new(item: ContactList, list_id: int, owner: int, at: int) -> ContactList:
    made = {"list_id": str(list_id), "owner": owner, "members": 0, "created_at": moment(at), "updated_at": moment(at)}
    return msgspec.structs.replace(item, **made)


def _keep_one_default(connection: Connection, account_id: int, changed: Iterable[ContactList]) -> None:
    """Make the last of these lists that is a default one the only one of its owner."""
    for item in changed:
        if item.is_default:
            others = within(lists, account_id, lists.c.list_id != int(item.list_id or 0), owner=item.owner)
            connection.execute(update(lists).where(*others, lists.c.is_default).values(is_default=False))


def _change(
    known: dict[str, ContactList], names: _Names, list_id: str, fields: Mapping[str, Any], at: int
) -> ContactList | ProviderError:
    before = known.get(list_id)
    if before is None:
        return missing_list(list_id)
    after = msgspec.structs.replace(before, **fields, updated_at=moment(at))
    try:
        refuse_unstorable(_texts(after))
        names.take(after.name, by=int(list_id), instead_of=before.name)
    except ProviderError as error:
        return error
    known[list_id] = after
    return after


def _texts(item: ContactList) -> tuple[str | None, ...]:
    return item.name, item.tag, item.description


def _row(account_id: int, item: ContactList, at: int) -> tuple[Any, ...]:
    folded = fold(item.name), fold_all([item.name, item.description])
    return (
        account_id, int(item.list_id or 0), item.name, item.tag, item.description, item.type, item.shared,
        *folded, 0, 1, at, at, item.owner, item.favorited, item.is_default,
    )  # fmt: skip


def _kept(item: ContactList, at: int) -> dict[str, Any]:
    return {
        KEY: int(item.list_id or 0),
        "name": item.name,
        "tag": item.tag,
        "description": item.description,
        "shared": item.shared,
        "favorited": item.favorited,
        "is_default": item.is_default,
        "folded_name": fold(item.name),
        "folded": fold_all([item.name, item.description]),
        "updated_at": at,
    }
