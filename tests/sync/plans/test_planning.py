"""A plan says what would be done, and refuses what could not end well, with the numbers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd
import pytest

from listkit.contact import CLEAR, Contact
from listkit.errors import AmbiguousListError, PlanRefused
from listkit.providers.base import Operation
from listkit.sync.plans import planning
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from listkit.sync.plans.planning import Plan

NUMBERS = [f"+1202555{number:04}" for number in range(100, 200)]


def people(*phones: str, **columns: list[Any]) -> pd.DataFrame:
    """Make a frame of contacts."""
    return pd.DataFrame({"phone": list(phones), **columns})


def plan(provider: Rehearsal, frame: pd.DataFrame, **asked: Any) -> Plan:
    """Plan for the list VIP."""
    return planning.plan(frame, "VIP", provider, **asked)


def rehearsal(*phones: str, destroys: bool = False, **options: Any) -> Rehearsal:
    """Make a provider with a list VIP that holds some numbers."""
    provider = Rehearsal(**options)
    provider.operations = {**provider.operations, "remove_members": Operation("harmless", destroys=destroys)}
    provider.give("VIP", *(Contact(phone=phone) for phone in phones))
    return provider


def refused(provider: Rehearsal, frame: pd.DataFrame, **asked: Any) -> list[str]:
    """Plan, and return why that is refused; nothing is written meanwhile."""
    with pytest.raises(PlanRefused) as caught:
        plan(provider, frame, **asked)
    assert {*provider.asked} <= {"list", "lists_of"}
    return caught.value.reasons


# what is planned ---------------------------------------------------------------------------
def test_changes_are_one_long_frame() -> None:
    """Each field that changes has a line, each other row one, and each member that goes one without a row."""
    provider = rehearsal(*NUMBERS[:3])
    frame = people(NUMBERS[0], NUMBERS[1], "12", NUMBERS[3], first_name=["Asha", "", "", "Dawit"])
    made = plan(provider, frame, mode="mirror", max_remove=1, max_reject=1)
    assert made.counts == {
        "add": 1, "update": 1, "unchanged": 1, "already": 0, "duplicate": 0, "suppressed": 0, "invalid": 1,
    }  # fmt: skip
    changes = made.changes
    assert [*changes.columns] == ["op", "key", "field", "before", "after", "reason", "row"]
    assert changes["op"].to_list() == ["update", "unchanged", "invalid", "add", "remove"]
    assert changes["key"].to_list() == [NUMBERS[0], NUMBERS[1], "12", NUMBERS[3], NUMBERS[2]]
    assert changes.loc[0, ["field", "after"]].to_list() == ["first_name", "Asha"]
    assert changes["row"].isna().to_list() == [False] * 4 + [True]
    assert {str(dtype) for dtype in changes.dtypes[:-1]} == {"str"}


def test_counts_always_add_up() -> None:
    """Whatever the mode, each row has one operation."""
    frame = people(*NUMBERS[:5], NUMBERS[0], "x", first_name=["a", "b", None, "", "e", "f", "g"])
    for mode in ("append", "upsert", "mirror"):
        made = plan(rehearsal(*NUMBERS[2:8]), frame, mode=mode, max_remove=1.0, max_reject=1.0, suppress=[NUMBERS[4]])
        assert sum(made.counts.values()) == len(frame)
        assert made.counts["suppressed"] == 1


def test_an_empty_list_is_not_read() -> None:
    """Where a count is enough, nobody is asked for."""
    provider = rehearsal()
    provider.members = None
    assert plan(provider, people(NUMBERS[0])).counts["add"] == 1


def test_the_hashes_tell_the_input_and_the_list_apart() -> None:
    """The same rows and the same members give the same hashes, others give others."""
    first, again = (plan(rehearsal(NUMBERS[0]), people(NUMBERS[1])) for _ in range(2))
    assert (first.input_hash, first.remote_hash) == (again.input_hash, again.remote_hash)
    assert plan(rehearsal(NUMBERS[0]), people(NUMBERS[2])).input_hash != first.input_hash
    assert plan(rehearsal(NUMBERS[2]), people(NUMBERS[1])).remote_hash != first.remote_hash


def test_cost_prices_every_way() -> None:
    """Requests are those of the way, by the provider's own numbers, and the one that binds is named."""
    made = plan(rehearsal(*NUMBERS[:10]), people(*NUMBERS[5:20]), mode="mirror", max_remove=5)
    cost = made.cost.set_index("strategy")
    assert [*cost.index] == ["batches", "file", "swap"]
    assert cost.loc["batches", "requests"] == 10
    assert cost.loc["swap", "requests"] == 3 + 4 + 5
    assert cost.loc["batches", "bound_by"] in {"contacts_per_request = 3", "members_per_request = 3"}
    assert "the reason why a row is refused" in cost.loc["file", "cannot_carry"]
    assert "fields of contacts that the address-book has already" in cost.loc["file", "cannot_carry"]
    assert "the list's id" in cost.loc["swap", "cannot_carry"]


