"""From the schema of an older listkit to today's, in one transaction; nothing is lost on the way.

Tables, columns and indexes are described once, in `schema`. Who adds one to a version that was
released already raises `VERSION` there and says here, in that version's step, what a new column
holds in the rows that were there. A column that may be null, a new table and a new index need no word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, inspect, select, text

from listkit.errors import ListkitError
from listkit.server.store.schema import VERSION, metadata, schema_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from listkit.server.store.engines import Engine


class Step(NamedTuple):
    """What a version added to the one before."""

    version: int
    values: Mapping[str, Mapping[str, str]]
    """Table and column, and what the column holds in rows that were there: SQL over the old row's columns."""
    statements: Sequence[str] = ()
    """What is run when all tables have their form, as to fill a new one; SQL that every engine reads."""


_COUNT_STRETCHES = """
INSERT INTO stretches (account_id, list_id, place, stretch, members)
SELECT account_id, list_id, '{place}', {place} / 4096, count(*) FROM members
GROUP BY account_id, list_id, {place} / 4096
"""

_COUNT_ADDRESS_BOOKS = """
INSERT INTO stretches (account_id, list_id, place, stretch, members)
SELECT account_id, 0, 'contact_id', contact_id / 4096, count(*) FROM contacts GROUP BY account_id, contact_id / 4096
"""

_NUMBER_KEYS = (
    "UPDATE credentials SET key_id = (SELECT count(*) FROM credentials AS other"
    " WHERE other.account_id = credentials.account_id AND (other.api < credentials.api"
    " OR (other.api = credentials.api AND other.login <= credentials.login)))"
)

STEPS = (
    Step(
        2,
        {
            "credentials": {"user_id": "1", "scope": "'write'", "key_id": "0"},
            "accounts": {
                "country": "'GB'",
                "next_field": "1",
                "next_tag": "1",
                "next_unsubscriber": "1",
                "writes": "0",
            },
            "lists": {"owner": "1", "favorited": "false", "is_default": "false"},
        },
        [
            # A search of names alone looks at what stands before a double border; until an old contact is
            # changed, that is its company and email too.
            "UPDATE contacts SET folded = folded || '\n'",
            _NUMBER_KEYS,
            *(_COUNT_STRETCHES.format(place=place) for place in ("position", "contact_id")),
            _COUNT_ADDRESS_BOOKS,
        ],
    ),
)


def is_current(connection: Connection) -> bool:
    """Say whether a database holds today's tables; ListkitError where a newer listkit made them."""
    found = _version(connection)
    if found is not None and found > VERSION:
        message = f"The store has schema {found}, and this listkit reads {VERSION}; use the listkit that made it."
        raise ListkitError(message)
    return found == VERSION


def prepare(connection: Connection, engine: Engine) -> None:
    """Make today's tables where there are none, and of older ones today's, with the rows that they hold."""
    # Looked at again: another server may have done it while this one waited for its turn.
    if is_current(connection):
        return
    before = _version(connection)
    there = inspect(connection).get_table_names()
    steps = [step for step in STEPS if before is not None and step.version > before]
    for table in metadata.sorted_tables:
        if table.name in there:
            values = [step.values.get(table.name, {}) for step in steps]
            engine.reshape(connection, table, {name: sql for given in values for name, sql in given.items()})
            _reindex(connection, table)
        else:
            table.create(connection)
    for statement in [statement for step in steps for statement in step.statements]:
        connection.execute(text(statement))
    connection.execute(delete(schema_version))
    connection.execute(insert(schema_version).values(version=VERSION))
    engine.shape_plans(connection)


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(schema_version.name):
        return None
    version: int = connection.execute(select(schema_version.c.version)).scalar_one()
    return version


def _reindex(connection: Connection, table: Table) -> None:
    wanted = {str(index.name): index for index in table.indexes}
    there = {str(index["name"]): index["column_names"] for index in inspect(connection).get_indexes(table.name)}
    for name, index in wanted.items():
        columns = list(index.columns.keys())
        if name in there and there[name] != columns:
            index.drop(connection)
        if there.get(name) != columns:
            index.create(connection)
