"""What every store knows beside lists: users, whose things are, marks, fields, and who opted out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from listkit.contact import Contact, ContactList
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.server.store.base import Caller
from listkit.server.store.jobs import Job
from listkit.server.store.people import FIRST_USER, Marks, Tag, User
from tests.contracts.engines import make_account, make_list, make_members, members_of, phones, rows_of

if TYPE_CHECKING:
    from listkit.server.store.base import Account, Store

SUB = 2


@pytest.fixture
def shared(store: Store, acme: Account) -> Store:
    """Make a sub-account, a list of each user, a shared one of the sub-account's, and a contact in each."""
    store.create_user(acme, "sub", secret="sub-key")
    store.create_lists(acme, [ContactList(name="mine")])
    store.create_lists(acme, [ContactList(name="theirs"), ContactList(name="shown", shared=True)], owner=SUB)
    for number, owner in (("1", FIRST_USER), ("2", SUB), ("3", SUB)):
        store.create_contacts(acme, phones(int(number)), list_ids=[number], marks={"owner": owner})
    return store


class TestUsers:
    """Who uses an account."""

    def test_a_sub_account_has_a_login_of_its_own(self, store: Store, acme: Account) -> None:
        """A user's key proves that user; the first user is the account's own; a login is nobody else's."""
        assert store.users(acme) == [User(user_id=FIRST_USER, username="acme")]
        assert store.create_user(acme, "sub", secret="sub-key") == User(user_id=SUB, username="sub")
        assert store.authenticate("textmagic", "sub", "sub-key") == Caller(account=acme, user_id=SUB, writes=1)
        assert store.authenticate("textmagic", "acme", "acme-api-key") == Caller(account=acme, writes=1)
        for username in ("sub", "acme"):
            with pytest.raises(DuplicateError):
                store.create_user(make_account(store, f"of {username}"), username, secret="x")
        with pytest.raises(InvalidError):
            store.create_user(acme, "a\0b", secret="x")
        assert [user.username for user in store.users(acme)] == ["acme", "sub"]

    def test_new_secrets_leave_the_sub_accounts(self, store: Store, acme: Account) -> None:
        """The account's own keys are replaced; a sub-account's stays."""
        store.create_user(acme, "sub", secret="sub-key")
        store.set_secrets(acme, {"textmagic": ("acme", "another")})
        assert store.authenticate("textmagic", "sub", "sub-key") == Caller(account=acme, user_id=SUB, writes=1)

    def test_an_account_is_at_home_somewhere(self, store: Store) -> None:
        """An account's country comes back with it, and is the default one unless it is said."""
        made = store.create_account("in", sid="in", username="in", secrets={}, country="IN")
        assert [account.country for account in (made, make_account(store, "x"))] == ["IN", "GB"]
        assert store.accounts()[0] == made


