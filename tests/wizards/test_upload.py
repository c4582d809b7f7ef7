"""The way from a file to a pushed list: what is decided, what is refused, and that the code does the same."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ListkitError, ReadError
from listkit.frame.editing import Edit
from listkit.wizards.choices import Choices
from listkit.wizards.desk import Desk
from listkit.wizards.table import Table
from listkit.wizards.upload import UploadFlow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.testing import Sandbox

FILE = str(Path(__file__).parents[2] / "data" / "contacts_damaged.xlsx")
CELLS = ["98765 43210", "98765O4321", "9.19877E+11", "+12025550123", "919876543210.0", "", None, "0", "x", "12"]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Serve an account."""
    with lk.sandbox() as opened:
        yield opened


@pytest.fixture
def flow(box: Sandbox) -> UploadFlow:
    """Begin with a damaged file."""
    return UploadFlow(FILE, to=box.exotel)


def run(code: str, box: Sandbox) -> dict[str, Any]:
    """Run what the pane shows, with the account in the place of the one that is looked for."""
    names: dict[str, Any] = {"box": box}
    lines = code.replace("lk.connect('exotel')", "box.exotel")
    exec(lines, names)  # noqa: S102 - that it can be run is what is to be shown
    return names


def test_the_whole_way(flow: UploadFlow, box: Sandbox) -> None:
    """From the file to the report; the plan comes before the push, and what was pushed is what the frame says."""
    for step in ("columns", "review", "duplicates", "plan"):
        flow.go(step)
    flow.choose("Country", region="IN")
    flow.choose("List", list_name="Whole way")
    flow.make_plan().wait()
    assert flow.plan is not None
    assert [one["list_name"] for one in box.exotel.lists().to_dict("records")].count("Whole way") == 0
    flow.go("push")
    flow.push().wait()
    assert flow.run is not None
    flow.go("report")
    assert flow.run.ledger.adds_up
    good = flow.frame["phone"].str.fullmatch(r"\+[0-9]+", na=False)
    assert sorted(box.exotel.contacts("Whole way")["phone"]) == sorted(flow.frame["phone"][good].unique())
    flow.undo_push().wait()
    assert flow.undone is not None
    assert box.exotel.lists("Whole way").empty


def test_the_recipe_does_to_the_file_what_was_clicked(flow: UploadFlow) -> None:
    """Cells, meanings, country, suggestions and merging, with who was set apart; replayed, the rows are the same."""
    frame = flow.desk.raw(flow.choices)
    line, number = frame.index[3], frame["Mobile No."].iloc[0]
    flow.edit(Edit(line, "Mobile No.", frame["Mobile No."][line], number))
    flow.choose("Country", region="IN")
    flow.accept("letter_for_digit")
    flow.choose("Merge", merges=True)
    merged = len(flow.frame)
    assert lk.of(frame).replay(flow.recipe).equals(flow.frame)
    flow.set_apart(3, is_apart=True)
    assert len(flow.frame) == merged + 1 < len(frame)
    assert lk.of(frame).replay(flow.recipe).equals(flow.frame)
    assert "merge_duplicates" in str(flow.recipe)


def test_what_is_not_ready_is_refused_with_a_sentence(flow: UploadFlow, box: Sandbox) -> None:
    """Nothing without a file, a phone, a name, a plan, a push."""
    with pytest.raises(ListkitError, match="Choose a file first"):
        UploadFlow(to=box.exotel).go("columns")
    with pytest.raises(ListkitError, match="Give the list a name"):
        flow.make_plan()
    for step in ("push", "report"):
        with pytest.raises(ListkitError, match="Make the plan first"):
            flow.go(step)
    with pytest.raises(ListkitError, match="Make the plan first"):
        flow.push()
    with pytest.raises(ListkitError, match="Nothing has been pushed"):
        flow.resume()
    flow.mean("Mobile No.", None)
    with pytest.raises(ListkitError, match="which column is the phone"):
        flow.go("review")
    with pytest.raises(ListkitError, match="no step 'nowhere'"):
        flow.go("nowhere")
    with pytest.raises(ReadError):
        flow.open("/nowhere/x.csv")
    assert flow.choices.path == FILE


def test_a_meaning_belongs_to_one_column(flow: UploadFlow) -> None:
    """Whichever column was the phone before is nothing then, and undoing brings it back."""
    before = flow.desk.mapping(flow.choices)
    flow.mean("City", "phone")
    after = flow.desk.mapping(flow.choices)
    assert (after["City"], after["Mobile No."]) == ("phone", None)
    flow.undo()
    assert flow.desk.mapping(flow.choices) == before
    flow.redo()
    assert flow.desk.mapping(flow.choices) == after


def test_a_plan_is_of_the_choices_that_it_was_made_for(flow: UploadFlow) -> None:
    """Choosing otherwise makes it void; undoing that makes it good again."""
    flow.choose("List", list_name="Void")
    flow.make_plan().wait()
    flow.go("push")
    flow.choose("Country", region="US")
    assert flow.plan is None
    flow.go("plan")
    flow.undo()
    assert flow.plan is not None


