"""A Dask frame has the verbs of a frame: the same names and answers, and nothing is computed before it is asked for."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import dask
import dask.dataframe as dd
import pandas as pd
import pytest
from distributed import Client, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.accessor import FrameVerbs, PartitionedSeriesVerbs, PartitionedVerbs, SeriesVerbs
from listkit.errors import ColumnsError, ListkitError
from listkit.frame import partitions

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW: dict[str, Any] = {"region": "IN", "region_from": "Land", "mapping": {"Group": "tag"}}
CELLS = st.sampled_from(["98765 43210", "9.19877E+11", "(202) 555-0123", "0", "", None, "020 26123415, 26123416", "x"])
LANDS = st.sampled_from(["India", "USA", "Atlantis", None])
MAILS = st.sampled_from(["A@EXAMPLE.org", "asha@example.com", "nobody", None])
ROWS = st.lists(st.tuples(CELLS, LANDS, MAILS, st.sampled_from([" vip", "staff", None])), min_size=1, max_size=12)


def people(rows: list[tuple[str | None, ...]]) -> pd.DataFrame:
    """Make a list whose index says nothing that its order says."""
    index = [(7 * at) % 5 for at in range(len(rows))]
    return pd.DataFrame(rows, columns=["Mobile No.", "Land", "E-mail", "Group"], index=index, dtype="str")


def parted(frame: pd.DataFrame, size: int) -> dd.DataFrame:
    """Cut a frame into partitions, the first of which has no row at all."""
    parts = [frame.iloc[:0], *(frame.iloc[start : start + size] for start in range(0, len(frame), size))]
    return dd.from_map(_itself, parts, meta=frame.iloc[:0])


def _itself(part: pd.DataFrame) -> pd.DataFrame:
    return part


def assert_same(lazily: Any, frame: pd.DataFrame | pd.Series[Any]) -> None:
    """Compare what Dask computes with what the verb of a frame gives, as text: Dask has its own kind of it."""
    computed = lazily.compute()
    compare: Any = pd.testing.assert_frame_equal if isinstance(frame, pd.DataFrame) else pd.testing.assert_series_equal
    compare(computed.astype("str"), frame.astype("str"))


@pytest.fixture(autouse=True)
def _in_this_thread() -> Iterator[None]:
    with dask.config.set(scheduler="synchronous"):
        yield


@settings(max_examples=6)
@given(rows=ROWS, size=st.integers(1, 12))
def test_however_it_is_cut_the_answers_are_those_of_the_whole(rows: list[tuple[str | None, ...]], size: int) -> None:
    """Cleaned frame, changes, problems with their rows, meanings: as if there were no partitions."""
    frame = people(rows)
    lazy = parted(frame, size)
    done, told = frame.listkit.cleaning(**HOW), lazy.listkit.cleaning(**HOW)
    assert_same(lazy.listkit.clean(**HOW), done.frame)
    assert_same(told.frame, done.frame)
    assert_same(told.changes, done.changes)
    assert_same(told.problems, done.problems)
    assert told.mapping == done.mapping
    assert_same(lazy.listkit.check(**HOW), frame.listkit.check(**HOW))
    assert_same(lazy.listkit.replay(done.recipe), done.frame)
    assert lk.of(frame).replay(told.recipe).equals(done.frame)


@settings(max_examples=6)
@given(rows=ROWS, size=st.integers(1, 12))
def test_showing_and_splitting_are_those_of_the_whole(rows: list[tuple[str | None, ...]], size: int) -> None:
    """Who is masked and who is in which part does not depend on partitions; the part without keys is always there."""
    frame = people(rows)
    lazy = parted(frame, size)
    assert_same(lazy.listkit.redacted(), frame.listkit.redacted())
    assert lazy.listkit.columns().equals(frame.listkit.columns())
    for by in ("Mobile No.", "Group"):
        how: dict[str, Any] = {"by": by, "salt": "spring", "region": "IN"}
        parts = frame.listkit.split({"a": 0.5, "b": 0.5}, **how)
        lazily = lazy.listkit.split({"a": 0.5, "b": 0.5}, **how)
        assert list(lazily) == ["a", "b", f"no {by}"]
        for name, part in lazily.items():
            assert_same(part, parts.get(name, frame.iloc[:0]))


@settings(max_examples=6)
@given(rows=ROWS, size=st.integers(1, 12))
def test_columns_have_their_verbs(rows: list[tuple[str | None, ...]], size: int) -> None:
    """E.164, and what each number is."""
    frame = people(rows)
    lazy = parted(frame, size)
    assert_same(lazy["Mobile No."].listkit.to_e164(region="IN"), frame["Mobile No."].listkit.to_e164(region="IN"))
    assert_same(lazy["Mobile No."].listkit.phones(region="IN"), frame["Mobile No."].listkit.phones(region="IN"))


def test_the_verbs_are_those_of_a_frame() -> None:
    """Each has the name, the arguments and the words of the frame's; `lk.of` gives the same ones."""
    for ours, theirs in ((PartitionedVerbs, FrameVerbs), (PartitionedSeriesVerbs, SeriesVerbs)):
        names = [name for name in vars(ours) if not name.startswith("_")]
        assert names
        for name in names:
            mine, its = getattr(ours, name), getattr(theirs, name)
            assert inspect.signature(mine.function) == inspect.signature(its.function)
            assert mine.__doc__ == its.__doc__
    assert isinstance(lk.of(parted(people([("1", None, None, None)]), 1)), PartitionedVerbs)


