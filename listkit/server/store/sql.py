"""The SQL store: one schema, whatever engine keeps it."""

from __future__ import annotations

from listkit.server.store.contacts import Contacts
from listkit.server.store.fields import Fields
from listkit.server.store.lists import Lists
from listkit.server.store.marks import MarksOfContacts
from listkit.server.store.members import Members
from listkit.server.store.unsubscribers import Unsubscribers
from listkit.server.store.uploads import Uploads
from listkit.server.store.users import Users


class SqlStore(Users, Lists, Contacts, MarksOfContacts, Fields, Members, Unsubscribers, Uploads):
    """A `Store` in an SQL database, given as a file's path or a URL; safe to share between threads."""