# what is refused ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("members", "rows", "asked", "sentence"),
    [
        (10, 5, {}, "would remove 5 of 10 members (50%), and max_remove=0.05 allows 0"),
        (100, 94, {}, "would remove 6 of 100 members (6%), and max_remove=0.05 allows 5"),
        (100, 95, {}, None),
        (10, 5, {"max_remove": 4}, "would remove 5 of 10 members (50%), and max_remove=4 allows 4"),
        (10, 5, {"max_remove": 5}, None),
        (10, 5, {"max_remove": 0.5}, None),
        (10, 0, {"max_remove": 1.0}, "The frame is empty, and a mirror of nothing would remove everybody"),
        (0, 0, {}, "The frame is empty"),
    ],
)
def test_a_mirror_removes_only_so_many(members: int, rows: int, asked: dict[str, Any], sentence: str | None) -> None:
    """More than `max_remove`, a share or a count, is refused with the numbers."""
    provider, frame = rehearsal(*NUMBERS[:members]), people(*NUMBERS[:rows])
    if sentence is None:
        assert plan(provider, frame, mode="mirror", **asked).leaving.num_rows == members - rows
    else:
        assert sentence in refused(provider, frame, mode="mirror", **asked)[0]


@pytest.mark.parametrize(
    ("mode", "asked", "sentence"),
    [
        ("append", {}, None),
        ("append", {"max_reject": 1}, "Of 4 rows, 2 are invalid (row 1: "),
        ("append", {"max_reject": 0.5}, None),
        ("append", {"max_reject": 0.4}, "and max_reject=0.4 allows 1"),
        ("mirror", {}, "and max_reject=0 allows 0"),
        ("mirror", {"max_reject": 2}, None),
    ],
)
def test_only_so_many_rows_may_be_invalid(mode: str, asked: dict[str, Any], sentence: str | None) -> None:
    """None of a mirror's and any number of others', unless `max_reject` says otherwise."""
    provider, frame = rehearsal(), people(NUMBERS[0], "12", "13", NUMBERS[1])
    if sentence is None:
        assert plan(provider, frame, mode=mode, **asked).counts["invalid"] == 2
    else:
        assert sentence in refused(provider, frame, mode=mode, **asked)[0]


def test_all_reasons_come_at_once() -> None:
    """A frame is mended once: every refusal is told in one error."""
    provider = rehearsal(*NUMBERS[:10], cap=10)
    frame = people("12", *NUMBERS[20:32], company=["Acme", *[""] * 12])
    told = "\n".join(refused(provider, frame, mode="mirror", blanks="error", max_remove=3))
    for part in ("company (12 rows)", "invalid", "max_remove=3", "2 too many"):
        assert part in told


def test_blank_cells_are_left_erased_or_refused() -> None:
    """`blanks` says what an empty cell means."""
    frame = people(NUMBERS[0], NUMBERS[1], first_name=["", "Birgit"])
    with pytest.raises(PlanRefused, match=r"blanks='error', and cells are blank in first_name \(1 row\)"):
        plan(rehearsal(*NUMBERS[:2]), frame, blanks="error")
    provider = rehearsal()
    provider.give("Other")
    assert plan(provider, frame, mode="upsert", blanks="ignore").clears.num_columns == 0
    assert plan(provider, frame, mode="upsert", blanks="erase").clears.to_pydict() == {"first_name": [True, False]}


def test_people_can_be_matched_by_a_custom_field() -> None:
    """Then a number is a field like others; the changes, those who leave and what drifted go by that key."""
    provider = rehearsal()
    for number, name in zip(NUMBERS, "abc", strict=False):
        provider._give_one(Contact(phone=number, custom={"ID": name}), "L1")
    frame = people(NUMBERS[0], NUMBERS[5], ID=["a", "b"])
    asked = {"custom": ["ID"], "on": "custom.ID", "mode": "mirror", "max_remove": 1}
    made = plan(provider, frame, **asked)
    assert made.changes[["op", "key", "field", "before", "after"]].fillna("").to_numpy().tolist() == [
        ["unchanged", "a", "", "", ""],
        ["update", "b", "phone", NUMBERS[1], NUMBERS[5]],
        ["remove", "c", "", "", ""],
    ]
    provider.joined["L1"].remove("C3")
    assert made.drift() == ["c"]
    taken = refused(rehearsal(*NUMBERS[:2]), people(NUMBERS[1], ID=["x"]), **asked, max_reject=0)
    assert "a member with another custom.ID has this number" in taken[0]