class TestWhose:
    """Lists and contacts of users."""

    def test_lists_are_narrowed(self, shared: Store, acme: Account) -> None:
        """`owner` gives a user's own, `seen_by` also what others share, neither all."""

        def names(**asked: Any) -> str:
            found = shared.lists(acme, **asked)
            assert found.total == len(found.items)
            return " ".join(item.name for item in found.items)

        assert names() == "mine theirs shown"
        assert (names(owner=FIRST_USER), names(owner=SUB)) == ("mine", "theirs shown")
        assert (names(seen_by=FIRST_USER), names(seen_by=SUB)) == ("mine shown", "theirs shown")

    def test_contacts_are_narrowed(self, shared: Store, acme: Account) -> None:
        """A user sees his own contacts and those in lists that he sees; somebody else's in his own list, too."""

        def ids(**asked: Any) -> str:
            found = shared.contacts(acme, **asked)
            assert found.total == len(found.items)
            return "".join(record.contact_id for record in found.items)

        assert ids() == "123"
        assert (ids(owner=FIRST_USER), ids(owner=SUB), ids(owner=9)) == ("1", "23", "")
        assert (ids(seen_by=FIRST_USER), ids(seen_by=SUB)) == ("13", "23")
        shared.add_members(acme, "2", ["1"])
        assert (ids(seen_by=SUB), ids(owner=SUB)) == ("123", "23")
        assert [item.name for item in shared.lists_of(acme, "1", seen_by=FIRST_USER).items] == ["mine"]
        assert [item.name for item in shared.lists_of(acme, "1").items] == ["mine", "theirs"]

    def test_names_are_compared_among_the_owners_lists(self, shared: Store, acme: Account) -> None:
        """With `owner` a name is taken only by that user's lists, at making and at renaming; without, by any."""
        made = shared.create_lists(
            acme, [ContactList(name="MINE"), ContactList(name="Theirs")], ignore_case=True, owner=SUB
        )
        assert [type(item) for item in made] == [ContactList, DuplicateError]
        assert isinstance(shared.create_lists(acme, [ContactList(name="theirs")])[0], DuplicateError)
        renamed = shared.update_lists(acme, [("4", {"name": "mine"}), ("4", {"name": "shown"})], owner=SUB)
        assert [type(item) for item in renamed] == [ContactList, DuplicateError]

    def test_an_owner_has_one_default_list(self, shared: Store, acme: Account) -> None:
        """A list that becomes the default one takes that from the owner's others, and from nobody else's."""
        shared.update_lists(acme, [("1", {"is_default": True}), ("2", {"is_default": True, "favorited": True})])
        shared.create_lists(acme, [ContactList(name="new", is_default=True)], owner=SUB)
        assert [item.name for item in shared.lists(acme, only_default=True).items] == ["mine", "new"]
        assert [item.name for item in shared.lists(acme, only_favorited=True).items] == ["theirs"]

    def test_lists_of_a_user_are_deleted(self, shared: Store, acme: Account) -> None:
        """Of several only the user's go, or all of them, with the contacts in no other list."""
        shared.delete_lists(acme, ["1", "2", "9"], owner=SUB, destroy_orphans=True)
        assert [item.list_id for item in shared.lists(acme).items] == ["1", "3"]
        assert [record.contact_id for record in shared.contacts(acme).items] == ["1", "3"]
        shared.delete_lists(acme, None, owner=FIRST_USER)
        assert [item.list_id for item in shared.lists(acme).items] == ["3"]
        assert shared.contacts(acme).total == 2

    def test_all_of_a_users_contacts(self, shared: Store, acme: Account) -> None:
        """All that a user has join a list, or go, and nobody else's."""
        shared.set_members(acme, "1", None, owner=SUB)
        assert members_of(shared, acme, "1") == ["+12025550002", "+12025550003"]
        shared.delete_every_contact(acme, owner=SUB)
        assert [record.contact_id for record in shared.contacts(acme).items] == ["1"]
        assert [item.members for item in shared.lists(acme).items] == [0, 0, 0]
        shared.delete_every_contact(acme, owner=FIRST_USER)
        assert shared.contacts(acme).total == 0

    def test_lists_of_others_stay_as_they_are(self, shared: Store, acme: Account) -> None:
        """With `owner` an edit takes a contact off that user's lists only."""
        shared.add_members(acme, "1", ["2"])
        shared.update_contacts(acme, [("2", {})], list_ids=["3"], owner=SUB)
        assert [item.name for item in shared.lists_of(acme, "2").items] == ["mine", "shown"]

    def test_a_file_makes_its_lists_owners_contacts(self, shared: Store, acme: Account) -> None:
        """Contacts that an upload makes belong to whose list it fills; known ones stay whose they are."""
        new = Job(upload_id="", account_id=acme.account_id, api="textmagic", list_id="2", path="", layout={0: "phone"})
        shared.load_rows(shared.create_job(new), rows_of(phones(1, 7)))
        made = shared.find_contact(acme, "+12025550007")
        assert made is not None
        assert [one.owner for one in shared.marks(acme, ["1", made.contact_id]).values()] == [FIRST_USER, SUB]


