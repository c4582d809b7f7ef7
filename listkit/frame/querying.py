"""A database's answer as frames of text, one after the other; nothing is written to it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from listkit.errors import MissingExtraError, ReadError
from listkit.frame.text import as_text, write_column
from listkit.rules.verdict import column
from listkit.wire.text import plain

try:
    import sqlalchemy as sa
except ModuleNotFoundError as missing:
    raise MissingExtraError("sql") from missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.rules.verdict import Column

READING: dict[str, Any] = {"postgresql_readonly": True, "no_parameters": True}
ONLY_READS = {
    "sqlite": "PRAGMA query_only = ON",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
"""How a database is told that this connection changes nothing, where SQLAlchemy has no word for it."""


class Query:
    """What a query gives, as frames of `chunksize` rows, numbered through; asked anew by each walk.

    `url` is a database's, or the name of the environment variable that holds it; neither its
    password nor anything else of it is ever shown. Every driver that SQLAlchemy knows will do.
    """

    def __init__(self, url: str, query: str, *, chunksize: int = 100_000) -> None:
        """Read the address; nothing is asked yet. ReadError where it is none."""
        self._query, self._chunksize = query, chunksize
        self._url = _read_url(url)
        self._engine = _engine(self._url)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        with self._told(), self._engine.connect() as connection:
            if statement := ONLY_READS.get(self._engine.dialect.name):
                connection.exec_driver_sql(statement)
            asking = connection.execution_options(**READING, stream_results=True, max_row_buffer=self._chunksize)
            answer = asking.exec_driver_sql(self._query)
            if not answer.returns_rows:
                raise ReadError("The query gives no rows: it has to be a SELECT.")
            names, start = list(answer.keys()), 0
            for rows in answer.partitions(self._chunksize):
                yield _frame(names, rows, start)
                start += len(rows)
            if not start:
                yield _frame(names, [], 0)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Have a database's own error told in one sentence, without the address or its password."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            refused = _refused(self._url, error)
        else:
            return
        raise refused


def _read_url(url: str) -> sa.URL:
    text = url if "://" in url else os.environ.get(url, "")
    if "://" not in text:
        raise ReadError(
            "--sql takes the address of a database, as postgresql://…, or the name of the environment variable that "
            "holds it; this is neither."
        )
    try:
        read = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        refused = ReadError("The database's address cannot be read: it has the form dialect://user:password@host/name.")
    else:
        _refuse_missing_file(read)
        return read
    raise refused


def _refuse_missing_file(url: sa.URL) -> None:
    """Refuse a file that is not there, which SQLite would make."""
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    if is_file and not Path(str(url.database)).exists():
        raise ReadError(f"There is no database at {url.database}.")


def _engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url, poolclass=sa.pool.NullPool)
    except ModuleNotFoundError as missing:
        refused = ReadError(f"The driver of {url.drivername} is not installed: pip install {missing.name}.")
    except sa.exc.SQLAlchemyError as error:
        refused = _refused(url, error)
    raise refused


def _refused(url: sa.URL, error: sa.exc.SQLAlchemyError) -> ReadError:
    why = str(getattr(error, "orig", None) or type(error).__name__)
    for secret in (url.password, url.username):
        why = why.replace(str(secret), "…") if secret else why
    return ReadError(f"The database would not answer: {plain(why).rstrip('.?!')}.")


def _frame(names: Sequence[str], rows: Sequence[Sequence[Any]], start: int) -> pd.DataFrame:
    index = pd.RangeIndex(start, start + len(rows))
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    cells = {name: write_column(_as_column(values), index) for name, values in zip(names, columns, strict=True)}
    return pd.DataFrame(cells, index=index)


def _as_column(values: Sequence[Any]) -> Column:
    """Write values as text; a column that is text already is taken as it is."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
        return column(as_text(value) for value in values)
