"""Contacts as TextMagic shows them: with whose they are, what is said about them, and their own fields' ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.server.dialects.textmagic.existing import owners_of
from listkit.server.store.people import FIRST_USER
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.contact import ContactList, Record
    from listkit.server.dialects import Call
    from listkit.server.store.base import ContactSort
    from listkit.server.store.people import Field

ORDERS: dict[str, ContactSort] = {"firstName": "first_name", "lastName": "last_name"}
"""What a page of contacts may be ordered by; anything else is by id."""


def shown_contacts(
    call: Call, records: Sequence[Record], *, lists: Sequence[ContactList] = ()
) -> list[tuple[Record, wire.Beside]]:
    """Return contacts, each with what is shown beside it; `lists` where it is but one and they are wanted.

    `owner` stays null for the first user's: an account without sub-accounts has nobody else.
    """
    marks = call.store.marks(call.account, [record.contact_id for record in records])
    fields = _fields_of(call, records)
    has_others = any(said.owner != FIRST_USER for said in marks.values())
    owners = owners_of(call) if has_others else {}
    return [
        (
            record,
            wire.Beside(
                home=call.account.country,
                lists=lists,
                owner=owners.get(said.owner) if said.owner != FIRST_USER else None,
                favorited=said.favorited,
                blocked=said.blocked,
                phone_type=said.phone_type,
                tags=[wire.TagBody(int(tag.tag_id), tag.title) for tag in said.tags],
                fields=fields,
            ),
        )
        for record in records
        if (said := marks[record.contact_id])
    ]


def field_body(field: Field) -> wire.FieldBody:
    """Show a custom field of the store's as TextMagic does."""
    return wire.field_body(field.field_id, field.name, field.created_at)


def _fields_of(call: Call, records: Sequence[Record]) -> Mapping[str, wire.FieldBody]:
    names = {name for record in records if record.custom for name in record.custom}
    if not names:
        return {}
    return {field.name: field_body(field) for field in call.store.fields(call.account, names=sorted(names)).items}
