"""The tables: one schema for every engine, the account first in every key.

Ids are counted by the account's own counters inside the transaction that uses them, so that
rows know their ids before they are written, and the order of ids is the order of creation.
`writes` counts the transactions that wrote to an account: what was read at one count is true at it.
Times are microseconds since 1970, UTC. `members`, `contacts` and `position` are kept with
every write: no page has to count. Foreign keys are checked at the end of a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, UnaryExpression

VERSION = 2

metadata = MetaData()

# Text is ordered by code point, whatever language the server speaks.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, _TEXT, nullable=null)


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, autoincrement=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _belongs_to(parent: str, *columns: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        columns, [f"{parent}.{name}" for name in columns], deferrable=True, initially="DEFERRED", ondelete=ondelete
    )


schema_version = Table("schema_version", metadata, _number("version"))

accounts = Table(
    "accounts",
    metadata,
    _number("account_id"),
    _text("name"),
    _text("sid"),
    _text("username"),
    _text("salt"),
    _number("next_list"),
    _number("next_contact"),
    _number("next_upload"),
    _number("contacts"),
    _text("country"),
    _number("next_field"),
    _number("next_tag"),
    _number("next_unsubscriber"),
    _number("writes"),
    PrimaryKeyConstraint("account_id"),
    UniqueConstraint("name"),
    UniqueConstraint("sid"),
    UniqueConstraint("username"),
    sqlite_with_rowid=False,
)

# The user whom an account is made with is the account's own row; these are the sub-accounts.
users = Table(
    "users",
    metadata,
    _number("account_id"),
    _number("user_id"),
    _text("username"),
    PrimaryKeyConstraint("account_id", "user_id"),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

# Whose account a login is, is asked before the account is known: the only key without it.
# One login may have several keys, so that a new one can be handed out before the old is revoked.
credentials = Table(
    "credentials",
    metadata,
    _text("api"),
    _text("login"),
    _number("account_id"),
    _number("key_id"),
    _number("user_id"),
    _text("scope"),
    _text("hashed"),
    _number("created_at", null=True),
    PrimaryKeyConstraint("api", "login", "key_id"),
    Index("credentials_by_account", "account_id", "key_id"),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

lists = Table(
    "lists",
    metadata,
    _number("account_id"),
    _number("list_id"),
    _text("name"),
    _text("tag", null=True),
    _text("description", null=True),
    _text("type"),
    _flag("shared"),
    _text("folded_name"),
    _text("folded"),
    _number("members"),
    _number("next_position"),
    _number("created_at"),
    _number("updated_at"),
    _number("owner"),
    _flag("favorited"),
    _flag("is_default"),
    PrimaryKeyConstraint("account_id", "list_id"),
    Index("lists_by_name", "account_id", "name", "owner", unique=True),
    Index("lists_by_folded_name", "account_id", "folded_name"),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    _number("account_id"),
    _number("contact_id"),
    _text("phone"),
    _text("first_name", null=True),
    _text("last_name", null=True),
    _text("company", null=True),
    _text("email", null=True),
    _text("tag", null=True),
    _text("custom", null=True),
    _text("folded"),
    _number("created_at"),
    _number("updated_at"),
    PrimaryKeyConstraint("account_id", "contact_id"),
    Index("contacts_by_phone", "account_id", "phone", unique=True),
    sqlite_with_rowid=False,
)

members = Table(
    "members",
    metadata,
    _number("account_id"),
    _number("list_id"),
    _number("contact_id"),
    _number("position"),
    _number("joined_at"),
    _text("custom", null=True),
    PrimaryKeyConstraint("account_id", "list_id", "contact_id"),
    Index("members_by_position", "account_id", "list_id", "position", unique=True),
    Index("members_by_contact", "account_id", "contact_id"),
    _belongs_to("lists", "account_id", "list_id"),
    _belongs_to("contacts", "account_id", "contact_id"),
    sqlite_with_rowid=False,
)

# How many members of a list, or of the address-book as list 0, stand in each stretch of an order: `stretches.py`.
stretches = Table(
    "stretches",
    metadata,
    _number("account_id"),
    _number("list_id"),
    _text("place"),
    _number("stretch"),
    _number("members"),
    PrimaryKeyConstraint("account_id", "list_id", "place", "stretch"),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

# What users say about contacts; who is the first user's, and marked in no way, has no row.
marks = Table(
    "marks",
    metadata,
    _number("account_id"),
    _number("contact_id"),
    _number("owner"),
    _flag("favorited"),
    _flag("blocked"),
    _text("phone_type", null=True),
    _text("tags"),
    PrimaryKeyConstraint("account_id", "contact_id"),
    _belongs_to("contacts", "account_id", "contact_id", ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

tags = Table(
    "tags",
    metadata,
    _number("account_id"),
    _number("tag_id"),
    _text("title"),
    PrimaryKeyConstraint("account_id", "tag_id"),
    Index("tags_by_title", "account_id", "title", unique=True),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

fields = Table(
    "fields",
    metadata,
    _number("account_id"),
    _number("field_id"),
    _text("name"),
    _number("created_at"),
    PrimaryKeyConstraint("account_id", "field_id"),
    Index("fields_by_name", "account_id", "name", unique=True),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

unsubscribers = Table(
    "unsubscribers",
    metadata,
    _number("account_id"),
    _number("unsubscriber_id"),
    _text("phone"),
    _number("unsubscribed_at"),
    PrimaryKeyConstraint("account_id", "unsubscriber_id"),
    Index("unsubscribers_by_phone", "account_id", "phone", unique=True),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

uploads = Table(
    "uploads",
    metadata,
    _number("account_id"),
    _number("upload_id"),
    _text("api"),
    _number("list_id"),
    _text("path"),
    _text("layout"),
    _number("cap", null=True),
    _text("state"),
    _number("at"),
    _number("total"),
    _number("added"),
    _number("duplicate"),
    _number("failed"),
    PrimaryKeyConstraint("account_id", "upload_id"),
    Index("uploads_by_state", "state"),
    _belongs_to("accounts", "account_id"),
    sqlite_with_rowid=False,
)

# What an upload rejected, as written lines: a block for each piece of the file, by the byte where the piece ends.
rejects = Table(
    "rejects",
    metadata,
    _number("account_id"),
    _number("upload_id"),
    _number("at"),
    Column("written", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account_id", "upload_id", "at"),
    _belongs_to("uploads", "account_id", "upload_id"),
    sqlite_with_rowid=False,
)


def in_order(columns: Iterable[ColumnElement[Any]], direction: str) -> list[ColumnElement[Any]]:
    """Order by columns, all one way; what is missing comes before what is there, on every engine."""
    ways = [(column, column.desc() if direction == "desc" else column.asc()) for column in columns]
    # Said of a column that misses nothing, it would keep PostgreSQL from reading an index in its order.
    return [_with_missing_first(way, direction) if getattr(column, "nullable", True) else way for column, way in ways]


def _with_missing_first(way: UnaryExpression[Any], direction: str) -> ColumnElement[Any]:
    return way.nulls_last() if direction == "desc" else way.nulls_first()


def within(
    table: Table, account_id: int | ColumnElement[int], *conditions: ColumnElement[bool], **equal: object
) -> list[ColumnElement[bool]]:
    """Say which rows are meant: an account's, where these conditions hold and columns equal these values."""
    return [table.c.account_id == account_id, *(table.c[name] == value for name, value in equal.items()), *conditions]
