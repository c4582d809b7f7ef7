"""What the journal forgets is nowhere in its files any more, and what is left still adds up."""

from __future__ import annotations

import pandas as pd
import pytest

from listkit.contact import Contact
from listkit.home import home
from listkit.sync.forgetting import forget, purge
from listkit.sync.journals import journal
from listkit.sync.plans import keeping, planning
from listkit.sync.runs import applying
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, push


def files() -> bytes:
    """Return all that the journal has on disk."""
    return b"".join(path.read_bytes() for path in home().rglob("*") if path.is_file())


def test_purging_leaves_nothing_behind() -> None:
    """After a purge no number, no name and no run is in the files; what is younger stays until it is older."""
    run = push(Rehearsal(), pd.DataFrame({"phone": NUMBERS, "first_name": "Ashalata"}, dtype="str"))
    assert purge("1d") == 0
    assert run.run_id.encode() in files()
    assert purge() == 1
    assert journal.runs().empty
    assert run.run_id.encode() not in files()
    assert NUMBERS[0].encode() not in files()


@pytest.mark.parametrize("index", [None, NUMBERS[:4], [["a", "b", "c", "d"], NUMBERS[:4]]])
def test_a_person_is_forgotten(index: list[str] | None) -> None:
    """Somebody's row is empty in every plan that is kept, and the run adds up without it."""
    provider = Rehearsal()
    provider.give("VIP", Contact(phone=NUMBERS[0], first_name="Asha"))
    frame = pd.DataFrame({"phone": NUMBERS[:4], "first_name": list("ABCD"), "age": [1, 2, 3, 4]}, index=index)
    plan = planning.plan(frame, "VIP", provider, mode="upsert")
    run = plan.apply()
    assert forget(NUMBERS[0]) == 1
    assert forget(NUMBERS[0]) == 0
    opened = journal.Journal()
    kept = keeping.unpack(opened.plan(run.run_id), provider)
    opened.close()
    assert NUMBERS[0] not in str(kept.frame.reset_index())
    assert NUMBERS[0] not in str(kept.contacts.to_pydict())
    assert "Asha" not in str(kept.edits.to_pydict())
    assert kept.frame["first_name"].tolist()[1:] == list("BCD")
    assert applying.load(kept, run.run_id).ledger.adds_up