def test_an_undo_leaves_a_step_that_is_not_ready_any_more(flow: UploadFlow) -> None:
    """One goes back as far as it takes."""
    flow.mean("Mobile No.", None)
    flow.mean("Mobile No.", "phone")
    flow.go("review")
    flow.undo()
    assert flow.at == "columns"


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(CELLS), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(CELLS)), max_size=4),
    st.sampled_from([None, "IN", "US"]),
)
def test_rows_that_are_edited_are_cleaned_as_in_the_whole(
    cells: list[str | None], edits: list[tuple[int, str | None]], region: str | None
) -> None:
    """Cleaning only them, and putting them in their place, gives what cleaning everything gives."""
    frame = pd.DataFrame({"Mobile": pd.Series(cells, dtype="str"), "Name": "Asha"})
    desk, made = Desk(frame), list[Edit]()
    now = [cell or None for cell in cells]
    for row, text in edits:
        if row < len(cells):
            made.append(Edit(row, "Mobile", frame["Mobile"].where(frame["Mobile"].notna(), None)[row], text or None))
            now[row] = text
    meanings = (("Mobile", "phone"), ("Name", "first_name"))
    patched = desk.cleaning(Choices(region=region, meanings=meanings, edits=tuple(made[:1])))
    edited = desk.edited(Choices(edits=tuple(made[:1])))
    whole = lk.of(edited).cleaning(region=region, mapping=dict(meanings))
    assert patched.frame.equals(whole.frame)
    assert patched.problems.equals(whole.problems)
    assert patched.changes.equals(whole.changes)


def clicks(flow: UploadFlow, chance: random.Random) -> list[Callable[[], object]]:
    """Choose among what could be clicked now."""
    table = Table(flow)
    size = len(flow.desk.raw(flow.choices))
    label = chance.choice([str(name) for name in flow.desk.raw(flow.choices).columns])
    cell = (chance.randrange(size), chance.randrange(5), chance.choice(CELLS) or "")
    return [
        lambda: flow.choose("Country", region=chance.choice([None, "IN", "US", "DE"])),
        lambda: flow.mean(label, chance.choice([None, "phone", "email", "first_name", "tag"])),
        lambda: table.edit([cell]),
        lambda: table.edit([(row, cell[1], cell[2]) for row in range(3)]),
        lambda: flow.choose("Merge", merges=not flow.choices.merges),
        lambda: flow.set_apart(chance.randrange(size), is_apart=chance.random() < 0.7),
        lambda: flow.choose("Mode", mode=chance.choice(["append", "upsert"])),
        flow.undo,
        flow.redo,
        lambda: flow.go(chance.choice(flow.STEPS).name),
    ]


def click_by_chance(box: Sandbox, seed: int) -> None:
    """Click thirty times, then run the code: the frame and the plan are the same."""
    chance, flow = random.Random(seed), UploadFlow(FILE, to=box.exotel)  # noqa: S311 - a test keeps no secret
    for _ in range(30):
        with suppress(ListkitError):
            chance.choice(clicks(flow, chance))()
    if "phone" not in flow.desk.mapping(flow.choices).values():
        flow.mean("Mobile No.", "phone")
    flow.choose("List", list_name="By chance")
    flow.make_plan().wait()
    assert flow.job is not None
    assert flow.plan is not None, (seed, flow.job.sentence)
    names = run(flow.code, box)
    assert names["people"].equals(flow.frame), seed
    assert names["plan"] == flow.plan, seed


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_the_code_does_what_was_clicked(box: Sandbox, seed: int) -> None:
    """Thirty clicks by chance, undone and done again, and the code gives an equal frame and an equal plan."""
    click_by_chance(box, seed)


def test_a_push_that_is_cancelled_is_gone_on_with(flow: UploadFlow, box: Sandbox, tmp_path: Path) -> None:
    """Cancel leaves a run that says what is unsent, and going on sends that alone."""
    path = tmp_path / "many.csv"
    path.write_text("phone\n" + "\n".join(f"+1202555{number:04}" for number in range(100, 200)))
    flow.open(str(path))
    flow.choose("List", list_name="Cancelled")
    flow.make_plan().wait()
    flow.moved = flow.cancel
    flow.push().wait()
    assert flow.run is not None
    flow.moved = lambda: None
    if not flow.run.complete:
        flow.resume().wait()
    assert flow.run.ok
    assert len(box.exotel.contacts("Cancelled")) == 100


def test_a_push_that_is_not_over_is_offered_the_next_time(flow: UploadFlow, box: Sandbox) -> None:
    """A wizard that is opened anew names it, goes on with it, and then reports it."""
    frame = pd.DataFrame({"phone": [f"+1202555{number:04}" for number in range(100, 140)]})
    stop = threading.Event()
    stop.set()
    with pytest.raises(lk.Interrupted):
        lk.of(frame).plan("Offered", to=box.exotel).apply(stop=stop)
    (offered,) = [run for run in flow.unfinished() if run["list_name"] == "Offered"]
    flow.resume_earlier(offered["run_id"]).wait()
    assert flow.at == "report"
    assert flow.run is not None
    assert flow.run.ok
    assert len(box.exotel.contacts("Offered")) == 40
    assert flow.unfinished() == []


def test_a_frame_can_be_begun_with(box: Sandbox) -> None:
    """Its own labels name the rows, and the code says that it was given."""
    frame = pd.DataFrame({"Mobile": ["098765 43210"]}, index=["asha"])
    flow = UploadFlow(frame, to=box.exotel)
    flow.choose("Country", region="IN")
    flow.edit(Edit("asha", "Mobile", "098765 43210", "098765 43211"))
    assert flow.frame["phone"].tolist() == ["+919876543211"]
    assert "# people is the frame that the wizard was given." in flow.code
    with pytest.raises(ColumnsError):
        flow.choose("Country of a column", region_from="Land")
