"""A file is proven by counts where nobody else is in the list, and else by a look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from listkit.contact import Contact, ContactList, Page, Upload
from listkit.sync.plans import planning
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, frame

if TYPE_CHECKING:
    from typing import Any

    import pyarrow as pa


class Counting(Rehearsal):
    """A provider that says how many rows of a file it added; `told` overrules what it says."""

    upload_counts = True

    def __init__(self, **told: Any) -> None:
        super().__init__()
        self.told = told
        self.read = 0

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        started = super().upload(contacts, to=to)
        size = contacts.num_rows
        self.taken = msgspec.structs.replace(
            started, state="done", **{"total": size, "added": size, "duplicate": 0, "failed": 0, **self.told}
        )
        return started

    def upload_status(self, upload: Upload) -> Upload:
        return self._perform("upload_status", lambda: self.taken)

    def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
        self.read += 1
        return super().members(list_id, after=after)


def test_counts_that_agree_are_proof_without_a_look() -> None:
    """All rows were added, the list was empty and holds as many: every row is in, and no page was read."""
    provider = Counting()
    run = planning.plan(frame(*NUMBERS), "VIP", provider, strategy="file").apply()
    assert provider.phones("VIP") == NUMBERS
    assert (run.counts["added"], run.verified, provider.read) == (12, "by count", 0)
    assert run.ok


@pytest.mark.parametrize(
    "told", [{"added": 11, "duplicate": 1}, {"added": 11, "failed": 1}, {"added": None}, {"total": 13}]
)
def test_counts_that_do_not_say_so_are_looked_into(told: dict[str, Any]) -> None:
    """Whatever the provider's numbers leave open is settled by reading the list back."""
    provider = Counting(**told)
    run = planning.plan(frame(*NUMBERS[:3]), "VIP", provider, strategy="file").apply()
    assert (run.counts["added"], run.verified) == (3, "in full")
    assert provider.read
    assert run.rows["contact_id"].notna().all()


def test_a_row_that_is_dropped_without_a_word_is_named_all_the_same() -> None:
    """The provider says that it added all, and the list holds fewer: it is read, and the row is found."""
    provider = Counting()
    provider.dropped = {NUMBERS[1]}
    run = planning.plan(frame(*NUMBERS[:3]), "VIP", provider, strategy="file").apply()
    assert list(run.rows["outcome"]) == ["added", "rejected", "added"]


def test_many_rows_for_an_empty_list_go_as_a_file() -> None:
    """Where counts prove it, the way of fewer requests is taken; members, or few rows, make it batches."""
    provider = Counting()
    assert planning.plan(frame(*NUMBERS), "VIP", provider).strategy == "file"
    assert planning.plan(frame(*NUMBERS[:3]), "VIP", provider).strategy == "batches"
    assert planning.plan(frame(*NUMBERS), "VIP", provider, mode="upsert").strategy == "batches"
    assert planning.plan(frame(*NUMBERS), "VIP", Rehearsal()).strategy == "batches"
    provider.give("VIP", Contact(phone=NUMBERS[0]))
    assert planning.plan(frame(*NUMBERS), "VIP", provider).strategy == "batches"


def test_the_price_of_a_file_is_what_it_costs() -> None:
    """A file for an empty list costs the list, the file, questions about it and counts, and no pages."""
    plan = planning.plan(frame(*NUMBERS[:6]), "VIP", Counting())
    assert plan.cost.set_index("strategy")["requests"].to_dict() == {"file": 4, "batches": 5}
