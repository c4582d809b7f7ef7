"""An account: where its keys come from, what its frames look like, and what it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import Mock

import msgspec
import pandas as pd
import pytest

from listkit import account as account_module
from listkit import providers, pushing
from listkit.account import Account
from listkit.connecting import connect
from listkit.contact import ContactList, Page
from listkit.errors import (
    AccountMismatchError,
    AmbiguousListError,
    AnswerLostError,
    ColumnsError,
    DuplicateError,
    IncompleteWarning,
    NotFoundError,
    PlanRefused,
    UnauthorizedError,
)
from listkit.providers.base import Limit, Operation
from listkit.testing import sandbox
from listkit.wire.tables import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from listkit.testing import Sandbox

MADE = datetime(2026, 1, 23, 9, 24, 59, tzinfo=UTC)
COLUMNS = ["list_id", "list_name", "list_tag", "description", "type", "shared", "members"]


class Shelf:
    """A provider of a few lists in memory."""

    name = "textmagic"
    account = "asha"
    host = "rest.textmagic.com"
    limits = {"members_per_page": Limit(100, "contacts", "made up"), "members_per_list": Limit(None, "contacts", "")}  # noqa: RUF012 - never changed

    def __init__(self, *, destroys: bool = True, growing: bool = False, **kept: list[str]) -> None:
        self.operations = {"delete_list": Operation("harmless", destroys=destroys)}
        self.kept = [
            ContactList(name=name, list_id=str(at), members=len(phones), created_at=MADE)
            for at, (name, phones) in enumerate(kept.items(), 7)
        ]
        self.phones = dict(zip([kept.list_id for kept in self.kept], kept.values(), strict=True))
        self.growing = growing

    def ping(self) -> None:
        """Answer."""

    def unsubscribers(self, *, after: int | None = None) -> Page[pa.Table]:
        """Say that nobody opted out."""
        return Page(items=members({"phone": []}))

    def lists(self, *, name: str | None = None, after: int | None = None) -> Page[list[ContactList]]:
        """Return the lists whose names hold `name`."""
        return Page(items=[kept for kept in self.kept if (name or "").lower() in kept.name.lower()])

    def list(self, list_id: str) -> ContactList:
        """Return one list, as it is counted now."""
        for kept in self.kept:
            if kept.list_id == list_id:
                return msgspec.structs.replace(kept, members=len(self.phones[list_id]))
        raise NotFoundError("Resource does not exist.")

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list, once."""
        if any(kept.name == new.name for kept in self.kept):
            raise DuplicateError("List with this name already exists.", field="name")
        made = msgspec.structs.replace(new, list_id=str(len(self.kept) + 7), members=0)
        self.kept.append(made)
        self.phones[made.list_id] = []
        return made

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:
        """Rename a list; a tag that is not given is gone."""
        changed = msgspec.structs.replace(self.list(list_id), name=name, tag=tag)
        self.kept = [changed if kept.list_id == list_id else kept for kept in self.kept]
        return changed

    def delete_list(self, list_id: str) -> None:
        """Delete a list."""
        self.kept = [kept for kept in self.kept if kept.list_id != list_id]

    def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
        """Return all members in one page."""
        phones = list(self.phones[list_id])
        if self.growing:
            self.phones[list_id].append(f"+1202555{len(phones):04}")
        custom = [[("city", "Pune")] for _ in phones] if list_id == "7" else [None for _ in phones]
        return Page(items=members({"phone": phones, "contact_id": phones, "custom": custom}))


ASHA, BIRGIT, CHEN = "+12025550101", "+12025550102", "+12025550103"


def shelf(**options: bool) -> Account:
    """Make an account with three lists."""
    return Account(Shelf(VIP=[ASHA, BIRGIT], Staff=[CHEN], Empty=[], **options))


# frames ------------------------------------------------------------------------------------
def test_lists_are_a_frame_of_their_own_types() -> None:
    """The columns and their types are as promised, also with no list at all."""
    for account in (shelf(), Account(Shelf())):
        frame = account.lists()
        assert [*frame.columns] == [*COLUMNS, "created_at", "updated_at", "provider"]
        assert frame.dtypes.astype("str").to_dict() == dict.fromkeys(frame.columns, "str") | {
            "shared": "bool",
            "members": "Int64",
            "created_at": "datetime64[us, UTC]",
            "updated_at": "datetime64[us, UTC]",
        }
    frame = shelf().lists()
    assert frame["list_name"].to_list() == ["VIP", "Staff", "Empty"]
    assert frame["members"].to_list() == [2, 1, 0]
    assert frame["created_at"].iloc[0] == MADE
    assert frame["updated_at"].isna().all()
    assert shelf().lists("Staff")["list_id"].to_list() == ["8"]
    assert shelf().lists("staff").empty


