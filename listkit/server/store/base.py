"""What a store must do, in our words; SQL and drivers stay behind it.

Every id is decimal text, counted from 1 inside its account, and means nothing in another
account. An item of a bulk call that fails is returned as the error it would have raised,
in its place, so that the other items go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import msgspec

from listkit.server.store.jobs import Jobs
from listkit.server.store.keys import DEFAULT_COUNTRY, Keys
from listkit.server.store.people import FIRST_USER, People

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from listkit.contact import Contact, ContactList, Record
    from listkit.errors import ProviderError


T = TypeVar("T")
Api = Literal["exotel", "textmagic"]
Direction = Literal["asc", "desc"]
Scope = Literal["read", "write"]

ListSort = Literal["id", "name", "created"]
ContactSort = Literal["id", "first_name", "last_name", "created", "joined"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose data it is; `sid` stands in Exotel's paths, `username` in TextMagic's headers.

    `salt` is a random 127-bit number of the account's own, from which a dialect makes ids
    that look like the vendor's. `country` (two letters) is where its national numbers are read.
    """

    account_id: int
    name: str
    sid: str
    username: str
    salt: int
    country: str = DEFAULT_COUNTRY


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a user of an account, and whether the key may change anything.

    `writes` is how many writes there were to the account before the key was looked at. While it
    stays, all that is read of the account stays as it is.
    """

    account: Account
    user_id: int = FIRST_USER
    scope: Scope = "write"
    writes: int = 0

    @property
    def seen_by(self) -> int | None:
        """The user whose sight bounds what is shown; None for the account's first, who sees all of it."""
        return None if self.user_id == FIRST_USER else self.user_id


