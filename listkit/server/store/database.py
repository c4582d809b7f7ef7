"""One database: how it is read and written, and the border that its driver's errors do not cross.

Readers run side by side, each on what was committed when it began. Writers take turns: the
writing engine has one connection. What a write acknowledged is on disk.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoTurnError

from listkit.errors import ListkitError, ServerFailedError, UnavailableError
from listkit.server.store import sqlite
from listkit.server.store.schema import VERSION, metadata, schema_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


class Database:
    """A database as something to read and to write; errors of the driver never come out."""

    def __init__(self, url: str | Path) -> None:
        """Open it, and make its tables where there are none yet."""
        place = sqlite.locate(url)
        sqlite.keep_private(place)
        self._reader = sqlite.open_engine(place, "reading")
        self._writer = sqlite.open_engine(place, "writing")
        try:
            with self._writing() as connection:
                _prepare(connection)
        except ListkitError:
            self.close()
            raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Look at the database as it was when the block began."""
        with _border(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Hold the one pen: all that is written is kept when the block ends, or none of it."""
        with _border(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of connections and files."""
        self._reader.dispose()
        self._writer.dispose()


def _prepare(connection: Connection) -> None:
    if not inspect(connection).has_table(schema_version.name):
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=VERSION))
        sqlite.shape_plans(connection)
    found = connection.execute(select(schema_version.c.version)).scalar_one()
    if found != VERSION:
        message = f"The store has schema {found}, and this listkit reads {VERSION}; use the listkit that made it."
        raise ListkitError(message)


@contextmanager
def _border() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _told(error) from error


def _told(error: SQLAlchemyError) -> ServerFailedError:
    said = str(getattr(error, "orig", None) or error)
    if isinstance(error, NoTurnError) or "locked" in said or "busy" in said:
        return UnavailableError("The store is busy with other writes; try again in a second.", retry_after=1)
    if "full" in said:
        return ServerFailedError("The store's disk is full; make room and send the request again.")
    return ServerFailedError(f"The store failed: {said}.")
