"""TextMagic's provider and its server, in one process: what was sent is what is kept, and what is kept is read."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from listkit.contact import ContactList, Receipt
from listkit.errors import DuplicateError, InvalidError, NotFoundError, UnauthorizedError
from listkit.providers.textmagic import TextMagic
from listkit.server.answering import Service
from listkit.server.importing import Importer
from listkit.server.store.sql import SqlStore
from listkit.wire.message import Request
from listkit.wire.tables import members
from tests.providers.scripted import authorized

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.contact import Upload
    from listkit.wire.message import Send

KEY = {"X-TM-Username": "charles", "X-TM-Key": "a made-up key"}
PHONES = ["+919876543210", "+12025550123", "+442079460018"]


@pytest.fixture
def send(tmp_path: Path) -> Iterator[Send]:
    """Serve an empty store."""
    with closing(SqlStore(tmp_path / "store.db")) as store:
        secrets = {"textmagic": (KEY["X-TM-Username"], KEY["X-TM-Key"])}
        store.create_account("charles", sid="charles", username="charles", secrets=secrets)
        with closing(Importer(store, tmp_path / "uploads")) as uploads:
            yield Service(store, uploads).answer


@pytest.fixture
def provider(send: Send) -> TextMagic:
    """Be the account's provider."""
    return TextMagic(authorized(send, KEY), account="charles")


def phones(provider: TextMagic, list_id: str) -> list[str]:
    """Read all numbers in a list."""
    read, after = [], None
    while True:
        page = provider.members(list_id, after=after)
        read += page.items["phone"].to_pylist()
        if (after := page.after) is None:
            return read


def settled(provider: TextMagic, upload: Upload) -> Upload:
    """Wait for an upload."""
    until = time.monotonic() + 10
    while upload.state == "running":
        assert time.monotonic() < until
        time.sleep(0.01)
        upload = provider.upload_status(upload)
    return upload


def test_lists_from_end_to_end(provider: TextMagic) -> None:
    """A list is made, found by name, renamed with its sharing kept, and deleted."""
    provider.ping()
    made = provider.create_list(ContactList(name="VIP", description="The few", shared=True))
    assert made.list_id is not None
    assert provider.list(made.list_id) == made
    with pytest.raises(DuplicateError, match="already exists"):
        provider.create_list(ContactList(name="vip"))
    renamed = provider.update_list(made.list_id, name="VIPs")
    assert (provider.list(made.list_id), renamed.shared) == (renamed, True)
    assert provider.lists(name="vip").items == [renamed]
    assert provider.lists(name="other").items == []
    provider.delete_list(made.list_id)
    with pytest.raises(NotFoundError):
        provider.list(made.list_id)


def test_contacts_from_end_to_end(provider: TextMagic) -> None:
    """Contacts are made in a list, found, joined to another and removed; a second making is told as such."""
    vip, other = (str(provider.create_list(ContactList(name=name)).list_id) for name in ("VIP", "Other"))
    ids = []
    for phone in PHONES:
        contact = members({"phone": [phone], "first_name": ["Asha"], "company": ["Example Ltd."]})
        (receipt,) = provider.create_contacts(contact, list_id=vip)
        assert receipt is not None
        assert (receipt.status, receipt.joined) == ("done", True)
        ids.append(str(receipt.contact_id))
    (again,) = provider.create_contacts(members({"phone": [PHONES[0]]}), list_id=other)
    assert again is not None
    assert again.status == "exists"
    found = provider.find_contact(PHONES[0])
    assert found is not None
    assert (found.contact_id, found.first_name, found.company) == (ids[0], "Asha", "Example Ltd.")
    for _ in range(2):
        provider.add_members(other, ids[:2])
        assert phones(provider, other) == PHONES[:2]
    with pytest.raises(InvalidError, match="Contact 999 does not exist"):
        provider.add_members(other, [ids[2], "999"])
    for _ in range(2):
        provider.remove_members(vip, ids[1:])
        assert phones(provider, vip) == PHONES[:1]
    assert provider.find_contact(PHONES[2]) is None
    assert provider.find_contact(PHONES[1]) is not None


