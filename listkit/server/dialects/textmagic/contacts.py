"""TextMagic's contacts: each handler reads a call, asks the store, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UnsetType

from listkit.contact import CUSTOM_PREFIX, TEXT_FIELDS, Contact
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.server.dialects.textmagic.existing import only, own_contact, own_lists, owners_of, seen_contact
from listkit.server.dialects.textmagic.fields import names_of
from listkit.server.dialects.textmagic.showing import ORDERS, shown_contacts
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from listkit.contact import Record
    from listkit.server.dialects import Call
    from listkit.wire.message import Answer

MOST_LISTS = 1_000
"""The most lists that are shown beside one contact."""


def get_contacts(call: Call) -> Answer:
    """Answer a page of the caller's contacts, on request with those that others share."""
    return _contacts(call, wire.parameters(call.request).read(wire.ContactsAsked))


def search_contacts(call: Call) -> Answer:
    """Answer a page of the contacts that every filter lets through; the blocked ones only on request."""
    asked = wire.parameters(call.request).read(wire.ContactsSought)
    search = asked.query
    if asked.local and search:
        phone = wire.read_local(search, asked.country or call.account.country)
        search = phone.removeprefix("+") if phone else search
    return _contacts(
        call,
        asked,
        ids=asked.ids,
        list_ids=asked.list_id,
        tag_ids=asked.tag_ids,
        search=search,
        exact=asked.exact_match,
        with_blocked=asked.include_blocked,
    )


def get_contact(call: Call) -> Answer:
    """Answer one contact."""
    return _contact(call, seen_contact(call))


def find_contact(call: Call) -> Answer:
    """Answer the contact with a number."""
    phone = wire.read_phone(call.params["phone"])
    found = call.store.find_contact(call.account, phone) if phone else None
    if found is None:
        raise NotFoundError("No contact has this number.")
    return _contact(call, seen_contact(call, found.contact_id))


def get_lists_of(call: Call) -> Answer:
    """Answer a page of the lists that a contact is in."""
    paging = wire.decode_paging(wire.parameters(call.request))
    contact_id, user_id = seen_contact(call).contact_id, call.caller.user_id
    found = call.store.lists_of(call.account, contact_id, offset=paging.offset, limit=paging.limit, seen_by=user_id)
    return wire.encode_lists(found.items, paging, total=found.total, owners=owners_of(call))


def create_contact(call: Call) -> Answer:
    """Make a contact in one list or more; a number that is there already is refused."""
    form = wire.parameters(call.request).read(wire.NewContact)
    fields = wire.decode_contact_form(form, home=call.account.country)
    list_ids = own_lists(call, form.lists)
    custom = {name: value for name, value in _own_values(call, form).items() if value is not None}
    new = Contact(**{name: fields[name] for name in ("phone", *TEXT_FIELDS) if name in fields}, custom=custom or None)
    marks = {name: value for name, value in fields.items() if name not in Contact.__struct_fields__}
    marks |= {"owner": _owner(call, form, otherwise=call.caller.user_id)}
    (kept,) = call.store.create_contacts(call.account, [new], list_ids=list_ids, marks=marks)
    if not kept.is_new:
        raise DuplicateError("This number is in the account already.", field="phone")
    return wire.encode_link("contacts", kept.record.contact_id)


def create_normalized_contact(call: Call) -> Answer:
    """Make a contact, at the path that the newer clients ask."""
    return create_contact(call)


def update_contact(call: Call) -> Answer:
    """Replace the texts of a contact, what else is named, and the lists it is in where any are named."""
    sent, contact_id = wire.parameters(call.request), own_contact(call).contact_id
    form = sent.read(wire.ContactEdit)
    fields = wire.decode_contact_form(form, home=call.account.country)
    list_ids = None if isinstance(form.lists, UnsetType) else own_lists(call, form.lists)
    fields |= {f"{CUSTOM_PREFIX}{name}": value for name, value in _own_values(call, form).items()}
    if not isinstance(form.owner, UnsetType):
        fields["owner"] = _owner(call, form, otherwise=call.caller.user_id)
    changed = call.store.update_contacts(
        call.account, [(contact_id, fields)], list_ids=list_ids, owner=call.caller.user_id
    )
    only(changed)
    return wire.encode_link("contacts", contact_id)


def update_normalized_contact(call: Call) -> Answer:
    """Edit a contact, at the path that the newer clients ask."""
    return update_contact(call)


def delete_contact(call: Call) -> Answer:
    """Delete a contact, which leaves every list."""
    only(call.store.delete_contacts(call.account, [own_contact(call).contact_id]))
    return wire.encode_done()


def delete_contacts(call: Call) -> Answer:
    """Delete several contacts, or all; those that are not there, or not the caller's, are passed over."""
    chosen = wire.parameters(call.request).read(wire.Chosen).ids
    if chosen is None:
        return delete_every_contact(call)
    own = call.store.contacts(call.account, ids=chosen, limit=len(chosen), owner=call.caller.user_id).items
    call.store.delete_contacts(call.account, [record.contact_id for record in own])
    return wire.encode_done()


def delete_every_contact(call: Call) -> Answer:
    """Delete all of the caller's contacts."""
    call.store.delete_every_contact(call.account, owner=call.caller.user_id)
    return wire.encode_done()


def _contacts(call: Call, asked: wire.ContactsAsked, **narrowed: Any) -> Answer:
    whose = "seen_by" if asked.shared else "owner"
    found = call.store.contacts(
        call.account,
        offset=asked.offset,
        limit=asked.limit,
        sort=ORDERS.get(asked.order, "id"),
        direction=asked.direction,
        **{whose: call.caller.user_id, **narrowed},
    )
    return wire.encode_contacts(shown_contacts(call, found.items), asked, total=found.total)


def _contact(call: Call, record: Record) -> Answer:
    lists = call.store.lists_of(call.account, record.contact_id, limit=MOST_LISTS, seen_by=call.caller.user_id).items
    ((_, beside),) = shown_contacts(call, [record], lists=lists)
    return wire.encode_contact(record, beside)


def _own_values(call: Call, form: wire.ContactEdit) -> dict[str, str | None]:
    """Return the values of custom fields by the names of these, None for one to take away."""
    values = form.custom_field_values
    names = names_of(call, [one.id for one in values], field="customFieldValues")
    return {names[one.id]: one.value for one in values}


def _owner(call: Call, form: wire.ContactEdit, *, otherwise: int) -> int:
    if isinstance(form.owner, UnsetType):
        return otherwise
    if int(form.owner) not in {user.user_id for user in call.store.users(call.account)}:
        raise InvalidError(f"User {form.owner} does not exist.", field="owner")
    return int(form.owner)