def test_nothing_is_computed_before_it_is_asked_for() -> None:
    """With every column's meaning given not even the first rows are looked at."""

    def explode(part: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError("this was computed")

    frame = people([("98765 43210", "India", None, None)])
    lazy = dd.from_map(explode, [frame], meta=frame.iloc[:0])
    whole = {"Mobile No.": "phone", "Land": None, "E-mail": "email", "Group": "tag"}
    told = lazy.listkit.cleaning(mapping=whole, region="IN")
    assert told.frame.columns.tolist() == ["phone", "Land", "email", "tag"]
    assert told.problems.columns.tolist()[:3] == ["row", "column", "level"]
    with pytest.raises(AssertionError, match="this was computed"):
        lazy.listkit.clean(region="IN")


def test_only_the_first_rows_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions after the first rows are not computed to tell the columns."""
    monkeypatch.setattr(partitions, "SAMPLE", 3)
    frame = people([(str(number), None, None, None) for number in range(10)])
    assert partitions.sample(parted(frame, 2))["Mobile No."].tolist() == ["0", "1", "2"]


def test_what_makes_no_sense_is_refused_at_once() -> None:
    """A sentence when it is typed, and not in the middle of a computation."""
    lazy = parted(people([("1", None, None, None)]), 1)
    with pytest.raises(ListkitError, match="name it with region_from="):
        lazy.listkit.clean(region=pd.Series(["IN"]))
    with pytest.raises(ListkitError, match="region='Atlantis' is no country"):
        lazy.listkit.clean(region="Atlantis")
    with pytest.raises(ColumnsError, match="'Telefon'"):
        lazy.listkit.check(mapping={"Telefon": "phone"})
    with pytest.raises(ListkitError, match="sum to 2"):
        lazy.listkit.split({"a": 1, "b": 1}, by="Mobile No.", salt="x")
    with pytest.raises(TypeError, match="is none"):
        lazy.listkit.replay("r.json")


def test_a_dask_frame_is_planned_and_pushed(listkit_sandbox: lk.Sandbox) -> None:
    """Its partitions are one list: who is in two of them is a duplicate."""
    frame = pd.DataFrame({"phone": ["+12025550101", "+12025550102", "+12025550101"]})
    lazy = dd.from_pandas(frame, npartitions=3)
    assert lazy.listkit.plan("VIP", to=listkit_sandbox.exotel).counts["duplicate"] == 1
    assert lk.of(lazy).push("VIP", to=listkit_sandbox.exotel).counts["added"] == 2


def test_two_workers_give_the_answers_of_one_process() -> None:
    """On a cluster of two processes, over loopback only: cleaned, replayed, checked and split as here."""
    rows = [(f"0{9876500000 + number}", "India", f"Guest{number}@EXAMPLE.org", " vip") for number in range(200)]
    frame = people([*rows, ("12", "Atlantis", "x", None)])
    lazy = parted(frame, 30)
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0")
    with cluster, Client(cluster) as client:
        done, told = frame.listkit.cleaning(**HOW), lazy.listkit.cleaning(**HOW)
        cleaned, problems = client.compute([told.frame, told.problems], sync=True)
        pd.testing.assert_frame_equal(cleaned.astype("str"), done.frame.astype("str"))
        pd.testing.assert_frame_equal(problems.astype("str"), done.problems.astype("str"))
        assert_same(lazy.listkit.replay(done.recipe), done.frame)
