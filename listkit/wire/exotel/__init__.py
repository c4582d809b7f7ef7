"""Exotel's words ⇄ ours: Campaigns, Lists and Contacts, version 2, in both directions.

Of each thing, `…_request` asks, `decode_…` of a request reads what was asked, `encode_…`
answers, and `decode_…` of an answer reads it. A client uses the first and the last, a server
the two between.
"""

from __future__ import annotations

from listkit.wire.exotel.bodies import decode_done, done, encode_bulk, encode_one
from listkit.wire.exotel.contacts import (
    ContactData,
    contact_data,
    contact_request,
    contacts_request,
    create_contacts_request,
    decode_contact,
    decode_contact_outcomes,
    decode_contacts,
    decode_contacts_query,
    decode_create_contacts,
    decode_created_contacts,
    decode_update_contact,
    decode_update_contacts,
    delete_contact_request,
    update_contact_request,
    update_contacts_request,
)
from listkit.wire.exotel.envelope import BATCH, Item
from listkit.wire.exotel.errors import decode_error, encode_error, refused
from listkit.wire.exotel.lists import (
    CAPS,
    ListData,
    create_lists_request,
    decode_create_lists,
    decode_list,
    decode_list_outcomes,
    decode_lists,
    decode_update_list,
    decode_update_lists,
    delete_list_request,
    list_data,
    list_request,
    lists_request,
    update_list_request,
    update_lists_request,
)
from listkit.wire.exotel.members import (
    MemberData,
    add_members_request,
    decode_add_members,
    decode_joined,
    member_data,
    members_request,
    remove_member_request,
)
from listkit.wire.exotel.paging import (
    LONGEST_CONTACTS_PAGE,
    LONGEST_PAGE,
    decode_paging,
    decode_search,
    encode_page,
)
from listkit.wire.exotel.paths import PREFIX
from listkit.wire.exotel.phone import read_phone
from listkit.wire.exotel.uploads import (
    LARGEST_FILE,
    decode_upload,
    decode_upload_answer,
    encode_upload_started,
    encode_upload_status,
    upload_request,
    upload_status_request,
)

__all__ = [
    "BATCH",
    "CAPS",
    "LARGEST_FILE",
    "LONGEST_CONTACTS_PAGE",
    "LONGEST_PAGE",
    "PREFIX",
    "ContactData",
    "Item",
    "ListData",
    "MemberData",
    "add_members_request",
    "contact_data",
    "contact_request",
    "contacts_request",
    "create_contacts_request",
    "create_lists_request",
    "decode_add_members",
    "decode_contact",
    "decode_contact_outcomes",
    "decode_contacts",
    "decode_contacts_query",
    "decode_create_contacts",
    "decode_create_lists",
    "decode_created_contacts",
    "decode_done",
    "decode_error",
    "decode_joined",
    "decode_list",
    "decode_list_outcomes",
    "decode_lists",
    "decode_paging",
    "decode_search",
    "decode_update_contact",
    "decode_update_contacts",
    "decode_update_list",
    "decode_update_lists",
    "decode_upload",
    "decode_upload_answer",
    "delete_contact_request",
    "delete_list_request",
    "done",
    "encode_bulk",
    "encode_error",
    "encode_one",
    "encode_page",
    "encode_upload_started",
    "encode_upload_status",
    "list_data",
    "list_request",
    "lists_request",
    "member_data",
    "members_request",
    "read_phone",
    "refused",
    "remove_member_request",
    "update_contact_request",
    "update_contacts_request",
    "update_list_request",
    "update_lists_request",
    "upload_request",
    "upload_status_request",
]