def test_notes_tell_what_is_easily_overlooked() -> None:
    """Cells that an append leaves alone, a list that is nearly full, and one that has to be emptied first."""
    frame = people(*NUMBERS[:5], first_name=[CLEAR, "Asha", None, None, None])
    assert "append changes nobody: 1 cell that empties a field is left alone" in plan(rehearsal(), frame).notes
    assert "'VIP' then holds 10 of the 10 contacts that rehearsal takes in it" in (
        plan(rehearsal(*NUMBERS[5:10], cap=10), frame, mode="upsert").notes
    )
    assert not any("then holds" in note for note in plan(rehearsal(cap=10), frame, mode="upsert").notes)
    full = plan(rehearsal(*NUMBERS[5:10], cap=5), frame, mode="mirror", max_remove=5)
    assert full.removes_first
    assert "the list is full: those who leave go first, to make room for those who come" in full.notes
    assert not plan(rehearsal(*NUMBERS[5:10]), frame, mode="mirror", max_remove=5).removes_first


def test_who_would_be_destroyed_is_refused_parked_or_meant() -> None:
    """Members in no other list of a provider that deletes such contacts are counted, and go nowhere by default."""
    frame, asked = people(*NUMBERS[:7]), {"mode": "mirror", "max_remove": 3}

    def provider() -> Rehearsal:
        made = rehearsal(*NUMBERS[:10], destroys=True)
        other = made.give("Other")
        made.joined[other.list_id] = ["C10"]
        return made

    (reason,) = refused(provider(), frame, **asked)
    assert reason.startswith("Of 3 members that leave, 2 are in no other list, and rehearsal would DESTROY them")
    assert "park='a list' keeps them there, allow_destroy=True says that this is meant." in reason
    meant = plan(provider(), frame, **asked, allow_destroy=True)
    assert meant.leaving["fate"].to_pylist() == ["destroyed", "destroyed", "leaves"]
    assert "2 contacts are in no other list: rehearsal DESTROYS them for good" in meant.notes
    parked = plan(provider(), frame, **asked, park="Holding")
    assert parked.leaving["fate"].to_pylist() == ["parked", "parked", "leaves"]
    assert (parked.holding.name, parked.holding.list_id) == ("Holding", None)
    assert parked.changes["op"].value_counts()[["park", "remove"]].to_list() == [2, 1]
    assert plan(rehearsal(*NUMBERS[:10]), frame, **asked).leaving["fate"].to_pylist() == ["leaves"] * 3


def test_a_name_in_other_capitals_is_probably_meant() -> None:
    """A list whose name differs only in capitals is not doubled by a slip."""
    provider = Rehearsal()
    provider.give("Vip")
    assert "There is no list named 'VIP' on rehearsal, but one named 'Vip'" in refused(provider, people(NUMBERS[0]))[0]


def test_a_key_has_to_tell_members_apart() -> None:
    """Matching by a column that two members share is refused with how many."""
    provider = rehearsal(*NUMBERS[:3])
    for key in ("C1", "C2"):
        provider.contacts[key] = msgspec.structs.replace(provider.contacts[key], email="a@example.org")
    frame = people(NUMBERS[0], email=["a@example.org"])
    assert "Of 2 members, 1 has the email of another" in refused(provider, frame, on="email", mode="upsert")[0]


