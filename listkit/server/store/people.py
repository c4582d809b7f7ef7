"""What a store knows beside lists and contacts: its users, what they say about contacts, fields, and who opted out."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.store.base import Account, Direction, Slice

FIRST_USER = 1
"""The user whom an account is made with; the others are sub-accounts."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has lists and contacts in an account: the one it was made with, or a sub-account."""

    user_id: int
    username: str


class Tag(msgspec.Struct, frozen=True):
    """A word that is hung on contacts; it has an id from the first time on that it was written."""

    tag_id: str
    title: str


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What the users of an account say about a contact; `phone_type` overrules what its number tells."""

    owner: int = FIRST_USER
    favorited: bool = False
    blocked: bool = False
    phone_type: str | None = None
    tags: tuple[Tag, ...] = ()


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A name that occurs in the `custom` of contacts; it has an id from the first time on that it was written."""

    field_id: str
    name: str
    created_at: datetime


class Unsubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that nothing may be sent to any more, and the name of its contact where there is one."""

    unsubscriber_id: str
    phone: str
    unsubscribed_at: datetime
    first_name: str | None = None
    last_name: str | None = None


class People(Protocol):
    """The part of a store that is about users and what they keep; errors are as in `Store`."""

    # users ---------------------------------------------------------------------------------
    def create_user(self, account: Account, username: str, *, secret: str) -> User:
        """Add a sub-account, whose TextMagic login is its username; DuplicateError if that is taken."""

    def users(self, account: Account) -> Sequence[User]:
        """Return the users of an account, the one it was made with first."""

    # what is said about contacts -----------------------------------------------------------
    def marks(self, account: Account, contact_ids: Sequence[str]) -> Mapping[str, Marks]:
        """Return what is said about each of these contacts."""

    # custom fields -------------------------------------------------------------------------
    def create_field(self, account: Account, name: str) -> Field:
        """Make a field, before any contact has it; DuplicateError for a name that is taken.

        A name that is written into a contact's `custom` becomes a field by that.
        """

    def fields(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int | None = None,
        ids: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        direction: Direction = "asc",
    ) -> Slice[Field]:
        """Return fields in the order of their ids."""

    def fields_of(self, account: Account, list_id: str) -> Sequence[str]:
        """Return the names that files gave the members of a list, in the order in which they came."""

    def rename_field(self, account: Account, field_id: str, name: str) -> Field:
        """Give a field another name, in every contact that has it; NotFoundError, DuplicateError."""

    def delete_field(self, account: Account, field_id: str) -> None:
        """Delete a field and its value in every contact; NotFoundError."""

    # who opted out -------------------------------------------------------------------------
    def unsubscribe(self, account: Account, phone: str) -> Unsubscriber:
        """Keep that nothing may be sent to a number any more, for good; once more changes nothing."""

    def unsubscribers(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        ids: Sequence[str] | None = None,
        direction: Direction = "asc",
    ) -> Slice[Unsubscriber]:
        """Return who opted out, in the order in which they did."""
