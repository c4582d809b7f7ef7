"""What is there now of what a run did: its lists, and where in them each of its contacts is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.errors import NotFoundError, PlanRefused
from listkit.sync.plans import targeting
from listkit.sync.plans.comparing import ADD
from listkit.sync.plans.guarding import PARKED
from listkit.sync.plans.targeting import Target
from listkit.sync.runs.tallying import REMOVED, UNSURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.sync.runs.run import Run

    Numbers = np.ndarray[Any, np.dtype[np.int64]]
    Marks = np.ndarray[Any, np.dtype[np.bool_]]

MAY_BE = [outcome.value for outcome in (Outcome.ADDED, Outcome.UPDATED, Outcome.UNKNOWN)]
"""Rows of which something may have been applied; what is there now tells."""


class Came(NamedTuple):
    """Contacts that are where a run put them: their places among the members, and what is known of them.

    `made` are those that the run made, `found` those that were there before it; of a file that was
    taken in nobody says which. `parked` are those that it only moved.
    """

    places: Numbers
    made: Marks
    found: Marks
    parked: Marks

    def only(self, which: Marks) -> Came:
        """Return some of them."""
        return Came(self.places[which], self.made[which], self.found[which], self.parked[which])


class Remains:
    """The lists of a run that are there, as `targets`, and their members now, as `comparing.PLACED`.

    `made` are the numbers of those that the run made, and `number` says for the number that a
    list has in the run the one that it has here.

    Raises PlanRefused where a list is gone that was there before the run.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.done, self.provider = run, run.plan, run.plan.provider
        self.notes: list[str] = []
        self.made: set[int] = set()
        self.number: dict[int, int] = {}
        found = targeting.read(self.provider, [self._there(*each) for each in self._lists()])
        self.targets, self.members, self.read_at, self.state = found.targets, found.members, found.read_at, found.state

    def count(self, people: pa.Table, number: int) -> int:
        """Count who of some people is in a list."""
        return pc.sum(pc.equal(people["target"], number)).as_py() or 0

    def came(self) -> Came:
        """Find those whom the run added, and those whom it parked."""
        rows, decisions = self.run.rows, self.done.decisions
        is_added = pc.equal(decisions["op"], ADD).to_numpy() & rows["outcome"].isin(MAY_BE).to_numpy()
        wanted = np.flatnonzero(is_added)
        ids = pa.array(rows["contact_id"].iloc[wanted], pa.string(), from_pandas=True)
        phones = self.done.contacts["phone"].take(pa.array(wanted))
        added = self.places(decisions["target"].take(pa.array(wanted)), ids, phones)
        parked = self.left().filter(pc.equal(self.left()["fate"], PARKED))
        holding = pa.array(np.full(parked.num_rows, len(self.done.targets), np.int64))
        places = np.concatenate([added, self.places(holding, parked["contact_id"], parked["phone"])])
        created = rows["contact_created"].iloc[wanted]
        made, found, is_parked = np.zeros((3, len(places)), dtype=bool)
        made[: len(added)] = created.fillna(value=False).to_numpy(dtype=bool)
        found[: len(added)] = ~created.fillna(value=True).to_numpy(dtype=bool)
        is_parked[len(added) :] = True
        return Came(places, made, found, is_parked).only(places >= 0)

    def left(self) -> pa.Table:
        """Return the members that the run took off, as the plan has them."""
        outcomes = pa.array(self.run.removed["outcome"], pa.string(), from_pandas=True)
        return self.done.leaving.filter(pc.is_in(outcomes, value_set=pa.array([REMOVED, UNSURE])))

    def places(self, lists: pa.ChunkedArray, ids: pa.Array, phones: pa.Array) -> Numbers:
        """Return where among the members of its list each contact is, by its id, else by its number; -1 for nowhere.

        `lists` are numbers of the run's.
        """
        here = pa.array([self.number.get(number, -1) for number in lists.to_pylist()], pa.int64())
        by_id, by_phone = (
            pc.index_in(_keys(here, values), value_set=_keys(self.members["target"], self.members[name]))
            for name, values in (("contact_id", ids), ("phone", phones))
        )
        found: Numbers = pc.fill_null(pc.coalesce(by_id, by_phone), -1).to_numpy(zero_copy_only=False).astype(np.int64)
        return found

    def _lists(self) -> Iterator[tuple[Target, str]]:
        """Walk the lists of the run that have an id, and number them."""
        ids = [*self.run.list_ids]
        holding = self.done.holding
        if holding:
            ids.append(holding.list_id or targeting.holding(self.provider, holding.name).list_id)
        for number, (target, list_id) in enumerate(zip([*self.done.targets, holding], ids, strict=False)):
            if target is None or list_id is None or not self._is_there(target, list_id):
                continue
            here = self.number[number] = len(self.number)
            if target.list_id is None:
                self.made.add(here)
            yield target, list_id

    def _is_there(self, target: Target, list_id: str) -> bool:
        try:
            self.provider.list(list_id)
        except NotFoundError:
            if target.list_id is not None:
                raise PlanRefused([f"The list {target.name!r} is gone, so nothing in it can be undone."]) from None
            self.notes.append(f"the list {target.name!r}, which the push made, is gone already")
            return False
        return True

    def _there(self, target: Target, list_id: str) -> Target:
        return Target(name=target.name, list_id=list_id, type=target.type)


def _keys(lists: pa.Array | pa.ChunkedArray, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Put the number of a list and an id or a phone into one key; missing where the value is."""
    joined = pc.binary_join_element_wise(pc.cast(lists, pa.string()), values, " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
