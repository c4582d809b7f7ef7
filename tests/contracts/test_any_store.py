"""What every store does with accounts, lists and contacts, whatever engine keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from listkit.contact import Contact, ContactList
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.server.store.base import Caller
from tests.contracts.engines import make_account, make_list, make_members, members_of, phones

if TYPE_CHECKING:
    from listkit.server.store.base import Account, Store

UNSTORABLE = ["a\0b", "a\ud800b"]


class TestAccounts:
    """Whose data it is."""

    def test_the_right_secret_proves_the_account_and_no_other_does(self, store: Store, acme: Account) -> None:
        """An account is given for its own login and secret of that API only."""
        assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
        assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
        for api, login, secret in (
            ("exotel", "acme-key", "acme-api-key"),
            ("exotel", "acme", "acme-api-key"),
            ("textmagic", "acme-key", "acme-token"),
            ("exotel", "nobody", "acme-token"),
            ("exotel", "acme-key", ""),
            ("exotel", "acme-key\0", "acme-token"),
            ("exotel", "acme-key", "\ud800"),
        ):
            assert store.authenticate(api, login, secret) is None

    def test_new_secrets_replace_the_old_ones(self, store: Store, acme: Account) -> None:
        """After set_secrets the old secret is refused at once, though it was proven before."""
        assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
        store.set_secrets(acme, {"exotel": ("acme-key", "another")})
        assert store.authenticate("exotel", "acme-key", "acme-token") is None
        assert store.authenticate("exotel", "acme-key", "another") == Caller(account=acme)
        assert store.authenticate("textmagic", "acme", "acme-api-key") == Caller(account=acme)

    def test_logins_are_nobody_elses(self, store: Store, acme: Account) -> None:
        """A name, sid, username or login that is taken is refused, and nothing of the account is kept."""
        with pytest.raises(DuplicateError):
            store.create_account("acme", sid="other", username="other", secrets={})
        with pytest.raises(DuplicateError):
            store.create_account("other", sid="other", username="other", secrets={"exotel": ("acme-key", "x")})
        other = make_account(store, "other")
        with pytest.raises(DuplicateError):
            store.set_secrets(other, {"exotel": ("acme-key", "x")})
        assert store.accounts() == [acme, other]

    def test_accounts_do_not_see_each_other(self, store: Store, acme: Account) -> None:
        """Ids, names and numbers of one account mean nothing in another, in every call."""
        other = make_account(store, "other")
        list_id = make_list(store, acme)
        (contact_id,) = make_members(store, acme, list_id, 1)
        own_list = make_list(store, other, "own")
        for refused in (
            lambda: store.list(other, "2"),
            lambda: store.members(other, "2"),
            lambda: store.delete_list(other, "2"),
            lambda: store.add_members(other, "2", []),
            lambda: store.contact(other, contact_id),
            lambda: store.lists_of(other, contact_id),
            lambda: store.set_members(other, own_list, [contact_id]),
            lambda: store.member_ids(other, "2"),
        ):
            with pytest.raises(NotFoundError):
                refused()
        assert store.find_contact(other, "+12025550001") is None
        assert store.contacts(other).total == store.contacts(other, search="555").total == 0
        assert isinstance(store.add_members(other, own_list, [contact_id])[0], NotFoundError)
        assert isinstance(store.delete_contacts(other, [contact_id])[0], NotFoundError)
        assert isinstance(store.update_contacts(other, [(contact_id, {"tag": "x"})])[0], NotFoundError)
        assert store.remove_members(other, own_list, [contact_id]) == [False]
        assert make_members(store, other, own_list, 1) == ["1"]
        assert members_of(store, acme, list_id) == ["+12025550001"]


class TestLists:
    """Named, counted, found again."""

    def test_a_name_is_given_once(self, store: Store, acme: Account) -> None:
        """A taken name is refused in its place, also one taken by an earlier item; the others are made."""
        made = store.create_lists(acme, [ContactList(name=name) for name in ("a", "b", "a")])
        assert [type(item) for item in made] == [ContactList, ContactList, DuplicateError]
        assert [type(item) for item in store.create_lists(acme, [ContactList(name="A")])] == [ContactList]
        refused = store.create_lists(acme, [ContactList(name="B"), ContactList(name="c")], ignore_case=True)
        assert [type(item) for item in refused] == [DuplicateError, ContactList]
        assert [item.list_id for item in store.lists(acme).items] == ["1", "2", "3", "4"]

    def test_what_was_given_is_kept(self, store: Store, acme: Account) -> None:
        """A list comes back as it was made, with an id, no members, and times."""
        new = ContactList(name="VIP", tag="t", description="d", type="dynamic", shared=True)
        (made,) = store.create_lists(acme, [new])
        assert store.list(acme, "1") == made
        assert (
            msgspec.structs.replace(made, list_id=None, members=None, created_at=None, updated_at=None, owner=None)
            == new
        )
        assert made.members == 0
        assert made.created_at is not None
        assert made.created_at.tzinfo is not None

    @pytest.mark.parametrize("list_id", ["2", "0", "-1", "01", "x", "", "1\0", "9" * 40, "١"])
    def test_what_is_no_id_is_not_found(self, store: Store, acme: Account, list_id: str) -> None:
        """An id that was never given is NotFoundError, whatever it is made of."""
        make_list(store, acme)
        with pytest.raises(NotFoundError):
            store.list(acme, list_id)

    def test_lists_are_found_by_name_text_and_ids(self, store: Store, acme: Account) -> None:
        """`name` is exact, `search` a caseless part of name or description, `ids` narrows; all together."""
        store.create_lists(acme, [
            ContactList(name="Straße 100%"), ContactList(name="strasse", description="Zürich_1"), ContactList(name="z"),
        ])  # fmt: skip

        def ids(**asked: object) -> list[str | None]:
            found = store.lists(acme, **asked)
            assert found.total == len(found.items)
            return [item.list_id for item in found.items]

        assert ids(name="strasse") == ["2"]
        assert ids(search="STRASSE") == ["1", "2"]
        assert ids(search="0%") == ["1"]
        assert ids(search="%") == ["1"]
        assert ids(search="ZÜRICH_") == ["2"]
        assert ids(search="_") == ["2"]
        assert ids(search="") == ["1", "2", "3"]
        assert ids(ids=["3", "1", "x"]) == ["1", "3"]
        assert ids(ids=[]) == []
        assert ids(ids=["2"], search="z", name="strasse") == ["2"]

    def test_lists_come_in_a_stable_order(self, store: Store, acme: Account) -> None:
        """Every sort is total, descending is its mirror, and pages cut it without gap or double."""
        store.create_lists(acme, [ContactList(name=name) for name in ("b", "a", "ä", "B", "c")])
        for sort, names in (("id", "baäBc"), ("created", "baäBc"), ("name", "Babcä")):
            for direction, wanted in (("asc", names), ("desc", names[::-1])):
                pages = [
                    store.lists(acme, offset=at, limit=2, sort=sort, direction=direction).items for at in (0, 2, 4, 6)
                ]
                assert "".join(item.name for page in pages for item in page) == wanted
        assert store.lists(acme, offset=9).total == 5

    def test_changes_are_made_in_order(self, store: Store, acme: Account) -> None:
        """Each change sees those before it: a name given up is free, a name taken is refused."""
        a, b = make_list(store, acme, "a"), make_list(store, acme, "b")
        outcomes = store.update_lists(acme, [
            (b, {"name": "a"}), (a, {"name": "c"}), (b, {"name": "a", "tag": "t"}), ("9", {"tag": "t"}),
            (a, {"tag": None}), (a, {"name": "c"}),
        ])  # fmt: skip
        kinds = [DuplicateError, ContactList, ContactList, NotFoundError, ContactList, ContactList]
        assert [type(outcome) for outcome in outcomes] == kinds
        assert [(item.name, item.tag) for item in store.lists(acme).items] == [("c", None), ("a", "t")]
        assert outcomes[2] == store.list(acme, b)

    def test_names_are_compared_as_the_caller_asks(self, store: Store, acme: Account) -> None:
        """A list may change the case of its own name, and take no other's when case does not count."""
        a, _ = make_list(store, acme, "a"), make_list(store, acme, "b")
        outcomes = store.update_lists(acme, [(a, {"name": "A"}), (a, {"name": "B"})], ignore_case=True)
        assert [type(outcome) for outcome in outcomes] == [ContactList, DuplicateError]
        assert store.list(acme, a).name == "A"

    def test_deleting_a_list_keeps_its_contacts_or_not(self, store: Store, acme: Account) -> None:
        """Contacts stay, unless orphans are to go: then those in no other list go with it."""
        first, second, third = (make_list(store, acme, name) for name in "abc")
        make_members(store, acme, first, 1, 2)
        make_members(store, acme, second, 2, 3)
        make_members(store, acme, third, 3)
        assert store.delete_list(acme, first).members == 2
        assert store.contacts(acme).total == 3
        assert store.delete_list(acme, second, destroy_orphans=True).members == 2
        assert [record.phone for record in store.contacts(acme).items] == ["+12025550001", "+12025550003"]
        assert members_of(store, acme, third) == ["+12025550003"]
        with pytest.raises(NotFoundError):
            store.delete_list(acme, first)


