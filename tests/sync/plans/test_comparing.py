"""What is wanted against what is there: every row one decision, every field that changes, and who leaves."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from listkit.contact import FIELDS
from listkit.sync.plans import comparing
from listkit.wire.tables import members

ASHA, BIRGIT, CHEN, DAWIT = (f"+1202555010{number}" for number in range(1, 5))


def wanted(*rows: dict[str, str]) -> pa.Table:
    """Make a table of contacts to be sent."""
    names = [*FIELDS, *(name for name in dict.fromkeys(name for row in rows for name in row) if name not in FIELDS)]
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


def there(*rows: dict[str, Any]) -> pa.Table:
    """Make the members of one list; ids are those of their order."""
    columns = {name: [row.get(name) for row in rows] for name in (*FIELDS, "custom")}
    return comparing.place([members({**columns, "contact_id": [f"C{at}" for at in range(len(rows))]})])


def settled(*ops: str | None) -> pa.Table:
    """Say what was decided before."""
    told = ["" if op is None else f"because {op}" for op in ops]
    return pa.table([pa.array(list(ops), pa.string()), [op or "" for op in ops], told], schema=comparing.SETTLED)


def compare(
    contacts: pa.Table, kept: pa.Table, *, mode: Any, clears: pa.Table | None = None, on: str = "phone"
) -> comparing.Compared:
    """Compare with nothing decided before."""
    open_rows = settled(*([None] * contacts.num_rows))
    return comparing.compare(contacts, clears or pa.table({}), open_rows, kept, mode=mode, on=on)


@pytest.mark.parametrize(
    ("mode", "ops"),
    [
        ("append", ["already", "already", "add"]),
        ("upsert", ["unchanged", "update", "add"]),
        ("mirror", ["unchanged", "update", "add"]),
    ],
)
def test_each_mode_decides_about_each_row(mode: str, ops: list[str]) -> None:
    """Append never compares fields, upsert and mirror do; a decision names the contact that is there."""
    contacts = wanted(
        {"phone": ASHA, "first_name": "Asha"}, {"phone": BIRGIT, "first_name": "Birgitta"}, {"phone": CHEN}
    )
    kept = there(
        {"phone": DAWIT}, {"phone": BIRGIT, "first_name": "Birgit"}, {"phone": ASHA, "first_name": "Asha", "tag": "x"}
    )
    decisions, edits, leaving = compare(contacts, kept, mode=mode)
    assert decisions["op"].to_pylist() == ops
    assert decisions["contact_id"].to_pylist() == ["C2", "C1", None]
    assert edits.to_pylist() == (
        [{"row": 1, "contact_id": "C1", "field": "first_name", "before": "Birgit", "after": "Birgitta"}]
        if mode != "append"
        else []
    )
    assert leaving["phone"].to_pylist() == ([DAWIT] if mode == "mirror" else [])


def test_what_was_decided_before_stays() -> None:
    """A row that is invalid, a repeat or suppressed is not sent, though its number is a member."""
    ops = ["invalid", "duplicate", "suppressed", None]
    contacts, kept = wanted(*([{"phone": ASHA}] * 4)), there({"phone": ASHA})
    decisions, _, leaving = comparing.compare(contacts, pa.table({}), settled(*ops), kept, mode="mirror")
    assert decisions["op"].to_pylist() == ["invalid", "duplicate", "suppressed", "unchanged"]
    assert decisions["reason"].to_pylist()[:3] == [f"because {op}" for op in ops[:3]]
    assert leaving.num_rows == 0


@pytest.mark.parametrize(
    ("before", "after", "clears", "edit"),
    [
        (None, "Pune", False, (None, "Pune")),
        ("", "Pune", False, (None, "Pune")),
        ("Pune", "Goa", False, ("Pune", "Goa")),
        ("Pune", "Pune", False, None),
        ("Pune", None, False, None),
        ("Pune", None, True, ("Pune", None)),
        (None, None, True, None),
        ("", None, True, None),
    ],
)
@pytest.mark.parametrize("field", ["company", "custom.city"])
def test_a_field_changes_when_something_else_is_wanted(
    field: str, before: str | None, after: str | None, clears: bool, edit: tuple[str | None, str | None] | None
) -> None:
    """A blank cell sends nothing unless it erases, and what is empty already is not erased again."""
    custom = field.startswith("custom.")
    held = {"custom": None if before is None else [("city", before)]} if custom else {field: before}
    contacts, kept = wanted({"phone": ASHA, field: after}), there({"phone": ASHA, **held})
    compared = compare(contacts, kept, mode="upsert", clears=pa.table({field: [clears]}))
    assert [(line["before"], line["after"]) for line in compared.edits.to_pylist()] == ([] if edit is None else [edit])
    assert compared.decisions["op"].to_pylist() == ["unchanged" if edit is None else "update"]


def test_reasons_name_the_fields_that_change() -> None:
    """An update says which fields it is about, in the order of the columns, and edits go row by row."""
    contacts = wanted({"phone": ASHA, "tag": "b", "email": "a@example.org"}, {"phone": BIRGIT, "tag": "b"})
    decisions, edits, _ = compare(contacts, there({"phone": BIRGIT}, {"phone": ASHA}), mode="upsert")
    assert decisions["reason"].to_pylist() == ["changes email, tag", "changes tag"]
    assert list(zip(edits["row"].to_pylist(), edits["field"].to_pylist(), strict=True)) == [
        (0, "email"), (0, "tag"), (1, "tag"),
    ]  # fmt: skip


def test_another_key_finds_who_is_who() -> None:
    """Matched by email, another number is a field that changes."""
    contacts = wanted({"phone": BIRGIT, "email": "a@example.org"})
    kept = there({"phone": ASHA, "email": "a@example.org"}, {"phone": CHEN, "email": None})
    decisions, edits, leaving = compare(contacts, kept, mode="mirror", on="email")
    assert decisions["op"].to_pylist() == ["update"]
    assert edits.select(["field", "before", "after"]).to_pylist() == [
        {"field": "phone", "before": ASHA, "after": BIRGIT}
    ]
    assert leaving["phone"].to_pylist() == [CHEN]


@pytest.mark.parametrize("mode", ["append", "upsert", "mirror"])
def test_nobody_against_nobody_is_nothing(mode: str) -> None:
    """No rows and no members have no decisions."""
    compared = compare(wanted(), comparing.nobody(), mode=mode)
    assert [table.num_rows for table in compared] == [0, 0, 0]
