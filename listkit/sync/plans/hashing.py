"""One short text for the content of some tables: the same tables give the same text, on every machine."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence


def of_tables(*tables: pa.Table, words: Sequence[str] = ()) -> str:
    """Hash the names, types and values of tables' columns, and some words beside them.

    How a column is cut into chunks or kept in memory makes no difference.
    """
    seen = sha256()
    for word in words:
        seen.update(f"{len(word)}:{word}".encode())
    for table in tables:
        for field in table.schema:
            seen.update(f"{field.name}:{field.type}:{table.num_rows}".encode())
            for part in _flat(table[field.name].combine_chunks()):
                seen.update(part)
    return seen.hexdigest()


def _flat(values: pa.Array) -> list[memoryview]:
    """Return the bytes that say all of a column: where it is null, how long each value is, and the values."""
    if pa.types.is_map(values.type):
        ends = values.offsets.to_numpy()
        inner = slice(int(ends[0]), int(ends[-1]))
        lengths = memoryview(np.diff(ends).tobytes())
        return [_bytes(values.is_null()), lengths, *_flat(values.keys[inner]), *_flat(values.items[inner])]
    if pa.types.is_string(values.type):
        whole = pc.fill_null(values, "")
        lengths = pc.fill_null(pc.binary_length(values), -1)
        offsets = np.frombuffer(whole.buffers()[1], np.int32)[whole.offset : whole.offset + len(whole) + 1]
        data = whole.buffers()[2]
        told = memoryview(data)[offsets[0] : offsets[-1]] if data is not None and len(whole) else memoryview(b"")
        return [_bytes(lengths), told]
    return [_bytes(values.is_null()), _bytes(pc.fill_null(values, pa.scalar(0).cast(values.type)))]


def _bytes(values: pa.Array) -> memoryview:
    return memoryview(np.ascontiguousarray(values.to_numpy(zero_copy_only=False)).tobytes())