def test_contacts_are_a_frame_that_says_where_each_is_from() -> None:
    """Contacts come with their list's id and name, and the provider's own fields at the end."""
    frame = shelf().contacts("VIP")
    assert frame["phone"].to_list() == [ASHA, BIRGIT]
    assert [*frame.columns] == [
        *("phone", "first_name", "last_name", "company", "email", "tag", "contact_id", "list_id", "list_name"),
        "custom.city",
    ]
    assert set(frame.dtypes.astype("str")) == {"str"}
    assert frame["list_id"].unique().tolist() == ["7"]


def test_several_lists_make_one_frame() -> None:
    """Names, a lists frame and the accessor's loaders give the same contacts, in the order asked for."""
    account = shelf()
    lists = account.lists()
    for frame in (
        account.contacts(["VIP", "Staff"]),
        account.contacts(lists),
        account_module.members(lists, account),
        account_module.load_contacts(account, ["VIP", "Staff"]),
    ):
        assert frame[["phone", "list_name"]].to_numpy().tolist() == [[ASHA, "VIP"], [BIRGIT, "VIP"], [CHEN, "Staff"]]
    pd.testing.assert_frame_equal(account_module.load_lists(account, "VIP"), account.lists("VIP"))


def test_no_list_is_an_empty_frame_with_columns() -> None:
    """Reading an empty list, or none of a lists frame, gives the columns and no row."""
    account = shelf()
    nothing = account.contacts([])
    assert [*nothing.columns] == [*account.contacts("Empty").columns]
    assert nothing.empty
    assert set(nothing.dtypes.astype("str")) == {"str"}


def test_a_string_is_a_name_and_an_id_is_an_id() -> None:
    """An id in the place of a name is not found; by `list_id=` it is."""
    account = shelf()
    assert account.contacts(list_id="8")["list_name"].to_list() == ["Staff"]
    with pytest.raises(NotFoundError):
        account.contacts("8")
    for call in (
        lambda: account.contacts(None),
        account.contacts,
        lambda: account.contacts("VIP", list_id="7"),
        lambda: account.contacts(8),
    ):
        with pytest.raises(TypeError, match="list"):
            call()
    with pytest.raises(ColumnsError, match="has a column 'provider'"):
        account.contacts(pd.DataFrame({"phone": [ASHA]}))


def test_an_unknown_name_gets_names_that_are_close() -> None:
    """A slip is answered with what was probably meant."""
    with pytest.raises(NotFoundError, match=r"no list named 'vipp'\. Did you mean 'VIP'\?"):
        shelf().contacts("vipp")
    with pytest.raises(NotFoundError, match=r"no list named 'xyz'\. No name is close\."):
        shelf().contacts("xyz")


def test_two_lists_of_one_name_are_ambiguous() -> None:
    """Nothing is chosen for the user."""
    account = shelf()
    account.provider.kept.append(ContactList(name="VIP", list_id="99"))
    for call in (account.contacts, account.delete_list):
        with pytest.raises(AmbiguousListError, match="7, 99"):
            call("VIP")


def test_a_lists_frame_of_another_provider_is_refused() -> None:
    """Its ids mean nothing here."""
    account = shelf()
    with pytest.raises(AccountMismatchError, match="kept by exotel, not by textmagic"):
        account.contacts(account.lists().assign(provider="exotel"))


def test_an_incomplete_reading_is_warned_of() -> None:
    """`contacts` warns with the numbers; `pulling` says it in its fields."""
    account = shelf(growing=True)
    with pytest.warns(IncompleteWarning, match=r"changed while it was read: 4 contacts of 5"):
        assert len(account.contacts("VIP")) == 4
    pulling = account.pulling("VIP")
    assert (pulling.complete, pulling.expected, len(pulling.frame)) == (False, 8, 7)
    assert pulling.read_at.tzinfo is not None


# lists -------------------------------------------------------------------------------------
def test_lists_are_made_and_renamed_as_frames() -> None:
    """What is made or renamed comes back as a lists frame that can be read from; a rename keeps the tag."""
    account = shelf()
    made = account.create_list(" New ", tag="demo")
    assert made[["list_name", "list_tag"]].to_numpy().tolist() == [["New", "demo"]]
    assert account.contacts(made).empty
    renamed = account.rename_list("New", "Newer")
    assert renamed[["list_name", "list_tag"]].to_numpy().tolist() == [["Newer", "demo"]]
    assert account.rename_list(list_id="7", new_name="Gold")["list_name"].item() == "Gold"
    with pytest.raises(DuplicateError):
        account.create_list("Gold")
    with pytest.raises(TypeError, match="needs the new name"):
        account.rename_list("Gold")


def test_a_deletion_that_loses_contacts_is_refused_with_the_number() -> None:
    """A provider that deletes members along with their last list is only let do so when that is meant."""
    account = shelf()
    with pytest.raises(PlanRefused, match=r"delete for good those of its members \(2\) .* allow_destroy=True"):
        account.delete_list("VIP")
    assert len(account.lists()) == 3
    account.delete_list("Empty")
    account.delete_list("VIP", allow_destroy=True)
    assert account.lists()["list_name"].to_list() == ["Staff"]
    other = shelf(destroys=False)
    other.delete_list(list_id="7")
    assert len(other.lists()) == 2