class Slice(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a longer answer, and how many there are in all."""

    items: Sequence[T]
    total: int


class Kept(msgspec.Struct, frozen=True, gc=False):
    """A contact after a create: the record that is there now, and whether this call made it."""

    record: Record
    is_new: bool


class Joined(msgspec.Struct, frozen=True, gc=False):
    """A membership after a join: since when, and whether this call made it."""

    contact_id: str
    joined_at: Any
    is_new: bool


class Store(Keys, People, Jobs, Protocol):
    """Accounts and their lists, contacts, memberships, uploads and people; safe to share between threads.

    Lists and contacts belong to users: `owner` narrows to those of one user, `seen_by` to those
    and what others share (a shared list, and whoever is in one). Without either it is all of
    the account's.
    """

    place: str
    """Where it is kept, as it may be shown to anybody: without a password."""
    folder: Path
    """Where a server keeps the files that are uploaded to it."""

    def ping(self) -> None:
        """Answer, or raise ServerFailedError."""

    # lists ---------------------------------------------------------------------------------
    def create_lists(
        self, account: Account, new: Sequence[ContactList], *, ignore_case: bool = False, owner: int | None = None
    ) -> Sequence[ContactList | ProviderError]:
        """Make lists; DuplicateError for a name that is taken (also by an earlier item).

        With `owner` they are that user's, and only the names of that user's lists are taken; without, the
        first user's. A list that is the default one takes that from the owner's other lists.
        """

    def list(self, account: Account, list_id: str) -> ContactList:
        """Return a list, or raise NotFoundError."""

    def lists(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        name: str | None = None,
        search: str | None = None,
        ids: Sequence[str] | None = None,
        owner: int | None = None,
        seen_by: int | None = None,
        only_favorited: bool = False,
        only_default: bool = False,
        sort: ListSort = "created",
        direction: Direction = "asc",
    ) -> Slice[ContactList]:
        """Return lists in a stable total order; `name` is exact, `search` a caseless part of name or description."""

    def update_lists(
        self,
        account: Account,
        changes: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        ignore_case: bool = False,
        owner: int | None = None,
    ) -> Sequence[ContactList | ProviderError]:
        """Change fields of lists (name, tag, description, shared, favorited, is_default) in order; others stay."""

    def delete_lists(
        self, account: Account, list_ids: Sequence[str] | None, *, owner: int, destroy_orphans: bool = False
    ) -> None:
        """Delete these lists of a user, or all of them; what is not there, or not the user's, is passed over."""

    def delete_list(self, account: Account, list_id: str, *, destroy_orphans: bool = False) -> ContactList:
        """Delete a list and return it as it was; with `destroy_orphans`, the contacts in no other list too."""

    # contacts ------------------------------------------------------------------------------
    def create_contacts(
        self,
        account: Account,
        new: Sequence[Contact],
        *,
        list_ids: Sequence[str] = (),
        marks: Mapping[str, Any] | None = None,
    ) -> Sequence[Kept]:
        """Make contacts; one whose number is there already (or earlier in `new`) is returned as it is.

        Those that are made join these lists, and get these marks (see `update_contacts`).
        NotFoundError for an unknown list, and nothing is made.
        """

    def contact(self, account: Account, contact_id: str) -> Record:
        """Return a contact, or raise NotFoundError."""

    def find_contact(self, account: Account, phone: str) -> Record | None:
        """Return the contact with exactly this number, or None."""

    def contacts(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        search: str | None = None,
        exact: bool = False,
        only_names: bool = False,
        ids: Sequence[str] | None = None,
        list_ids: Sequence[str] | None = None,
        tag_ids: Sequence[str] | None = None,
        owner: int | None = None,
        seen_by: int | None = None,
        with_blocked: bool = True,
        sort: ContactSort = "created",
        direction: Direction = "asc",
    ) -> Slice[Record]:
        """Return contacts in a stable total order; `search` is a caseless part of name, company, email or number.

        With `exact` it is the whole of one of these, with `only_names` a part of a name or the number.
        """

    def update_contacts(
        self,
        account: Account,
        changes: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        list_ids: Sequence[str] | None = None,
        owner: int | None = None,
    ) -> Sequence[Record | ProviderError]:
        """Change fields of contacts in order; absent fields stay; DuplicateError when a number is taken.

        Besides the fields of a contact these can be changed: `custom.<name>`, one of its own fields (None takes it
        away), and marks: `owner`, `favorited`, `blocked`, `phone_type`, and `tags` (their titles). With
        `list_ids` each is then in exactly these of the lists that `owner` has (without: of all lists);
        NotFoundError for an unknown list, and nothing is changed.
        """

    def delete_contacts(self, account: Account, contact_ids: Sequence[str]) -> Sequence[Record | ProviderError]:
        """Delete contacts with all their memberships and return them as they were."""

    def delete_every_contact(self, account: Account, *, owner: int) -> None:
        """Delete all contacts of a user with all their memberships."""

    # memberships ---------------------------------------------------------------------------
    def members(
        self,
        account: Account,
        list_id: str,
        *,
        offset: int = 0,
        limit: int = 20,
        sort: ContactSort = "joined",
        direction: Direction = "asc",
    ) -> Slice[Record]:
        """Return a list's members in a stable total order; NotFoundError for an unknown list."""

    def add_members(
        self,
        account: Account,
        list_id: str,
        contact_ids: Sequence[str],
        *,
        cap: int | None = None,
        all_or_nothing: bool = False,
    ) -> Sequence[Joined | ProviderError]:
        """Join contacts to a list; NotFoundError for an unknown contact, ListFullError past `cap`.

        With `all_or_nothing` the first error is raised and nothing is applied.
        """

    def remove_members(
        self, account: Account, list_id: str, contact_ids: Sequence[str], *, destroy_orphans: bool = False
    ) -> Sequence[bool]:
        """Take contacts off a list; says for each whether it was a member."""

    def set_members(
        self,
        account: Account,
        list_id: str,
        contact_ids: Sequence[str] | None,
        *,
        owner: int | None = None,
        destroy_orphans: bool = False,
    ) -> None:
        """Make these contacts, or all that `owner` has, the members of a list, and nobody else.

        NotFoundError for an unknown contact, and nothing is changed. Who was a member already stays in place.
        """

    def member_ids(self, account: Account, list_id: str) -> Sequence[str]:
        """Return the ids of everybody in a list, in their order; NotFoundError for an unknown list."""

    def lists_of(
        self, account: Account, contact_id: str, *, offset: int = 0, limit: int = 20, seen_by: int | None = None
    ) -> Slice[ContactList]:
        """Return the lists that a contact is in, oldest first."""

    def close(self) -> None:
        """Let go of connections and files."""