# several lists, a fresh list ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("parts", "adds", "targets", "rows"),
    [
        ([2], 1, ["VIP"], [1]),
        ([2], 4, ["VIP", "VIP (2)"], [1, 3]),
        ([3], 7, ["VIP", "VIP (2)", "VIP (3)", "VIP (4)"], [0, 3, 3, 1]),
        ([1, 2, 3], 5, ["VIP", "VIP (2)", "VIP (3)", "VIP (4)"], [2, 1, 0, 2]),
        ([3, 3], 0, ["VIP", "VIP (2)"], [0, 0]),
        ([], 4, ["VIP", "VIP (2)"], [3, 1]),
    ],
)
def test_too_many_rows_are_shared_among_several_lists(
    parts: list[int], adds: int, targets: list[str], rows: list[int]
) -> None:
    """Parts are filled in order, those that are there first; a member of any part is a member."""
    provider, numbers = Rehearsal(cap=3), iter(NUMBERS)
    there = []
    for number, size in enumerate(parts, 1):
        phones = list(itertools.islice(numbers, size))
        provider.give("VIP" if number == 1 else f"VIP ({number})", *(Contact(phone=phone) for phone in phones))
        there += phones
    made = plan(provider, people(*there, *itertools.islice(numbers, adds)), split_over_cap=True)
    assert [target.name for target in made.targets] == targets
    assert made.counts["already"] == len(there)
    added = made.decisions.filter(made.decisions["op"].to_pandas().eq("add").to_list())["target"].to_pylist()
    assert [added.count(number) for number in range(len(targets))] == rows
    assert made.members == len(there)


def test_two_parts_of_one_name_are_ambiguous() -> None:
    """Nothing is guessed about parts either."""
    provider = rehearsal()
    provider.give("VIP (2)")
    provider.give("VIP (2)")
    with pytest.raises(AmbiguousListError, match="2 lists named 'VIP \\(2\\)', a part of 'VIP'"):
        plan(provider, people(NUMBERS[0]), split_over_cap=True)


def test_a_swap_fills_a_fresh_list() -> None:
    """Everybody of the frame joins a fresh list, known contacts by their id; the old list keeps everybody."""
    provider = rehearsal(*NUMBERS[:4])
    frame = people(*NUMBERS[1:5], first_name=["Asha", "", "", ""])
    made = plan(provider, frame, mode="mirror", strategy="swap", max_remove=1)
    assert made.counts["add"] == 4
    assert made.decisions["contact_id"].to_pylist() == ["C2", "C3", "C4", None]
    assert made.edits["field"].to_pylist() == ["first_name"]
    assert made.leaving.num_rows == 0
    assert (made.list_id, made.replaces.list_id) == (None, "L1")
    assert made.replaces.name.startswith("VIP (before 20")
    assert any("with 1 member that the new one has not" in note for note in made.notes)
    assert made.cost.loc[0, ["strategy", "requests"]].to_list() == ["swap", 3 + 1 + 2 + 1]
    for asked, sentence in (
        ({"mode": "append"}, "goes with mode='mirror', not with 'append'"),
        ({"mode": "mirror"}, "max_remove=0.05 allows 0"),
        ({"mode": "mirror", "split_over_cap": True, "max_remove": 1}, "cannot be swapped"),
    ):
        assert sentence in refused(rehearsal(*NUMBERS[:4]), frame, strategy="swap", **asked)[0]


def test_a_file_that_overlooks_contacts_is_only_taken_knowingly() -> None:
    """A file never changes a contact, so an upsert goes by batches unless that is accepted."""
    frame = people(*NUMBERS[:5])
    assert plan(rehearsal(bulk="file"), frame, mode="upsert").strategy == "batches"
    assert plan(rehearsal(bulk="file"), frame, mode="append").strategy == "file"
    reasons = refused(rehearsal(bulk="file"), frame, mode="upsert", strategy="file")
    assert "mode='upsert' is to update them; take strategy='batches'" in reasons[0]
    knowingly = plan(rehearsal(bulk="file"), frame, mode="upsert", strategy="file", unsupported="drop")
    assert knowingly.strategy == "file"


def test_few_rows_for_a_long_list_do_not_go_in_a_file() -> None:
    """A file is read back, which takes as many requests as the list has pages, so it is for many rows."""
    assert plan(rehearsal(bulk="file", joins=True), people(*NUMBERS[:20])).strategy == "file"
    assert plan(rehearsal(bulk="file", joins=True), people(*NUMBERS[:2])).strategy == "batches"
    assert plan(rehearsal(*NUMBERS[:90], bulk="file", joins=True), people(*NUMBERS[90:])).strategy == "batches"
    assert plan(rehearsal(bulk="batches"), people(*NUMBERS)).strategy == "batches"


def test_what_is_dropped_does_not_change_anybody() -> None:
    """A field that is left behind is not compared either."""
    frame = people(NUMBERS[0], NUMBERS[1], company=["Acme", "Acme"])
    assert "company (2 rows)" in refused(rehearsal(NUMBERS[0]), frame, mode="upsert")[0]
    made = plan(rehearsal(NUMBERS[0]), frame, mode="upsert", unsupported="drop")
    assert made.counts["unchanged"] == made.counts["add"] == 1
    assert made.contacts["company"].null_count == 2