def test_a_deletion_that_is_found_done_is_done() -> None:
    """When the answer was lost and the repeat finds nothing, the list is gone; any other doubt stays one."""
    for status, doubt in ((404, nullcontext()), (None, pytest.raises(AnswerLostError))):
        account = shelf()
        account.provider.delete_list = Mock(side_effect=AnswerLostError("no usable answer", http_status=status))
        with doubt:
            account.delete_list("Empty")


def test_limits_are_a_frame_with_sources() -> None:
    """Every number that is kept to is shown, those that nobody knows as missing."""
    frame = shelf().limits
    assert [*frame.columns] == ["name", "value", "unit", "source"]
    assert frame["value"].iloc[0] == 100
    assert frame["value"].isna().to_list() == [False, True]
    for name in providers.PROVIDERS:
        limits = connect(name, **dict.fromkeys(providers.vendor(name).settings, "x")).limits
        assert limits["source"].str.len().gt(0).all()


def test_operations_are_a_frame_that_leads_to_the_limits() -> None:
    """What repeating an operation does is shown with its source, and its limits are found by their names."""
    for name in providers.PROVIDERS:
        account = connect(name, **dict.fromkeys(providers.vendor(name).settings, "x"))
        frame = account.operations.set_index("operation")
        assert frame.loc["remove_members", "limit"] == "members_removed_per_request"
        assert set(frame["repeat"]) == {"harmless", "refused", "unproven"}
        assert bool(frame.loc["delete_contact", "destroys"])
        known = set(account.limits["name"])
        assert set(frame["rate"]) | set(frame["limit"]) - {""} <= known


# over the wire -----------------------------------------------------------------------------
@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Run one server for the tests below; each has lists of its own."""
    with sandbox() as running:
        yield running


@pytest.mark.parametrize("provider", ["exotel", "textmagic"])
def test_an_account_does_the_same_through_every_provider(box: Sandbox, provider: str) -> None:
    """Ping, make, read, rename and delete go through a real server, for both vendors' APIs alike."""
    account, name = box[provider], f"Friends of {provider}"
    account.ping()
    made = account.create_list(name)
    assert account.contacts(made).empty
    assert made["provider"].item() == provider
    phones = [f"+1202555{number:04}" for number in range(100, 199)]
    run = pushing.push(pd.DataFrame({"phone": phones}), name, to=account)
    assert run.ledger.adds_up
    pulled = account.pulling(name)
    assert (pulled.complete, pulled.expected) == (True, 99)
    assert sorted(pulled.frame["phone"]) == phones
    assert account.lists(name)["members"].item() == 99
    renamed = account.rename_list(name, f"{name} and more")
    assert renamed["list_id"].item() == made["list_id"].item()
    account.delete_list(f"{name} and more", allow_destroy=True)
    with pytest.raises(NotFoundError):
        account.contacts(list_id=made["list_id"].item())


def test_only_textmagic_loses_contacts_with_a_list(box: Sandbox) -> None:
    """The same list with a member is deleted at once on Exotel, and on TextMagic only when that is meant."""
    for account in (box.exotel, box.textmagic):
        pushing.push(pd.DataFrame({"phone": [ASHA]}), f"Doomed on {account.name}", to=account)
    box.exotel.delete_list("Doomed on exotel")
    with pytest.raises(PlanRefused, match=r"its members \(1\)"):
        box.textmagic.delete_list("Doomed on textmagic")


def test_one_account_serves_many_threads(box: Sandbox) -> None:
    """Eight threads that read through one account all get the whole list."""
    pushing.push(pd.DataFrame({"phone": [ASHA, BIRGIT, CHEN]}), "Shared", to=box.exotel)
    with ThreadPoolExecutor(8) as pool:
        frames = list(pool.map(box.exotel.contacts, ["Shared"] * 32))
    assert [len(frame) for frame in frames] == [3] * 32


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        ("exotel", {"sid": "sandbox", "key": "wr0ng", "token": "wr0ng"}),
        ("textmagic", {"username": "sandbox", "key": "wr0ng"}),
    ],
)
def test_a_wrong_key_is_one_sentence(box: Sandbox, provider: str, settings: dict[str, str]) -> None:
    """A refused key is an UnauthorizedError after one request, and is not repeated."""
    account = connect(provider, base_url=box.url, **settings)
    before = len(box.requests)
    with pytest.raises(UnauthorizedError) as caught:
        account.ping()
    assert len(box.requests) == before + 1
    assert "wr0ng" not in str(caught.value)


def test_a_tag_that_cannot_be_kept_is_not_dropped_in_silence(box: Sandbox) -> None:
    """TextMagic has no tags: the list is made, and a warning says what is missing."""
    assert box.exotel.create_list("Tagged", tag="demo")["list_tag"].item() == "demo"
    with pytest.warns(UserWarning, match="textmagic keeps no tags: 'demo' was left out"):
        box.textmagic.create_list("Tagged too", tag="demo")
