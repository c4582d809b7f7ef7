"""parquet: typed columns as the text that says the same, row group by row group."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from listkit.errors import ReadError
from listkit.frame.documents.document import Findings, Piece
from listkit.frame.documents.objects import Pairs, flatten, tabulate
from listkit.frame.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.documents.document import Wishes
    from listkit.frame.documents.packing import Source

_ROWS = 1 << 16
_RATIO_MAXIMUM = 100
_RATIO_FROM = 10_000_000
_WHOLE = 2**53


class Parquet:
    """A Parquet file, read a piece at a time."""

    def __init__(self, source: Source, wishes: Wishes) -> None:  # noqa: ARG002 - as every reader; nothing is in doubt
        """Open the file; ReadError where it is damaged, or says of itself that it would fill the memory."""
        self._source, self.found = source, Findings()
        with self._opened() as file:
            told = file.metadata
        cells = told.num_rows * told.num_columns
        if cells > max(_RATIO_FROM, _RATIO_MAXIMUM * source.size):
            raise ReadError(
                f"{source.name} has {cells:,} cells in {source.size:,} bytes, as no list has: it is not read."
            )

    def __iter__(self) -> Iterator[Piece]:
        count = 0
        with self._opened() as file:
            for batch in file.iter_batches(_ROWS):
                numbers = np.arange(count + 1, count + len(batch) + 1)
                yield _piece(pa.Table.from_batches([batch]), numbers)
                count += len(batch)

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        try:
            with self._source.seekable() as bytes_, pq.ParquetFile(bytes_) as file:
                yield file
        except (pa.ArrowException, OSError) as refused:
            why = str(refused).splitlines()[0].removesuffix(".")
            raise ReadError(f"{self._source.name} cannot be read as Parquet ({why}): write it anew.") from None


def _piece(table: pa.Table, numbers: np.ndarray[Any, Any]) -> Piece:
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    if any(pa.types.is_nested(kind) for kind in table.schema.types):
        return tabulate((flatten(_pairs(row)) for row in table.to_pylist()), numbers)
    return Piece(pa.table([_texts(column) for column in table.columns], names=table.column_names), numbers)


def _pairs(value: Any) -> Any:
    if isinstance(value, dict):
        return Pairs((name, _pairs(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return [_pairs(one) for one in value]
    return as_text(value)


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column as text: numbers without an exponent, dates as ISO 8601."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type))
    if pa.types.is_integer(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        whole = pc.all(pc.and_(pc.less(pc.abs(column), _WHOLE), pc.equal(column, pc.floor(column))))
        if whole.as_py():
            return column.cast(pa.int64()).cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = column.cast(pa.string())
        return pc.if_else(pc.equal(text, ""), None, text)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([[one and one.decode("utf-8", "replace") for one in column.to_pylist()]], pa.string())
    return pa.chunked_array([[as_text(one) for one in column.to_pylist()]], pa.string())
