"""Frames that come one after the other are one list: nobody is twice in it, and every row has its number."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import dask.dataframe
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.contact import CLEAR
from listkit.errors import ColumnsError, ReadError
from listkit.frame import records, streams
from listkit.frame.streams import Stream

if TYPE_CHECKING:
    from tests.conftest import Figure

ROOT = Path(__file__).parent.parent.parent
CELLS = st.sampled_from(["+12025550123", "+12025550124", " x ", "", CLEAR, None])


def frame(*phones: str, **columns: list[str]) -> pd.DataFrame:
    """Make a small frame."""
    return pd.DataFrame({"phone": pd.Series(phones, dtype="str"), **columns})


@settings(max_examples=50)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12), size=st.integers(1, 5), erases=st.booleans()
)
def test_however_it_is_cut_it_is_taken_as_the_whole(rows: list[tuple[str, str, str]], size: int, erases: bool) -> None:
    """Contacts, emptied fields, blanks and what stays are those of the frame in one piece."""
    whole = pd.DataFrame(rows, columns=["phone", "email", "custom.Seat"], dtype="str").assign(City="Goa")
    parts = [whole.iloc[start : start + size] for start in range(0, len(whole), size)]
    expected = records.wanted(whole, erases=erases)
    wanted, kept = streams.take(Stream(parts), erases=erases)
    assert wanted.contacts.equals(expected.contacts)
    assert wanted.clears.equals(expected.clears)
    assert (wanted.blank, wanted.staying) == (expected.blank, expected.staying)
    assert kept.index.tolist() == whole.index.tolist()


def test_rows_are_numbered_through() -> None:
    """Numbers that begin anew in each frame are counted on; a file's own, which do not repeat, stay."""
    again = streams.take(Stream([frame("+12025550123"), frame("+12025550124")])).frame
    assert again.index.tolist() == [0, 1]
    lines = [frame("+12025550123").set_axis([2]), frame("+12025550124").set_axis([7])]
    assert streams.take(Stream(lines)).frame.index.tolist() == [2, 7]
    words = [frame("+12025550123").set_axis(["a"]), frame("+12025550124").set_axis(["b"])]
    assert streams.take(Stream(words)).frame.index.tolist() == [0, 1]


def test_who_is_in_two_frames_is_a_duplicate(listkit_sandbox: lk.Sandbox, tmp_path: Path) -> None:
    """A file in parts is one plan and one push, with the file's own lines in what did not get in."""
    path = tmp_path / "guests.csv"
    path.write_text("phone,first_name\n+12025550123,Asha\n+12025550124,Bo\nx,Cem\n+12025550123,Asha\n")
    parts = lk.read_file(path, chunksize=2)
    plan = lk.of(parts).plan("VIP", to=listkit_sandbox.exotel)
    assert plan.counts["duplicate"] == 1
    assert plan.changes["reason"].tolist()[-1] == "the same number as row 0"
    run = lk.of(parts).push("VIP", to=listkit_sandbox.exotel)
    assert (len(run.rows), run.counts["added"], run.counts["duplicate"]) == (4, 2, 1)
    assert run.rejected.index.tolist() == [4]
    assert sorted(listkit_sandbox.exotel.contacts("VIP")["first_name"]) == ["Asha", "Bo"]


def test_a_dask_frame_is_a_stream(listkit_sandbox: lk.Sandbox) -> None:
    """Its partitions are computed one after the other."""
    whole = frame(*(f"+120255501{number:02}" for number in range(10)))
    plan = lk.of(dask.dataframe.from_pandas(whole, npartitions=3)).plan("VIP", to=listkit_sandbox.textmagic)
    assert plan.counts["add"] == 10


def test_what_is_no_stream_of_frames_is_said() -> None:
    """No frame at all, things that are none, and a frame without the column."""
    with pytest.raises(ReadError, match="gave out no frame"):
        streams.take(Stream([]))
    with pytest.raises(TypeError, match="this one gave a int"):
        streams.take(Stream([frame("+12025550123"), 7]))
    with pytest.raises(ColumnsError, match="There is no 'phone' column"):
        streams.take(Stream([frame("+12025550123"), pd.DataFrame({"City": ["Goa"]})]))


STREAMED = """
import resource, sys
import numpy as np, pandas as pd
import listkit as lk
from listkit.frame.streams import Stream
from tests.sync.rehearsal import Rehearsal
from listkit.sync.plans import planning

def parts(rows, size):
    for start in range(0, rows, size):
        at = np.arange(start, start + size)
        yield pd.DataFrame({
            "phone": pd.Series(np.char.add("+9198", np.char.zfill((at % (rows - 10)).astype(str), 8)), dtype="str"),
            "first_name": pd.Series(np.char.add("Asha ", (at % 5000).astype(str)), dtype="str"),
            "email": pd.Series(np.char.add(np.char.add("a", at.astype(str)), "@example.org"), dtype="str"),
            "City": "Pune",
        })

plan = planning.plan(Stream(parts(2_000_000, 100_000)), "Big", Rehearsal())
print(plan.counts["add"], plan.counts["duplicate"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.torture
def test_two_million_rows_are_planned_within_two_gibibytes(figure: Figure) -> None:
    """A stream of two million rows in frames of 100,000 is one plan; the process holds 2 GiB at its most."""
    ended = subprocess.run([sys.executable, "-c", STREAMED], capture_output=True, check=True, cwd=ROOT, text=True)
    adds, duplicates, megabytes = map(int, ended.stdout.split())
    figure("planned, and memory at its most", f"{adds + duplicates:,} rows, {megabytes:,} MB", promised="2,048 MB")
    assert (adds, duplicates) == (1_999_990, 10)
    assert megabytes < 2048
