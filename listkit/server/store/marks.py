"""What users say about contacts: whose they are, favoured, blocked, tagged; only what is said has a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, exists, or_, select

from listkit.server.store.accounts import take_ids
from listkit.server.store.bulk import among, insert_rows
from listkit.server.store.database import Database
from listkit.server.store.people import FIRST_USER, Marks, Tag
from listkit.server.store.schema import contacts, lists, marks, members, tags, within
from listkit.server.store.text import numbers_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from listkit.server.store.base import Account

MARKS = frozenset(Marks.__struct_fields__)
_UNMARKED = Marks()
_BORDER = ","


class MarksOfContacts(Database):
    """The marks of a store's contacts."""

    def marks(self, account: Account, contact_ids: Sequence[str]) -> dict[str, Marks]:
        """Return what is said about each of these contacts."""
        numbers = numbers_of(contact_ids)
        with self._reading() as connection:
            found = _find(connection, account.account_id, numbers)
        return {str(number): found.get(number, _UNMARKED) for number in numbers}


def write_marks(connection: Connection, account_id: int, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change marks of contacts; those that are not named stay, and `tags` are given by their titles."""
    before = _find(connection, account_id, changes)
    titles = {title for said in changes.values() for title in said.get("tags") or ()}
    known = _know_tags(connection, account_id, titles) if titles else {}
    rows = []
    for number, said in changes.items():
        named = {"tags": tuple(known[title] for title in dict.fromkeys(said["tags"]))} if "tags" in said else {}
        after = msgspec.structs.replace(before.get(number, _UNMARKED), **{**said, **named})
        if after != _UNMARKED:
            hung = "".join(_BORDER + tag.tag_id for tag in after.tags) + _BORDER
            rows.append((account_id, number, after.owner, after.favorited, after.blocked, after.phone_type, hung))
    connection.execute(delete(marks).where(*within(marks, account_id, among(marks.c.contact_id, before))))
    insert_rows(connection, marks, rows)


def is_owned_by(account_id: int, user_id: int) -> ColumnElement[bool]:
    """Say that a contact is a user's; one about which nothing is said is the first user's."""
    return (
        ~_is_marked(account_id, marks.c.owner != user_id) if user_id == FIRST_USER else _is_owned(account_id, user_id)
    )


def is_seen_by(account_id: int, user_id: int) -> ColumnElement[bool]:
    """Say that a contact is a user's, or in a list that is, or in one that somebody shares."""
    shown = select(lists.c.list_id).where(*within(lists, account_id, or_(lists.c.owner == user_id, lists.c.shared)))
    there = within(members, account_id, members.c.contact_id == contacts.c.contact_id, members.c.list_id.in_(shown))
    return or_(is_owned_by(account_id, user_id), exists().where(*there))


def is_not_blocked(account_id: int) -> ColumnElement[bool]:
    """Say that nobody blocked a contact."""
    return ~_is_marked(account_id, marks.c.blocked)


def is_tagged(account_id: int, tag_ids: Sequence[str]) -> ColumnElement[bool]:
    """Say that a contact has one of these tags."""
    wanted = (marks.c.tags.contains(f"{_BORDER}{number}{_BORDER}") for number in numbers_of(tag_ids))
    return _is_marked(account_id, or_(False, *wanted))  # noqa: FBT003 - SQL's own word for none of them


def has_blocked(connection: Connection, account_id: int) -> bool:
    """Whether any contact of an account is blocked."""
    return bool(connection.execute(select(exists().where(*within(marks, account_id, marks.c.blocked)))).scalar_one())


def _is_owned(account_id: int, user_id: int) -> ColumnElement[bool]:
    return _is_marked(account_id, marks.c.owner == user_id)


def _is_marked(account_id: int, said: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*within(marks, account_id, marks.c.contact_id == contacts.c.contact_id, said))


def _find(connection: Connection, account_id: int, numbers: Iterable[int]) -> dict[int, Marks]:
    """Return the marks of those of these contacts that have any."""
    rows = connection.execute(select(marks).where(*within(marks, account_id, among(marks.c.contact_id, numbers)))).all()
    hung = {row.contact_id: row.tags.strip(_BORDER) for row in rows}
    wanted = {tag_id for text in hung.values() for tag_id in text.split(_BORDER) if tag_id}
    titles = _titles(connection, account_id, wanted) if wanted else {}
    return {
        row.contact_id: Marks(
            owner=row.owner,
            favorited=row.favorited,
            blocked=row.blocked,
            phone_type=row.phone_type,
            tags=tuple(titles[tag_id] for tag_id in hung[row.contact_id].split(_BORDER) if tag_id),
        )
        for row in rows
    }


def _titles(connection: Connection, account_id: int, tag_ids: Iterable[str]) -> dict[str, Tag]:
    same = within(tags, account_id, among(tags.c.tag_id, numbers_of(tag_ids)))
    rows = connection.execute(select(tags.c.tag_id, tags.c.title).where(*same))
    return {str(tag_id): Tag(str(tag_id), title) for tag_id, title in rows}


def _know_tags(connection: Connection, account_id: int, titles: Iterable[str]) -> dict[str, Tag]:
    """Return the tags with these titles; one that is new is made."""
    wanted = sorted(titles)
    refuse_unstorable(wanted)
    same = within(tags, account_id, among(tags.c.title, wanted))
    known = {title: number for number, title in connection.execute(select(tags.c.tag_id, tags.c.title).where(*same))}
    new = [title for title in wanted if title not in known]
    numbered = dict(enumerate(new, take_ids(connection, account_id, "tag", len(new))))
    insert_rows(connection, tags, [(account_id, number, title) for number, title in numbered.items()])
    known |= {title: number for number, title in numbered.items()}
    return {title: Tag(str(number), title) for title, number in known.items()}