class TestContacts:
    """One a number in an account."""

    def test_a_number_is_kept_once(self, store: Store, acme: Account) -> None:
        """A number that is there, or was earlier in the call, gives the contact that is there, unchanged."""
        first = Contact(phone="+12025550101", first_name="Asha", custom={"n": [1, {"x": None}]})
        again = Contact(phone="+12025550101", first_name="Someone else")
        kept = store.create_contacts(acme, [first, again, *phones(7)])
        assert [item.is_new for item in kept] == [True, False, True]
        assert kept[0].record == kept[1].record == store.find_contact(acme, "+12025550101")
        assert kept[0].record.first_name == "Asha"
        assert kept[0].record.custom == {"n": [1, {"x": None}]}
        (later,) = store.create_contacts(acme, [again])
        assert (later.is_new, later.record) == (False, kept[0].record)
        assert [item.record.contact_id for item in kept] == ["1", "1", "2"]
        assert store.contact(acme, "2").phone == "+12025550007"
        assert store.find_contact(acme, "12025550101") is None

    def test_contacts_are_searched(self, store: Store, acme: Account) -> None:
        """Search is a caseless part, or with `exact` the whole, of name, company, email or number."""
        store.create_contacts(acme, [
            Contact(phone="+12025550101", first_name="José", last_name="Díaz"),
            Contact(phone="+442079460102", company="100% Ltd_", email="J@x.example"),
            Contact(phone="+442079460103", tag="José"),
        ])  # fmt: skip

        def ids(search: str, **asked: object) -> str:
            found = store.contacts(acme, search=search, **asked)
            assert found.total == len(found.items)
            return "".join(record.contact_id for record in found.items)

        assert ids("JOS") == ids("díaz", exact=True) == ids("202555") == ids("é") == "1"
        assert ids("%") == ids("_") == ids("100% ltd_", exact=True) == ids("j@X", exact=False) == "2"
        assert ids("jos", exact=True) == ids("e\nd") == ids("joséd") == ""
        assert ids("+442079460103", exact=True) == ids("442079460103", exact=True) == "3"
        assert ids("44", ids=["1", "2"]) == "2"

    def test_contacts_are_narrowed_by_list(self, store: Store, acme: Account) -> None:
        """`list_ids` keeps those that are in at least one of the lists, each once."""
        first, second = make_list(store, acme, "a"), make_list(store, acme, "b")
        make_members(store, acme, first, 1, 2)
        make_members(store, acme, second, 2, 3)
        store.create_contacts(acme, phones(4))
        assert store.contacts(acme, list_ids=[first, second, "9"]).total == 3
        assert [item.contact_id for item in store.contacts(acme, list_ids=[second]).items] == ["2", "3"]
        assert store.contacts(acme, list_ids=[]).total == 0

    def test_contacts_come_in_a_stable_order(self, store: Store, acme: Account) -> None:
        """Every sort is total: ties by id, missing names first, descending the mirror; pages do not overlap."""
        names = ["b", None, "a", "b", "B", None]
        list_id = make_list(store, acme)
        kept = store.create_contacts(
            acme, [Contact(phone=f"+1202555000{at}", first_name=name) for at, name in enumerate(names)]
        )
        store.add_members(acme, list_id, [item.record.contact_id for item in reversed(kept)])
        for sort, wanted in (("id", "123456"), ("created", "123456"), ("first_name", "265314")):
            for direction in ("asc", "desc"):
                expected = wanted if direction == "asc" else wanted[::-1]
                for page in (
                    lambda **asked: store.contacts(acme, **asked),
                    lambda **asked: store.members(acme, list_id, **asked),
                ):
                    found = [page(offset=at, limit=4, sort=sort, direction=direction) for at in (0, 4, 8)]
                    assert "".join(record.contact_id for part in found for record in part.items) == expected
                    assert {part.total for part in found} == {6}

    def test_changes_are_made_in_order(self, store: Store, acme: Account) -> None:
        """Each change sees those before it: a number given up is free, a number taken is refused."""
        store.create_contacts(acme, phones(1, 2))
        outcomes = store.update_contacts(acme, [
            ("2", {"phone": "+12025550001"}), ("1", {"phone": "+12025550003", "custom": {"a": "1"}}),
            ("2", {"phone": "+12025550001", "tag": "t"}), ("9", {}), ("1", {"phone": "+12025550003"}),
        ])  # fmt: skip
        assert [type(outcome).__name__ for outcome in outcomes] == [
            "DuplicateError", "Record", "Record", "NotFoundError", "Record",
        ]  # fmt: skip
        assert store.contact(acme, "1").custom == {"a": "1"}
        assert store.find_contact(acme, "+12025550001") == outcomes[2] == store.contact(acme, "2")
        assert store.find_contact(acme, "+12025550002") is None
        assert store.contacts(acme, search="0003").items == [outcomes[4]]

    def test_deleting_contacts_takes_them_off_every_list(self, store: Store, acme: Account) -> None:
        """A deleted contact is returned as it was, once, and every list counts one less."""
        first, second = make_list(store, acme, "a"), make_list(store, acme, "b")
        make_members(store, acme, first, 1, 2)
        make_members(store, acme, second, 2)
        before = store.contact(acme, "2")
        outcomes = store.delete_contacts(acme, ["2", "2", "x"])
        assert outcomes[0] == before
        assert [type(outcome) for outcome in outcomes[1:]] == [NotFoundError, NotFoundError]
        assert members_of(store, acme, first) == ["+12025550001"]
        assert members_of(store, acme, second) == []
        assert store.contacts(acme).total == 1
        assert store.create_contacts(acme, phones(2))[0].record.contact_id == "3"


