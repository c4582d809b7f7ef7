"""What an answer left in doubt, settled by a look at the list: never by sending it again to see.

A look right after a lost answer proves nothing, since the request may still be applied. So the
look waits until the provider has had its time, and counts only where a second one is equal.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ProviderError
from listkit.sync.journals.steps import Proof
from listkit.sync.pages import pulling
from listkit.sync.runs import verifying
from listkit.sync.runs.dispatching import NOT_PROVEN, Stopped
from listkit.sync.runs.tallying import IN_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.sync.journals.steps import Rows
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Dispatch
    from listkit.sync.runs.interrupting import Interrupts
    from listkit.sync.runs.tallying import Tally

T = TypeVar("T")

LOOKS = 3
"""How often two looks are taken at most until two are equal."""
BREATH = 0.1
"""The share of the settle time between two looks."""


class Settling:
    """Looks at the lists of a run; `settle` is how many seconds after a request nothing of it comes any more."""

    def __init__(self, plan: Plan, tally: Tally, dispatch: Dispatch, interrupts: Interrupts, settle: float) -> None:
        self.plan, self.tally, self.dispatch, self.interrupts = plan, tally, dispatch, interrupts
        self.provider, self.seconds = plan.provider, settle
        self._seen: dict[int, tuple[int, pa.Table]] = {}
        """What a list held when it was read last, and how many requests the run had made by then."""

    def settle(self) -> bool:
        """Look for the rows in doubt; False where one is left that could not be settled."""
        self._count()
        rows = self.tally.to_settle()
        if not len(rows):
            return True
        is_in_file = self.tally.code[rows] == IN_FILE
        if not is_in_file.all():
            self._wait()
        targets = self.tally.target[rows]
        looked = [
            self._settle(rows[targets == target], target, twice=bool((~is_in_file[targets == target]).any()))
            for target in np.unique(targets).tolist()
        ]
        return all(looked) and not len(self.tally.to_settle())

    def find_list(self, name: str, target: int) -> None:
        """Look for a list whose making was not answered; adopt it where it can only be this run's.

        Stopped where there are several, or where somebody is in it already.
        """
        self._wait()
        found = self.quietly(lambda: pulling.find_lists(self.provider, name))
        self._sleep(self.seconds * BREATH)
        again = self.quietly(lambda: pulling.find_lists(self.provider, name))
        if len(again) > 1 or any(kept.members for kept in again):
            raise Stopped(
                f"{self.provider.name} gave no answer when the list {name!r} was to be made, and now has {len(again)} "
                "of this name, which may be somebody else's; look at them, and plan again"
            )
        if again and found == again:
            self.dispatch.record("find_list", [], Proof(named=again[0].list_id), target=target)
        self.tally.lists_in_doubt.discard(target)

    def look(self, target: int, *, twice: bool = True) -> pa.Table | None:
        """Read a list, where asked for until two looks are equal; None where it would not hold still or be read.

        One look is enough for all that is asked until the run makes another request.
        """
        list_id = self.tally.list_ids[target]
        if list_id is None:
            return None
        requests, seen = self._seen.get(target, (-1, None))
        if not twice and requests == self.dispatch.requests:
            return seen
        failed: ProviderError | None = None
        for _ in range(LOOKS):
            try:
                members = self._look(list_id, twice=twice)
            except NOT_PROVEN as error:
                failed = error
                continue
            if members is not None:
                self._seen[target] = self.dispatch.requests, members
                return members
        if failed:
            raise failed
        self.dispatch.notes.append(
            f"the list {self.plan.targets[target].name!r} kept changing, so that what is in doubt could not be settled"
        )
        return None

    def _look(self, list_id: str, *, twice: bool) -> pa.Table | None:
        first = self.quietly(lambda: pulling.pull(self.provider, list_id))
        if not twice or not first.complete:
            return first.table if first.complete else None
        self._sleep(self.seconds * (1 if (self.tally.doubts == "upload").any() else BREATH))
        second = self.quietly(lambda: pulling.pull(self.provider, list_id))
        is_still = second.complete and first.table["contact_id"].equals(second.table["contact_id"])
        return second.table if is_still else None

    def places(self, rows: Rows, members: pa.Table) -> pa.Array:
        """Return where among the members each row is, by its contact's id, else by its number; null for nowhere."""
        at = np.asarray(rows, np.int64)
        by_id = pc.index_in(
            pa.array(self.tally.contact_id[at], pa.string()),
            value_set=members["contact_id"].combine_chunks(),
            skip_nulls=True,
        )
        phones = self.plan.contacts["phone"].take(pa.array(at)).combine_chunks()
        return pc.coalesce(by_id, pc.index_in(phones, value_set=members["phone"].combine_chunks(), skip_nulls=True))

    def _count(self) -> None:
        """Spare a look where counts are proof enough.

        The list was empty, the provider says that it added every row of the files, and it holds
        just as many: nobody can be missing. Where that cannot be asked, it is looked for.
        """
        rows = self.tally.to_settle()
        for target in np.unique(self.tally.target[rows]).tolist():
            mine, list_id = rows[self.tally.target[rows] == target], self.tally.list_ids[target]
            if list_id is None or self.plan.targets[target].members or not self.tally.is_counted[mine].all():
                continue
            with suppress(ProviderError):
                there = self.quietly(partial(self.provider.list, list_id)).members
                if there == verifying.expected(self.plan, self.tally, target) + len(mine):
                    self.dispatch.record("count", mine, Proof(), target=target)

    def _settle(self, rows: Rows, target: int, *, twice: bool) -> bool:
        try:
            members = self.look(target, twice=twice)
        except ProviderError as error:
            self.dispatch.notes.append(f"the list could not be read to settle what is in doubt: {error}")
            return False
        if members is None:
            return False
        ids = members["contact_id"].take(self.places(rows, members)).to_pylist()
        self.dispatch.record("read_back", rows, Proof(ids=ids), target=target)
        return True

    def _wait(self) -> None:
        """Wait until nothing that was sent can still be on its way."""
        self._sleep(min(max(self.seconds - (time.time() - self.tally.doubted_at), 0), self.seconds))

    def _sleep(self, seconds: float) -> None:
        self.interrupts.wait(self.provider.clock.sleep, seconds)

    def quietly(self, read: Callable[[], T]) -> T:
        """Read in a way that a Ctrl-C may end."""
        with self.interrupts.welcome():
            return read()
