"""A CSV file read piece by piece, from any row on, by the rules of the API that it came through."""

from __future__ import annotations

from os import SEEK_END
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.server.cutting import cut
from listkit.wire import exotel, textmagic
from listkit.wire.rejects import Rejects, Why, write_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.server.cutting import Cells, Mask, Numbers
    from listkit.server.store.base import Api
    from listkit.server.store.jobs import Job, Loaded


class Rule(NamedTuple):
    """What an API asks of a file: how numbers are written, which first row is a heading, and how a job ends."""

    read_phones: Callable[[pa.Array], pa.Array]
    is_heading: Callable[[str], bool]
    end: Callable[[Job], Literal["done", "failed"]]


def _has_no_digit(cell: str) -> bool:
    return not any(character.isdigit() for character in cell)


def _end_by_rows(job: Job) -> Literal["done", "failed"]:
    return "failed" if 0 < job.total == job.failed else "done"


RULES: dict[Api, Rule] = {
    "exotel": Rule(exotel.read_phones, is_heading=lambda _: True, end=lambda _: "done"),
    "textmagic": Rule(textmagic.read_phones, is_heading=_has_no_digit, end=_end_by_rows),
}


class Piece(NamedTuple):
    """Some rows of a file: what the store is to take, what was rejected, and where the next one starts.

    `taken` has a column for each field and one row a number; `lines` and `numbers` are where
    each of its rows begins, and its number as it stood. `trouble` says why nothing more can be read.
    """

    at: int
    next_line: int
    taken: pa.Table
    lines: Numbers
    numbers: pa.Array
    rejects: Rejects
    trouble: str

    def count(self, *why: Why) -> int:
        """Count the rows that were rejected for one of these reasons."""
        return int(np.isin(self.rejects.why, why).sum())

    def name_rejects(self, loaded: Loaded) -> bytes:
        """Write the rows that were rejected here, and those that the store did not take."""
        late = np.concatenate([loaded.already, loaded.past_cap])
        why = np.repeat([Why.MEMBER, Why.FULL], [len(loaded.already), len(loaded.past_cap)])
        rejects = Rejects(
            np.concatenate([self.rejects.lines, self.lines[late]]),
            pa.concat_arrays([self.rejects.numbers, self.numbers.take(pa.array(late))]),
            np.concatenate([self.rejects.why, why]),
        )
        stop = write_stop(self.next_line + 1, "unreadable", self.trouble) if self.trouble else b""
        return rejects.write() + stop


def read_pieces(job: Job, path: Path) -> Iterator[Piece]:
    """Read a job's file from where the job is; what comes before is read once more for its numbers alone.

    The last piece says whether the file could be read to its end.
    """
    reader = _Reader(job)
    with path.open("rb") as file:
        at = line = 0
        for cells in cut(file, until=job.at):
            reader.read(cells)
            at, line = cells.at, cells.next_line
        for cells in cut(file, at=at, line=line):
            piece = reader.read(cells)
            # Of what cannot be read nothing is left to be read.
            yield piece._replace(at=file.seek(0, SEEK_END)) if piece.trouble else piece


def count_rows(job: Job, path: Path) -> Iterator[int]:
    """Count the rows of a job's file that are not blank, block by block."""
    reader = _Reader(job)
    with path.open("rb") as file:
        for cells in cut(file):
            yield int(reader.find_rows(cells, cells.column(reader.phone)).sum())


class _Reader:
    """Which column of a file is which field, what its API asks, and which numbers were met."""

    def __init__(self, job: Job) -> None:
        self.phone = next(place for place, field in job.layout.items() if field == "phone")
        self._fields = {field: place for place, field in job.layout.items() if field != "phone"}
        self._rule = RULES[job.api]
        self._is_first = True
        self._met = np.empty(0, np.int64)

    def read(self, cells: Cells) -> Piece:
        """Make a piece of the cells that follow those read before."""
        numbers = cells.column(self.phone)
        is_row = self.find_rows(cells, numbers)
        numbers, lines = numbers.filter(pa.array(is_row)), cells.lines[is_row] + 1
        phones = self._rule.read_phones(numbers)
        why = np.zeros(len(lines), np.int64)
        why[_mask(pc.is_null(phones))] = Why.INVALID
        why[_mask(pc.equal(numbers, ""))] = Why.MISSING
        why[cells.any_nul()[is_row] & (why == 0)] = Why.NUL
        good = np.flatnonzero(why == 0)
        why[good[~self._meet(phones.take(pa.array(good)))]] = Why.REPEATED
        taken = pa.array(why == 0)
        rejected = np.flatnonzero(why)
        return Piece(
            at=cells.at,
            next_line=cells.next_line,
            taken=pa.table(
                {"phone": phones.filter(taken)}
                | {
                    field: _held(cells.column(place).filter(pa.array(is_row)).filter(taken))
                    for field, place in self._fields.items()
                }
            ),
            lines=lines[why == 0],
            numbers=numbers.filter(taken),
            rejects=Rejects(lines[rejected], numbers.take(pa.array(rejected)), why[rejected]),
            trouble=cells.trouble,
        )

    def find_rows(self, cells: Cells, numbers: pa.Array) -> Mask:
        """Say which rows count: neither the blank ones nor the heading."""
        is_row = _mask(pc.not_equal(numbers, ""))
        if not is_row.all():
            is_row |= cells.any_text()
        if self._is_first and is_row.any():
            self._is_first = False
            first = int(is_row.argmax())
            is_row[first] = not self._rule.is_heading(numbers[first].as_py())
        return is_row

    def _meet(self, phones: pa.Array) -> Mask:
        """Remember numbers, eight bytes each, and say which of them are met for the first time."""
        numbers = pc.utf8_slice_codeunits(phones, 1).cast(pa.int64()).to_numpy(zero_copy_only=False)
        distinct, first = np.unique(numbers, return_index=True)
        place = np.searchsorted(self._met, distinct)
        is_new = np.ones(len(distinct), bool)
        inside = place < len(self._met)
        is_new[inside] = self._met[place[inside]] != distinct[inside]
        self._met = np.sort(np.concatenate([self._met, distinct[is_new]]), kind="stable")
        is_first = np.zeros(len(numbers), bool)
        is_first[first[is_new]] = True
        return is_first


def _held(cells: pa.Array) -> pa.Array:
    """Take an empty cell for none at all."""
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)


def _mask(booleans: pa.Array) -> Mask:
    mask: Mask = booleans.to_numpy(zero_copy_only=False)
    return mask
