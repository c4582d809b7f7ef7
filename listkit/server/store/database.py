"""One database: how it is read and written, and the border that its driver's errors do not cross.

Readers run side by side, each on what was committed when it began. Writers of one account take
turns, so that what a write has looked at holds until it ends. What a write acknowledged is on disk.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoTurnError

from listkit.errors import ListkitError, ServerFailedError
from listkit.server.store import engines, migrations
from listkit.server.store.schema import accounts
from listkit.server.store.turns import Turns, busy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from sqlalchemy import URL, Connection, Select

    from listkit.server.store.jobs import Claim


_NOTHING = select(1)
_COUNTING = update(accounts).where(accounts.c.account_id == bindparam("account")).values(writes=accounts.c.writes + 1)


class Database:
    """A database as something to read and to write; errors of the driver never come out.

    `place` is where it is, as it may be shown to anybody; `folder` is where a server keeps the
    files that are uploaded to it.
    """

    def __init__(self, url: str | Path) -> None:
        """Open it, and make its tables where there are none yet."""
        self._engine, place = engines.locate(url)
        self.place = engines.show(place)
        self.folder = self._engine.folder_of(place)
        self._turns = Turns()
        self._reader = self._engine.open_pool(place, "reading")
        self._writer = self._engine.open_pool(place, "writing")
        try:
            with self._reading() as connection:
                is_current = migrations.is_current(connection)
            if not is_current:
                self._prepare(place)
        except ListkitError:
            self.close()
            raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Look at the database as it was when the block began."""
        with self._border(), self._reader.begin() as connection:
            yield connection

    def _ask(self, question: Select[Any], **given: object) -> Sequence[Sequence[Any]]:
        """Read the rows of one statement, made once, with as little around it as can be."""
        with self._border():
            return self._engine.ask(self._reader, question, given)

    @contextmanager
    def _writing(self, account_id: int) -> Iterator[Connection]:
        """Hold the pen for an account: all that is written is kept when the block ends, or none of it."""
        pen = engines.EVERY_ACCOUNT if self._engine.HAS_ONE_PEN else account_id
        with self._border(), self._turns.take(pen), self._writer.begin() as connection:
            if account_id == engines.EVERY_ACCOUNT:
                self._engine.take_turn(connection)
            else:
                count_write(connection, account_id)
            yield connection

    def _prepare(self, place: URL) -> None:
        pool = self._engine.open_pool(place, "migrating")
        try:
            with self._border(), pool.begin() as connection:
                self._engine.take_turn(connection)
                migrations.prepare(connection, self._engine)
        finally:
            pool.dispose()

    @contextmanager
    def _border(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, self._engine.ERROR) as error:
            # Neither a statement nor what the driver says of it goes into a log: they may hold somebody's data.
            raise self._told(error).with_traceback(error.__traceback__) from None

    def _told(self, error: Exception) -> ServerFailedError:
        if isinstance(error, NoTurnError):
            return busy()
        if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
            error = error.orig
        return self._engine.tell(error)

    def ping(self) -> None:
        """Ask for nothing, to know that the database answers; ServerFailedError where it does not."""
        self._ask(_NOTHING)

    def claim_uploads(self) -> Claim:
        """Have the uploads of this store for this process alone; ListkitError where another server has them."""
        with self._border():
            return self._engine.claim(self._writer)

    def close(self) -> None:
        """Let go of connections and files."""
        self._reader.dispose()
        self._writer.dispose()


def count_write(connection: Connection, account_id: int) -> None:
    """Count a write to an account; other processes' writes to it wait from here until this one ends."""
    connection.execute(_COUNTING, {"account": account_id})