def test_contacts_are_changed_and_deleted(provider: TextMagic) -> None:
    """An edit changes what it names and nothing else: no text, no custom field, no list; a deletion goes everywhere."""
    vip, other = (str(provider.create_list(ContactList(name=name)).list_id) for name in ("VIP", "Other"))
    columns = {"phone": PHONES[:1], "first_name": ["Asha"], "company": ["Example Ltd."], "custom.city": ["Pune"]}
    (made,) = provider.create_contacts(pa.table(columns), list_id=vip)
    assert made is not None
    contact_id = str(made.contact_id)
    provider.add_members(other, [contact_id])
    before = provider.contact(contact_id)
    assert (before.custom, provider.lists_of(contact_id)) == ({"city": "Pune"}, [vip, other])
    changes = {"first_name": None, "last_name": "Rao", "custom.plan": "A"}
    assert provider.update_contacts([(contact_id, changes)]) == [Receipt(status="done", contact_id=contact_id)]
    after = provider.contact(contact_id)
    assert (after.first_name, after.last_name, after.company) == (None, "Rao", "Example Ltd.")
    assert (after.custom, provider.lists_of(contact_id)) == ({"city": "Pune", "plan": "A"}, [vip, other])
    provider.update_contacts([(contact_id, {"custom.plan": None, "first_name": "Asha", "last_name": None})])
    assert provider.contact(contact_id) == before
    assert [provider.delete_contact(contact_id).status for _ in range(2)] == ["done", "gone"]
    assert phones(provider, vip) == phones(provider, other) == []


def test_address_book_and_opt_outs(provider: TextMagic, send: Send) -> None:
    """The address-book is read page by page, and so are those who opted out."""
    vip = provider.create_list(ContactList(name="VIP"))
    settled(provider, provider.upload(members({"phone": [f"+1202555{n:04}" for n in range(120)]}), to=vip))
    first = provider.contacts()
    rest = provider.contacts(after=first.after)
    assert (first.items.num_rows, rest.items.num_rows, rest.after) == (100, 20, None)
    body = b'{"phone":"12025550101"}'
    headers = {"content-type": "application/json"}
    authorized(send, KEY)(Request(method="POST", path="/api/v2/unsubscribers", headers=headers, body=body))
    assert provider.unsubscribers().items["phone"].to_pylist() == ["+12025550101"]


def test_file_from_end_to_end(provider: TextMagic) -> None:
    """A file of 1,003 rows is taken in, each number once, its header not among them, and read back page by page."""
    many = [f"+9198765{number:05}" for number in range(1003)]
    table = members({"phone": [*many, many[0]], "first_name": ['As"ha, née\nRao'] * 1004, "email": [None] * 1004})
    table = table.append_column("custom.city", pa.array(["Pune"] * 1004))
    vip = provider.create_list(ContactList(name="VIP"))
    assert settled(provider, provider.upload(table, to=vip)).state == "done"
    assert phones(provider, str(vip.list_id)) == many
    first = provider.members(str(vip.list_id)).items
    assert first.num_rows == 100
    assert set(first["first_name"].to_pylist()) == {'As"ha, née\nRao'}
    assert set(map(tuple, first["custom"].to_pylist())) == {(("city", "Pune"),)}
    assert provider.list(str(vip.list_id)).members == 1003


def test_file_for_a_new_list(provider: TextMagic) -> None:
    """A file for a list that is only named makes that list."""
    settled(provider, provider.upload(members({"phone": PHONES}), to=ContactList(name="News")))
    (made,) = provider.lists(name="News").items
    assert sorted(phones(provider, str(made.list_id))) == sorted(PHONES)


def test_wrong_key(send: Send) -> None:
    """A wrong key is refused, and the error does not repeat it."""
    stranger = TextMagic(authorized(send, KEY | {"X-TM-Key": "wrong horse"}), account="charles")
    with pytest.raises(UnauthorizedError) as caught:
        stranger.ping()
    assert "horse" not in str(caught.value)