class TestMarks:
    """What is said about contacts."""

    def test_nothing_is_said_at_first(self, store: Store, acme: Account) -> None:
        """A contact about which nothing is said is the first user's and marked in no way."""
        make_members(store, acme, make_list(store, acme), 1)
        assert store.marks(acme, ["1"]) == {"1": Marks()}

    def test_marks_are_kept_beside_the_fields(self, store: Store, acme: Account) -> None:
        """Marks are given at making and changed at editing, one by one, with the fields and without."""
        store.create_contacts(acme, phones(1, 2), marks={"favorited": True, "tags": ["b", "a"]})
        store.update_contacts(acme, [("1", {"first_name": "Asha", "blocked": True, "phone_type": "0"})])
        said = store.marks(acme, ["1", "2"])
        a, b = Tag("1", "a"), Tag("2", "b")
        assert said["2"] == Marks(favorited=True, tags=(b, a))
        assert said["1"] == Marks(favorited=True, tags=(b, a), blocked=True, phone_type="0")
        assert store.contact(acme, "1").first_name == "Asha"
        store.update_contacts(acme, [("1", {"favorited": False, "blocked": False, "phone_type": None, "tags": []})])
        assert store.marks(acme, ["1"])["1"] == Marks()

    def test_contacts_are_found_by_marks(self, store: Store, acme: Account) -> None:
        """The blocked ones are left out on request, and those with one of some tags are found."""
        store.create_contacts(acme, phones(*range(1, 13)))
        tags = [f"t{number}" for number in range(1, 13)]
        for number, tag in enumerate(tags, 1):
            store.update_contacts(acme, [(str(number), {"tags": [tag, "all"]})])
        assert [record.contact_id for record in store.contacts(acme, tag_ids=["3"]).items] == ["2"]
        assert store.contacts(acme, tag_ids=["1"]).total == 12
        assert store.contacts(acme, tag_ids=["13", "12", "x"]).total == 2
        assert store.contacts(acme, tag_ids=[]).total == store.contacts(acme, tag_ids=["99"]).total == 0
        assert store.contacts(acme, with_blocked=False).total == 12
        store.update_contacts(acme, [("5", {"blocked": True})])
        assert store.contacts(acme, with_blocked=False).total == 11
        assert store.contacts(acme).total == 12

    def test_marks_go_with_the_contact(self, store: Store, acme: Account) -> None:
        """A contact that is destroyed leaves no marks to the next, in every way of destroying."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, phones(1, 2), list_ids=[list_id], marks={"blocked": True})
        store.delete_contacts(acme, ["1"])
        store.remove_members(acme, list_id, ["2"], destroy_orphans=True)
        store.create_contacts(acme, phones(1, 2))
        assert store.contacts(acme, with_blocked=False).total == 2

    def test_a_list_that_is_unknown_makes_nothing(self, store: Store, acme: Account) -> None:
        """A contact for an unknown list is not made, and an edit with one changes nothing."""
        list_id = make_list(store, acme)
        with pytest.raises(NotFoundError):
            store.create_contacts(acme, phones(1), list_ids=[list_id, "9"], marks={"tags": ["x"]})
        assert store.contacts(acme).total == 0
        store.create_contacts(acme, phones(1), list_ids=[list_id, list_id])
        with pytest.raises(NotFoundError):
            store.update_contacts(acme, [("1", {"tag": "x", "blocked": True})], list_ids=["9"])
        assert (store.contact(acme, "1").tag, store.marks(acme, ["1"])["1"]) == (None, Marks())
        assert members_of(store, acme, list_id) == ["+12025550001"]


class TestFields:
    """Names in the `custom` of contacts."""

    def names(self, store: Store, account: Account) -> list[tuple[str, str]]:
        """Return the ids and names of all fields."""
        return [(field.field_id, field.name) for field in store.fields(account).items]

    def test_a_name_becomes_a_field_when_it_is_written(self, store: Store, acme: Account) -> None:
        """Making, changing and uploading contacts makes fields of new names, each once."""
        store.create_field(acme, "first")
        store.create_contacts(acme, [Contact(phone="+12025550101", custom={"city": "Pune", "first": 1})])
        store.update_contacts(acme, [("1", {"custom": {"n": None}}), ("1", {"custom.plan": "A"})])
        layout = {0: "phone", 1: "custom.seat"}
        store.create_job(
            Job(upload_id="", account_id=1, api="exotel", list_id=make_list(store, acme), path="", layout=layout)
        )
        assert self.names(store, acme) == [("1", "first"), ("2", "city"), ("3", "n"), ("4", "plan"), ("5", "seat")]
        assert store.contact(acme, "1").custom == {"n": None, "plan": "A"}
        assert [field.name for field in store.fields(acme, names=["n", "x"]).items] == ["n"]
        page = store.fields(acme, offset=1, limit=2, direction="desc")
        assert ([field.name for field in page.items], page.total) == (["plan", "n"], 5)

    def test_a_name_is_given_once(self, store: Store, acme: Account) -> None:
        """A taken name is refused, at making and at renaming, and so is one that no engine keeps."""
        store.create_field(acme, "a")
        store.create_field(acme, "b")
        for refused in (lambda: store.create_field(acme, "a"), lambda: store.rename_field(acme, "2", "a")):
            with pytest.raises(DuplicateError):
                refused()
        with pytest.raises(InvalidError):
            store.create_field(acme, "a\0")
        assert store.rename_field(acme, "2", "b").name == "b"
        for refused in (lambda: store.rename_field(acme, "9", "x"), lambda: store.delete_field(acme, "x")):
            with pytest.raises(NotFoundError):
                refused()

    def test_one_value_is_changed(self, store: Store, acme: Account) -> None:
        """One of a contact's own fields is set or taken away, and the others stay."""
        store.create_contacts(acme, [Contact(phone="+12025550101", custom={"a": [1], "b": None})])
        store.update_contacts(acme, [("1", {"custom.c": "x"}), ("1", {"custom.a": None}), ("1", {"custom.z": None})])
        assert store.contact(acme, "1").custom == {"b": None, "c": "x"}
        store.update_contacts(acme, [("1", {"custom.b": None, "custom.c": None})])
        assert store.contact(acme, "1").custom is None

    def test_a_new_name_is_everywhere(self, store: Store, acme: Account) -> None:
        """Renaming and deleting reach every contact that has the field, in its place among the others, and no other."""
        odd = 'a"b\\c'
        store.create_contacts(acme, [
            Contact(phone="+12025550101", custom={"x": 1, odd: "%", "y": {odd: 2}}),
            Contact(phone="+12025550102", custom={"y": odd}),
            Contact(phone="+12025550103", custom={odd: None}),
        ])  # fmt: skip
        other = make_account(store, "other")
        store.create_contacts(other, [Contact(phone="+12025550101", custom={odd: "%"})])
        (field,) = store.fields(acme, names=[odd]).items
        assert store.rename_field(acme, field.field_id, "new").name == "new"
        customs = [record.custom for record in store.contacts(acme).items]
        assert customs == [{"x": 1, "new": "%", "y": {odd: 2}}, {"y": odd}, {"new": None}]
        assert list(customs[0]) == ["x", "new", "y"]
        store.delete_field(acme, field.field_id)
        assert [record.custom for record in store.contacts(acme).items] == [{"x": 1, "y": {odd: 2}}, {"y": odd}, None]
        assert store.contacts(other).items[0].custom == {odd: "%"}
        assert store.fields(acme, names=["new", odd]).total == 0
        assert int(store.create_field(acme, "new").field_id) > int(field.field_id)

    def test_what_contacts_have_in_one_list_is_reached_too(self, store: Store, acme: Account) -> None:
        """A field of an upload's own columns, which stands with the memberships, is renamed and deleted there."""
        layout = {0: "phone", 1: "custom.seat"}
        new = Job(upload_id="", account_id=1, api="exotel", list_id=make_list(store, acme), path="", layout=layout)
        rows = [Contact(phone=f"+1202555{number:04}", custom={"seat": str(number)}) for number in range(3)]
        store.load_rows(store.create_job(new), rows_of(rows))
        (field,) = store.fields(acme).items
        store.rename_field(acme, field.field_id, "place")
        assert [record.custom for record in store.members(acme, "1").items] == [{"place": str(at)} for at in range(3)]
        store.delete_field(acme, field.field_id)
        assert [record.custom for record in store.members(acme, "1").items] == [None] * 3

    def test_textmagics_columns_are_the_contacts_own(self, store: Store, acme: Account) -> None:
        """A TextMagic import keeps its further columns with the contacts that it makes; known ones are not touched."""
        store.create_contacts(acme, phones(1))
        layout = {0: "phone", 1: "custom.city"}
        new = Job(upload_id="", account_id=1, api="textmagic", list_id=make_list(store, acme), path="", layout=layout)
        rows = [Contact(phone=f"+1202555000{number}", custom={"city": "Goa"}) for number in (1, 2)]
        store.load_rows(store.create_job(new), rows_of(rows))
        assert [record.custom for record in store.contacts(acme).items] == [None, {"city": "Goa"}]


