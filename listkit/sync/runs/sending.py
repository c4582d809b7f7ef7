"""What a run asks for, in the order in which it asks: from what is still to be done to requests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from listkit.change import Outcome
from listkit.providers.base import value as limit
from listkit.sync.plans.guarding import PARKED
from listkit.sync.runs import clearing
from listkit.sync.runs.dispatching import Asked
from listkit.sync.runs.halving import Parts
from listkit.sync.runs.tallying import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from listkit.contact import Receipt
    from listkit.sync.journals.steps import Rows
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.customs import Customs
    from listkit.sync.runs.dispatching import Course
    from listkit.sync.runs.tallying import Tally

MOST_AT_ONCE = 1_000
"""Rows of a request where a provider names no number."""


class Sending:
    """Makes the courses of a run's requests; what has been done already is asked of the tally."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self.plan, self.tally, self.provider = plan, tally, plan.provider
        self._most: dict[str, int | None] = {}

    def adds(self) -> Iterator[Course]:
        """Make the contacts that are missing, and make them members."""
        for rows, target in self._batches(self.tally.to_create(), "contacts_per_request"):
            yield self._add(rows, target)

    def finds(self) -> Iterator[Course]:
        """Find the ids of contacts that exist already, where the refusal did not name them."""
        for row in self.tally.to_find().tolist():
            yield self._find(row)

    def joins(self) -> Iterator[Course]:
        """Make members of the contacts that are there and are none yet."""
        for rows, target in self._batches(self.tally.to_join(), "members_per_request"):
            yield self._join(rows, target)

    def updates(self, customs: Customs) -> Iterator[Course]:
        """Send the fields that change; `customs` are custom fields that the provider need not read first."""
        for rows, _ in self._batches(self.tally.to_update(), "contacts_updated_per_request"):
            yield self._update(rows, customs)

    def parkings(self) -> Iterator[Course]:
        """Put the leavers that would be lost otherwise into the holding list."""
        fates = np.array(self.plan.leaving["fate"].to_pylist(), dtype=object)
        rows = self.tally.to_remove()
        rows = rows[(fates[rows] == PARKED) & ~self.tally.parked[rows]] if len(rows) else rows
        size = self._size("members_per_request")
        for start in range(0, len(rows), size):
            yield self._leave("park", rows[start : start + size], len(self.tally.list_ids))

    def removals(self) -> Iterator[Course]:
        """Take the leavers off their lists; those that are to be parked only once they are."""
        fates = np.array(self.plan.leaving["fate"].to_pylist(), dtype=object)
        targets = self.plan.leaving["target"].to_numpy()
        rows = self.tally.to_remove()
        rows = rows[(fates[rows] != PARKED) | self.tally.parked[rows]] if len(rows) else rows
        rows = rows[~(clearing.is_forgotten(self.plan) | clearing.goes_with_its_list(self.plan))[rows]]
        size = self._size("members_removed_per_request")
        for target in np.unique(targets[rows]).tolist():
            of_list = rows[targets[rows] == target]
            for start in range(0, len(of_list), size):
                yield self._leave("remove_members", of_list[start : start + size], target)

    # courses -------------------------------------------------------------------------------
    def _add(self, rows: Rows, target: int) -> Course:
        contacts, list_id = self.plan.contacts, self._list_id(target)

        def create(part: Rows) -> Sequence[Receipt | None]:
            return self.provider.create_contacts(take(contacts, part), list_id=list_id)

        yield from self._in_parts("create_contacts", rows, target, create)
        if self._size("contacts_per_request") > 1:
            made = np.asarray(rows, np.int64)
            is_made = (self.tally.outcome[made] == NUMBER[Outcome.UNSENT]) & pd.notna(self.tally.contact_id[made])
            yield from self._join(made[is_made], target)

    def _find(self, row: int) -> Course:
        phone = str(self.plan.contacts["phone"][row])
        yield Asked(operation="find_contact", rows=[row], request=partial(self.provider.find_contact, phone))

    def _join(self, rows: Rows, target: int) -> Course:
        list_id = self._list_id(target)

        def add(part: Rows) -> Sequence[Receipt | None]:
            return self.provider.add_members(list_id, self.tally.contact_id[part].tolist())

        size = self._size("members_per_request")
        for start in range(0, len(rows), size):
            yield from self._in_parts("add_members", rows[start : start + size], target, add)

    def _update(self, rows: Rows, customs: Customs) -> Course:
        kept: dict[str, Any] = {"kept": customs} if customs else {}

        def update(part: Rows) -> Any:
            return self.provider.update_contacts([self.tally.change(row) for row in np.asarray(part).tolist()], **kept)

        yield from self._in_parts("update_contacts", rows, 0, update)

    def _leave(self, operation: str, rows: Rows, target: int) -> Course:
        ids = self.plan.leaving["contact_id"].take(pa.array(rows)).to_pylist()
        if operation == "park":
            request: Callable[[], Any] = partial(self.provider.add_members, str(self.tally.holding_id), ids)
        else:
            request = partial(self.provider.remove_members, self._list_id(target), ids)
        yield Asked(operation=operation, rows=rows, target=target, request=request)

    def _in_parts(
        self, operation: str, rows: Rows, target: int, request: Callable[[Rows], Sequence[Receipt | None]]
    ) -> Course:
        """Send rows in one request, or in halves of it where it is refused as a whole.

        What is too large for one request is from then on sent in smaller ones.
        """
        parts = Parts(rows, self._most.get(operation))
        for part in parts:
            step = yield Asked(
                operation=operation, rows=part, target=target, request=partial(request, part), parts=parts
            )
            if step.state == "done":
                parts.accept()
            self._most[operation] = _smaller(self._most.get(operation), parts.most)

    # sizes ---------------------------------------------------------------------------------
    def _batches(self, rows: np.ndarray[Any, np.dtype[np.int64]], name: str) -> Iterator[tuple[Rows, int]]:
        """Cut rows into batches as large as the provider takes, each of one list."""
        size = self._size(name)
        targets = self.tally.target[rows]
        for target in np.unique(targets).tolist():
            of_list = rows[targets == target]
            for start in range(0, len(of_list), size):
                yield of_list[start : start + size], target

    def _size(self, name: str) -> int:
        return int(min(limit(self.provider.limits, name), 1e9)) if name in self.provider.limits else MOST_AT_ONCE

    def _list_id(self, target: int) -> str:
        return self.tally.list_ids[target] or ""


def take(contacts: pa.Table, rows: Rows) -> pa.Table:
    """Take rows of a table; those that follow one another without a copy."""
    first, size = int(rows[0]), len(rows)
    if int(rows[-1]) - first == size - 1:
        return contacts.slice(first, size)
    return contacts.take(pa.array(rows))


def _smaller(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)
