"""From the schema of an older listkit to today's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, select

from listkit.errors import ListkitError
from listkit.server.store.schema import VERSION, metadata, schema_version

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from listkit.server.store.engines import Engine


def prepare(connection: Connection, engine: Engine) -> None:
    """Make the tables where there are none."""
    if not inspect(connection).has_table(schema_version.name):
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=VERSION))
        engine.shape_plans(connection)
    found = connection.execute(select(schema_version.c.version)).scalar_one()
    if found != VERSION:
        message = f"The store has schema {found}, and this listkit reads {VERSION}; use the listkit that made it."
        raise ListkitError(message)