class TestUnsubscribers:
    """Who opted out."""

    def test_an_opt_out_is_kept_once_and_for_good(self, store: Store, acme: Account) -> None:
        """A number opts out once, with the name of its contact where there is one; the lists stay as they are."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, [Contact(phone="+12025550101", first_name="Asha")], list_ids=[list_id])
        first = store.unsubscribe(acme, "+12025550101")
        store.unsubscribe(acme, "+12025550102")
        assert store.unsubscribe(acme, "+12025550101") == first
        assert (first.unsubscriber_id, first.first_name) == ("1", "Asha")
        assert members_of(store, acme, list_id) == ["+12025550101"]
        store.delete_contacts(acme, ["1"])
        found = store.unsubscribers(acme)
        assert [(one.phone, one.first_name) for one in found.items] == [("+12025550101", None), ("+12025550102", None)]
        assert found.items[0].unsubscribed_at == first.unsubscribed_at

    def test_opt_outs_are_paged(self, store: Store, acme: Account) -> None:
        """They come in the order of opting out, forwards and backwards, in pages and by ids, of one account only."""
        for number in range(5):
            store.unsubscribe(acme, f"+1202555{number:04}")
        page = store.unsubscribers(acme, offset=1, limit=2, direction="desc")
        assert ([one.unsubscriber_id for one in page.items], page.total) == (["4", "3"], 5)
        assert [one.unsubscriber_id for one in store.unsubscribers(acme, ids=["2", "9", "x"]).items] == ["2"]
        assert store.unsubscribers(make_account(store, "other")).total == 0


def test_names_alone_are_searched(store: Store, acme: Account) -> None:
    """With `only_names` a text is found in the first name, the last name and the number, and nowhere else."""
    store.create_contacts(acme, [Contact(phone="+12025550101", first_name="As%ha", company="Rao")])
    store.create_contacts(acme, [
        Contact(phone="+12025550102", last_name="Rao", email="asha@x.example"),
        Contact(phone="+12025550103", company="Asha_"),
    ])  # fmt: skip
    store.update_contacts(acme, [("3", {"company": "Asha/"})])

    def ids(search: str) -> str:
        return "".join(record.contact_id for record in store.contacts(acme, search=search, only_names=True).items)

    assert (ids("RAO"), ids("asha"), ids("%"), ids("/"), ids("_"), ids("0103"), ids("+1")) == (
        "2", "", "1", "", "", "3", "123",
    )  # fmt: skip
    assert store.contacts(acme, search="asha").total == 2