class TestBadText:
    """What no engine can keep is refused by all of them, in the same way."""

    @pytest.mark.parametrize("text", UNSTORABLE)
    def test_text_that_cannot_be_kept_is_refused(self, store: Store, acme: Account, text: str) -> None:
        """NUL and half characters are InvalidError wherever text goes in, and nothing is applied."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, phones(1))
        (list_outcome, fine) = store.create_lists(acme, [ContactList(name=text), ContactList(name="fine")])
        assert (type(list_outcome), type(fine)) == (InvalidError, ContactList)
        assert isinstance(store.update_lists(acme, [(list_id, {"name": text})])[0], InvalidError)
        assert isinstance(store.update_lists(acme, [(list_id, {"description": text})])[0], InvalidError)
        assert isinstance(store.update_contacts(acme, [("1", {"last_name": text})])[0], InvalidError)
        assert isinstance(store.update_contacts(acme, [("1", {"phone": text})])[0], InvalidError)
        assert isinstance(store.update_contacts(acme, [("1", {"custom": {"a": [text]}})])[0], InvalidError)
        for refused in (
            lambda: store.create_contacts(acme, [*phones(2), Contact(phone="+12025550103", email=text)]),
            lambda: store.create_contacts(acme, [*phones(2), Contact(phone="+12025550103", custom={text: 1})]),
            lambda: store.create_contacts(acme, [Contact(phone=text)]),
            lambda: store.find_contact(acme, text),
            lambda: store.contacts(acme, search=text),
            lambda: store.lists(acme, search=text),
            lambda: store.lists(acme, name=text),
        ):
            with pytest.raises(InvalidError):
                refused()
        assert store.contacts(acme).total == 1
        assert store.lists(acme).total == 2

    def test_custom_fields_nested_without_end_are_refused(self, store: Store, acme: Account) -> None:
        """Custom fields that cannot be written down are InvalidError, not a crash."""
        nested: dict[str, object] = {}
        for _ in range(100_000):
            nested = {"a": nested}
        with pytest.raises(InvalidError):
            store.create_contacts(acme, [Contact(phone="+12025550101", custom=nested)])

    def test_a_backslash_before_u0000_is_just_text(self, store: Store, acme: Account) -> None:
        """Text that only looks like an escaped NUL is kept as it is."""
        custom = {"a": "\\u0000", "b": "\\\\u0000", "c": "\U0001f600\u202e"}
        (kept,) = store.create_contacts(acme, [Contact(phone="+12025550101", first_name="\U0001f600", custom=custom)])
        assert store.contact(acme, kept.record.contact_id) == kept.record
        assert kept.record.custom == custom
