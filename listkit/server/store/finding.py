"""Which contacts are meant: those that a search, and every other condition, lets through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from listkit.server.store.bulk import among
from listkit.server.store.marks import has_blocked, is_not_blocked, is_owned_by, is_seen_by, is_tagged
from listkit.server.store.schema import contacts, members, within
from listkit.server.store.text import BORDER, DIVIDER, fold, numbers_of, refuse_unstorable
from listkit.server.store.users import has_sub_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection


def narrow(
    connection: Connection,
    account_id: int,
    *,
    search: str | None = None,
    exact: bool = False,
    only_names: bool = False,
    ids: Sequence[str] | None = None,
    list_ids: Sequence[str] | None = None,
    tag_ids: Sequence[str] | None = None,
    owner: int | None = None,
    seen_by: int | None = None,
    with_blocked: bool = True,
) -> list[ColumnElement[bool]]:
    """Say which contacts are meant beyond the account; a condition that all of them meet is left out.

    Without one the account's own count is the answer's, and nothing has to be counted.
    """
    narrowed = []
    if search:
        narrowed.append(_holds(search, exact=exact, only_names=only_names))
    if ids is not None:
        narrowed.append(among(contacts.c.contact_id, numbers_of(ids)))
    if list_ids is not None:
        narrowed.append(_is_in_one_of(account_id, list_ids))
    if tag_ids is not None:
        narrowed.append(is_tagged(account_id, tag_ids))
    if (owner or seen_by) and has_sub_accounts(connection, account_id):
        narrowed += [is_owned_by(account_id, owner)] if owner else []
        narrowed += [is_seen_by(account_id, seen_by)] if seen_by else []
    if not with_blocked and has_blocked(connection, account_id):
        narrowed.append(is_not_blocked(account_id))
    return narrowed


def _holds(search: str, *, exact: bool, only_names: bool) -> ColumnElement[bool]:
    refuse_unstorable([search])
    folded = fold(search)
    if exact:
        whole = contacts.c.folded.contains(BORDER + folded + BORDER, autoescape=True)
        return or_(whole, contacts.c.phone == f"+{search}")
    if only_names:
        escaped = re.sub("[/%_]", r"/\g<0>", folded)
        return contacts.c.folded.like(f"%{escaped}%{DIVIDER}%", escape="/")
    return contacts.c.folded.contains(folded, autoescape=True)


def _is_in_one_of(account_id: int, list_ids: Sequence[str]) -> ColumnElement[bool]:
    same = within(members, account_id, among(members.c.list_id, numbers_of(list_ids)))
    return contacts.c.contact_id.in_(select(members.c.contact_id).where(*same))
