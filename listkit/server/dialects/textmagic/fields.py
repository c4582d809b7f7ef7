"""TextMagic's custom fields: the names are the account's, the values its contacts'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.server.dialects.textmagic.existing import only, own_contact, path_id, refuse_unknown
from listkit.server.dialects.textmagic.showing import field_body
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.dialects import Call
    from listkit.server.store.people import Field
    from listkit.wire.message import Answer

_TAKEN = "Custom field with this name already exists."


def get_fields(call: Call) -> Answer:
    """Answer a page of custom fields."""
    paging = wire.decode_paging(wire.parameters(call.request))
    found = call.store.fields(call.account, offset=paging.offset, limit=paging.limit, direction=paging.direction)
    return wire.encode_fields(map(field_body, found.items), paging, total=found.total)


def get_field(call: Call) -> Answer:
    """Answer one custom field."""
    return wire.encode_field(field_body(_known_field(call)))


def create_field(call: Call) -> Answer:
    """Make a custom field; a name that is taken is refused."""
    name = wire.parameters(call.request).read(wire.FieldForm).name
    try:
        made = call.store.create_field(call.account, name)
    except DuplicateError:
        raise InvalidError(_TAKEN, field="name") from None
    return wire.encode_link("customfields", made.field_id)


def rename_field(call: Call) -> Answer:
    """Give a custom field another name, and every contact that has it too."""
    sent, field_id = wire.parameters(call.request), _known_field(call).field_id
    try:
        call.store.rename_field(call.account, field_id, sent.read(wire.FieldForm).name)
    except DuplicateError:
        raise InvalidError(_TAKEN, field="name") from None
    return wire.encode_link("customfields", field_id)


def delete_field(call: Call) -> Answer:
    """Delete a custom field, and what contacts have in it."""
    call.store.delete_field(call.account, path_id(call))
    return wire.encode_done()


def update_value(call: Call) -> Answer:
    """Say what a contact has in a custom field; the answer is the contact's link."""
    sent, field = wire.parameters(call.request), _known_field(call)
    form = sent.read(wire.ValueForm)
    try:
        contact_id = own_contact(call, form.contact_id).contact_id
    except NotFoundError:
        raise InvalidError(f"Contact {form.contact_id} does not exist.", field="contactId") from None
    only(call.store.update_contacts(call.account, [(contact_id, {f"{CUSTOM_PREFIX}{field.name}": form.value})]))
    return wire.encode_link("contacts", contact_id)


def names_of(call: Call, field_ids: Sequence[str], *, field: str) -> Mapping[str, str]:
    """Return the names of custom fields by their ids; InvalidError about a value for the first that is unknown."""
    found = call.store.fields(call.account, ids=field_ids).items if field_ids else []
    known = {one.field_id: one.name for one in found}
    refuse_unknown("Custom field", field_ids, known, field=field)
    return known


def _known_field(call: Call) -> Field:
    found = call.store.fields(call.account, ids=[path_id(call)]).items
    if not found:
        raise NotFoundError("No custom field has this id.")
    return found[0]
