"""Whatever is wanted and whatever is there: the counts add up, and what was done once is not done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import CLEAR, FIELDS
from listkit.frame import records
from listkit.sync.plans import comparing, drifting
from listkit.wire.tables import members

if TYPE_CHECKING:
    from listkit.sync.plans.comparing import Compared

PHONES = [f"+1202555010{number}" for number in range(8)]
Person = dict[str, Any]

TEXTS = st.sampled_from(["a", "b", "", None, CLEAR])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"phone": st.sampled_from([*PHONES, "12", None]), "first_name": TEXTS, "email": TEXTS, "custom.city": TEXTS}
    ),
    max_size=12,
)
KEPT = st.dictionaries(
    st.sampled_from(PHONES),
    st.fixed_dictionaries(
        {name: st.sampled_from(["a", "b", "", None]) for name in ("first_name", "email", "custom.city", "tag")}
    ),
)
STOPPED = st.sets(st.sampled_from(PHONES), max_size=2)
MODES = st.sampled_from(["append", "upsert", "mirror"])


def table(kept: dict[str, Person]) -> pa.Table:
    """Make the members of one list."""
    people = [{"phone": phone, **held} for phone, held in kept.items()]
    columns = {name: [one.get(name) for one in people] for name in FIELDS}
    custom = [[("city", one["custom.city"])] if one.get("custom.city") is not None else None for one in people]
    return comparing.place([members({**columns, "contact_id": [*kept], "custom": custom})])


def planned(rows: list[Person], kept: dict[str, Person], stopped: set[str], mode: Any, *, erases: bool) -> Compared:
    """Compare a frame with a list."""
    frame = pd.DataFrame(rows, columns=["phone", "first_name", "email", "custom.city"], dtype=object)
    wanted = records.wanted(frame, erases=erases)
    settled = records.verdicts(wanted.contacts)
    is_stopped = [
        op is None and phone in stopped for op, phone in zip(settled["op"].to_pylist(), frame["phone"], strict=True)
    ]
    op = [("suppressed" if stop else op) for stop, op in zip(is_stopped, settled["op"].to_pylist(), strict=True)]
    settled = settled.set_column(0, "op", pa.array(op, pa.string()))
    return comparing.compare(wanted.contacts, wanted.clears, settled, table(kept), mode=mode)


def done(rows: list[Person], kept: dict[str, Person], compared: Compared) -> dict[str, Person]:
    """Do what a comparison says to a list, as a provider would."""
    now = {phone: dict(held) for phone, held in kept.items() if phone not in compared.leaving["phone"].to_pylist()}
    for edit in compared.edits.to_pylist():
        now[edit["contact_id"]][edit["field"]] = edit["after"]
    for row, op in enumerate(compared.decisions["op"].to_pylist()):
        if op == "add":
            now[rows[row]["phone"]] = {
                name: None if value in (CLEAR, "") else value for name, value in rows[row].items() if name != "phone"
            }
    return now


@given(ROWS, KEPT, STOPPED, MODES, st.booleans())
def test_each_row_is_decided_once(
    rows: list[Person], kept: dict[str, Person], stopped: set[str], mode: str, erases: bool
) -> None:
    """Each row has one operation, edits belong to updates and change something, and only a mirror removes."""
    decisions, edits, leaving = planned(rows, kept, stopped, mode, erases=erases)
    ops = decisions["op"].to_pylist()
    assert len(ops) == len(rows)
    assert {*ops} <= {"add", "update", "unchanged", "already", "duplicate", "suppressed", "invalid"}
    assert {row for row, op in enumerate(ops) if op == "update"} == {*edits["row"].to_pylist()}
    assert all(edit["before"] != edit["after"] for edit in edits.to_pylist())
    assert mode == "mirror" or leaving.num_rows == 0
    assert mode != "append" or not {"update", "unchanged"} & {*ops}
    assert not {rows[row]["phone"] for row, op in enumerate(ops) if op in {"add", "update"}} & stopped


@given(ROWS, KEPT, STOPPED, MODES, st.booleans())
def test_what_was_done_is_not_done_again(
    rows: list[Person], kept: dict[str, Person], stopped: set[str], mode: str, erases: bool
) -> None:
    """After a plan was done, the same plan finds nothing to do."""
    first = planned(rows, kept, stopped, mode, erases=erases)
    again = planned(rows, done(rows, kept, first), stopped, mode, erases=erases)
    assert not {"add", "update"} & {*again.decisions["op"].to_pylist()}
    assert again.edits.num_rows == again.leaving.num_rows == 0


@given(ROWS, KEPT, STOPPED, st.booleans())
def test_a_mirror_leaves_exactly_the_frame(
    rows: list[Person], kept: dict[str, Person], stopped: set[str], erases: bool
) -> None:
    """Afterwards the list holds the frame's numbers, but for those that are stopped and were not in it."""
    compared = planned(rows, kept, stopped, "mirror", erases=erases)
    wanted = {row["phone"] for row in rows} & {*PHONES}
    assert {*done(rows, kept, compared)} == wanted - (stopped - {*kept})


@given(ROWS, KEPT, KEPT, STOPPED, MODES)
def test_what_others_do_is_no_drift(
    rows: list[Person], kept: dict[str, Person], others: dict[str, Person], stopped: set[str], mode: str
) -> None:
    """Members that others add, change or remove are no drift unless the plan speaks of them."""
    planned_first = planned(rows, kept, stopped, mode, erases=False)
    spoken_of = {row["phone"] for row in rows} | {*planned_first.leaving["phone"].to_pylist()}
    now = {phone: held for phone, held in {**kept, **others}.items() if phone in kept or phone not in spoken_of}
    now |= {phone: kept[phone] for phone in kept if phone in spoken_of}
    again = planned(rows, now, stopped, mode, erases=False)
    assert drifting.changed(planned_first, again) == set()
    assert drifting.gone(planned_first, again).num_rows == 0
