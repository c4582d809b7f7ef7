"""The SQL store: one schema, whatever engine keeps it."""

from __future__ import annotations

from listkit.server.store.accounts import Accounts
from listkit.server.store.contacts import Contacts
from listkit.server.store.lists import Lists
from listkit.server.store.members import Members
from listkit.server.store.uploads import Uploads


class SqlStore(Accounts, Lists, Contacts, Members, Uploads):
    """A `Store` in an SQL database, given as a file's path or a URL; safe to share between threads."""
