"""A recipe does to another list what was done to this one, and its file is trusted with nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ListkitError, ReadError
from listkit.frame.recipe import MOST_BYTES, VERBS, Recipe, Step

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
STEP = {"verb": "clean", "arguments": {"mapping": {"Mobile": "phone"}, "steps": ["phone"]}}
FILE = {"listkit": "recipe", "version": 1, "steps": [STEP]}


def people() -> pd.DataFrame:
    """Make a small damaged list."""
    return pd.DataFrame(
        {
            "Mobile No.": ["98765 43210", "9.19877E+11", "(202) 555-0123"],
            "Land": ["India", "IN", "USA"],
            "Group": ["vip", "vip", "staff"],
            "Note": ["+12025550199", None, "x"],
        }
    )


def recipe_of(frame: pd.DataFrame, **arguments: Any) -> Recipe:
    """Clean, and take the recipe of it."""
    return lk.of(frame).cleaning(mapping={"Group": "tag"}, **arguments).recipe


def test_a_cleaning_tells_its_recipe() -> None:
    """One step, with every column's meaning, the country as it was understood, and the values of short columns."""
    recipe = recipe_of(people(), region="India", region_from="Land")
    (step,) = recipe.steps
    assert step.verb == "clean"
    assert step.arguments["mapping"] == {"Mobile No.": "phone", "Group": "tag", "Land": None, "Note": None}
    assert (step.arguments["region"], step.arguments["region_from"]) == ("IN", "Land")
    assert step.seen == {"Group": ["staff", "vip"], "Land": ["IN", "India", "USA"]}
    assert str(recipe).startswith("1. clean: mapping Mobile No. → phone, Group → tag; steps phone, ")


def test_replaying_gives_what_cleaning_gave() -> None:
    """On the same frame the same frame, and a column that looks like something is left alone where it was then."""
    recipe = recipe_of(people(), region_from="Land")
    cleaned = lk.of(people()).clean(mapping={"Group": "tag"}, region_from="Land")
    pd.testing.assert_frame_equal(lk.of(people()).replay(recipe), cleaned)
    newer = people().assign(**{"E-mail": "a@example.org"})
    assert lk.of(newer).replay(recipe).columns.tolist() == ["phone", "Land", "tag", "Note", "E-mail"]
    with pytest.raises(ColumnsError, match=r"'Mobile No\.'"):
        lk.of(people().drop(columns="Mobile No.")).replay(recipe)
    assert "Note" not in lk.of(people().drop(columns="Note")).replay(recipe)


def test_labels_that_are_numbers_are_found_again(tmp_path: Path) -> None:
    """A frame without names has numbers for them, and a file has text."""
    frame = pd.DataFrame([["98765 43210", "x"]])
    done = lk.of(frame).cleaning(mapping={0: "phone"}, region="IN")
    done.recipe.save(tmp_path / "r.json")
    pd.testing.assert_frame_equal(lk.of(frame).replay(lk.load_recipe(tmp_path / "r.json")), done.frame)


def test_a_recipe_comes_back_from_its_file(tmp_path: Path) -> None:
    """Saved, loaded and saved again it is the same, byte for byte, and nobody else can read it."""
    recipe = recipe_of(people(), region="IN")
    recipe.save(tmp_path / "one.json")
    again = lk.load_recipe(tmp_path / "one.json")
    again.save(tmp_path / "two.json")
    assert again == recipe
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert stat.S_IMODE((tmp_path / "one.json").stat().st_mode) == 0o600
    assert list(json.loads((tmp_path / "one.json").read_text())) == ["listkit", "steps", "version"]


def test_recipes_are_joined_in_order() -> None:
    """What is done first stands first."""
    read = Recipe((Step("read", {"sheet": "Guests"}),))
    recipe = read + recipe_of(people(), region="IN")
    assert [step.verb for step in recipe.steps] == ["read", "clean"]
    assert lk.of(people()).replay(recipe)["phone"].tolist()[0] == "+919876543210"
    assert str(Recipe()) == "nothing is done"


def test_what_no_file_can_hold_is_said_when_it_is_asked_for() -> None:
    """A column of countries beside the frame: the cleaning is done, and its recipe says what to do instead."""
    done = lk.of(people()).cleaning(region=pd.Series(["IN", "IN", "US"]))
    assert done.frame["phone"].tolist()[2] == "+12025550123"
    with pytest.raises(ListkitError, match="name it with region_from="):
        _ = done.recipe


def test_no_step_sends() -> None:
    """Of all that a recipe can hold, nothing reaches a provider or is code that a file names."""
    assert not {"plan", "push", "apply"} & set(VERBS)
    assert {verb.function.__module__.split(".")[1] for verb in VERBS.values()} == {"frame"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"listkit": "plan"}, "is no recipe"),
        ({"version": 2}, "by a later listkit"),
        ({"version": "1"}, "is no recipe"),
        ({"steps": {}}, "damaged recipe"),
        ({"also": 1}, "damaged recipe"),
        ({"steps": [{"verb": "push", "arguments": {"name": "VIP"}}]}, "'push' is no step"),
        ({"steps": [{"verb": "__import__"}]}, "no step of a recipe"),
        ({"steps": [{"verb": "clean"}]}, "missing required field `mapping`"),
        ({"steps": [{"verb": "clean", "arguments": {"mapping": {}, "steps": [], "rules": ["os.system"]}}]}, "rules"),
        ({"steps": [{"verb": "clean", "arguments": {"mapping": {"a": 7}, "steps": []}}]}, "does not fit"),
        ({"steps": [STEP, {"verb": "read"}]}, "first step"),
        ({"steps": [{"verb": "a\nb"}]}, r"'a\\nb' is no step"),
        ({"steps": [{"verb": "read", "arguments": {"a\n b": 1}}]}, "a b"),
        ({"steps": [{"verb": "read", "arguments": {"path": "/etc/passwd"}}]}, "path"),
    ],
)
def test_a_hostile_file_is_one_sentence(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    """Another kind of file, a later one, a step that is none, an argument that is none."""
    where = tmp_path / "r.json"
    where.write_text(json.dumps(FILE | change))
    with pytest.raises(ReadError, match=words) as refused:
        lk.load_recipe(where)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"null", b'{"listkit":"recipe","version":1'])
def test_a_file_that_is_no_json_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    """Nothing, no text, a tower of brackets, half a file."""
    (tmp_path / "r.json").write_bytes(data)
    with pytest.raises(ReadError, match=r"r\.json is no recipe"):
        lk.load_recipe(tmp_path / "r.json")


def test_a_file_that_never_ends_is_not_read(tmp_path: Path) -> None:
    """A pipe, a folder, a file bigger than any recipe, and none at all."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "big").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for name, words in {"pipe": "is no file", "": "is no file", "big": "64 MB", "gone": "cannot be opened"}.items():
        with pytest.raises(ReadError, match=words):
            lk.load_recipe(tmp_path / name)


@settings(max_examples=100)
@given(at=st.integers(0, 10_000), byte=st.binary(max_size=2))
def test_a_damaged_file_is_read_or_refused(at: int, byte: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a byte of it becomes, it is a recipe or a sentence."""
    whole = json.dumps(FILE).encode()
    where = tmp_path_factory.getbasetemp() / "damaged.json"
    where.write_bytes(whole[: at % len(whole)] + byte + whole[at % len(whole) + 1 :])
    with suppress(ReadError):
        assert isinstance(lk.load_recipe(where), Recipe)


def test_only_a_recipe_is_replayed() -> None:
    """A path is loaded first, by whoever trusts it."""
    with pytest.raises(TypeError, match=r"lk\.load_recipe"):
        lk.of(people()).replay("r.json")  # type: ignore[arg-type]


AFRESH = (
    "import pandas, prepared; pandas.to_pickle([prepared.prepare(frame) for frame in pandas.read_pickle('f')], 'd')"
)


def test_its_python_gives_an_equal_frame(tmp_path: Path) -> None:
    """Run afresh, in a process that knows nothing else, on this frame and on one with a column that nobody knew."""
    recipe = recipe_of(people(), region="IN", region_from="Land")
    frames = [people(), people().assign(**{"E-mail": "A@example.org"})]
    (tmp_path / "prepared.py").write_text(recipe.to_python(), encoding="utf-8")
    pd.to_pickle(frames, tmp_path / "f")
    where = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    subprocess.run([sys.executable, "-c", AFRESH], cwd=tmp_path, env=where, check=True)
    for frame, done in zip(frames, pd.read_pickle(tmp_path / "d"), strict=True):  # noqa: S301 - written a line above
        pd.testing.assert_frame_equal(done, lk.of(frame).replay(recipe))


LABELS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ["'", '"', "\\", "'''", "{x}", "\n#", "\0"]
)


@settings(max_examples=25)
@given(labels=st.lists(LABELS, unique=True, max_size=4), region=st.sampled_from(["IN", None]))
def test_whatever_columns_are_called_python_and_file_do_the_same(
    labels: list[str], region: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Quotes, brackets, ends of lines in a name are only a name, in the file and in the code."""
    names = ["Mobile", *(label for label in labels if label not in {"Mobile", "phone"})]
    frame = pd.DataFrame({name: ["98765 43210", "x"] for name in names})
    done = lk.of(frame).cleaning(mapping={**dict.fromkeys(names), "Mobile": "phone"}, region=region)
    where = tmp_path_factory.getbasetemp() / "any.json"
    done.recipe.save(where)
    recipe = lk.load_recipe(where)
    assert recipe == done.recipe
    pd.testing.assert_frame_equal(lk.of(frame).replay(recipe), done.frame)
    there: dict[str, Any] = {}
    exec(recipe.to_python(), there)  # noqa: S102 - it is what is tested
    pd.testing.assert_frame_equal(there["prepare"](frame), done.frame)
    assert set(there) == {"__builtins__", "lk", "prepare"}


def test_python_reads_the_file_where_the_recipe_says_how(tmp_path: Path) -> None:
    """With a reading in front, the function takes a path; without any step it gives back what it took."""
    (tmp_path / "odd.csv").write_text("Ours;Mobile\n1;098765 43210\n")
    frame = lk.read_file(tmp_path / "odd.csv", delimiter=";")
    recipe = Recipe((Step("read", {"delimiter": ";"}),)) + lk.of(frame).cleaning(region="IN").recipe
    there: dict[str, Any] = {}
    exec(recipe.to_python(), there)  # noqa: S102 - it is what is tested
    assert there["prepare"](tmp_path / "odd.csv")["phone"].tolist() == ["+919876543210"]
    exec(Recipe().to_python(), there)  # noqa: S102 - it is what is tested
    assert there["prepare"](7) == 7


def test_a_frame_that_fits_has_nothing_to_be_told() -> None:
    """The frame of the recipe itself, and one without any of its rows."""
    recipe = recipe_of(people(), region="IN", region_from="Land")
    assert recipe.check(people()).empty
    assert recipe.check(people().head(0)).empty
    assert recipe.check(people()).columns.tolist() == ["step", "level", "code", "column", "value", "rows", "message"]


def test_what_is_missing_and_new_is_told_before_anything_runs() -> None:
    """Columns that went and came, values that came, each with the number of its rows; the frame stays as it is."""
    recipe = recipe_of(people(), region="IN", region_from="Land")
    frame = pd.DataFrame(
        {
            "E-mail": ["a@example.org", "b@example.org"],
            "Land": ["India", "Atlantis"],
            "Group": ["vip", "press"],
            "Mobile No.": ["98765 43210", "x"],
        }
    )
    before = frame.copy()
    found = recipe.check(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert found[["level", "code", "column", "value", "rows"]].fillna("").to_numpy().tolist() == [
        ["info", "column_missing", "Note", "", 2],
        ["info", "column_new", "E-mail", "", 2],
        ["info", "value_new", "Group", "press", 1],
        ["warning", "value_new", "Land", "Atlantis", 1],
    ]
    assert found["message"].tolist()[1] == "'E-mail', which reads like email, is new and is left as it is"
    assert found["message"].tolist()[3] == "'Atlantis' is new in 'Land', and is no country that is known"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda frame: frame.drop(columns=["Mobile No.", "Group"]), ["column_missing", "column_missing"]),
        (lambda frame: frame.drop(columns="Land"), ["column_missing"]),
        (lambda frame: frame.assign(phone="1"), ["refused"]),
    ],
)
def test_an_error_is_what_replaying_would_raise(
    change: Callable[[pd.DataFrame], pd.DataFrame], codes: list[str]
) -> None:
    """A column that is needed is missing, or two would have one name: told beforehand, and raised by who goes on."""
    recipe = recipe_of(people(), region="IN", region_from="Land")
    found = recipe.check(change(people()))
    assert found.loc[found["level"] == "error", "code"].tolist() == codes
    with pytest.raises(ColumnsError):
        lk.of(change(people())).replay(recipe)


def test_a_column_that_reads_like_another_thing_is_warned_of() -> None:
    """The same name, and addresses where numbers were."""
    recipe = lk.of(pd.DataFrame({"A": ["98765 43210"]})).cleaning(mapping={"A": "phone"}, region="IN").recipe
    found = recipe.check(pd.DataFrame({"A": ["a@example.org", "b@example.org"]}))
    assert found[["level", "code", "message"]].to_numpy().tolist() == [
        ["warning", "meaning_new", "'A' was the phone, and reads like email now"]
    ]


def test_the_second_step_is_checked_against_what_the_first_makes() -> None:
    """Columns that the first step names are there for the second, and those that it took away are not."""
    first = recipe_of(people(), region="IN")
    again = Recipe((Step("clean", {"mapping": {"phone": "phone"}, "steps": ["phone"]}),))
    assert (first + again).check(people()).query("level != 'info'").empty
    assert (first + first).check(people()).query("level == 'error'")["column"].tolist() == ["Mobile No.", "Group"]


def test_replaying_keeps_the_paperwork() -> None:
    """The frame of `replay`; what changed and what is wrong, as a cleaning tells it, by the frame's own index."""
    frame = people().set_axis(["a", "b", "b"])
    done = lk.of(frame).cleaning(mapping={"Group": "tag"}, region="IN", region_from="Land")
    told = lk.of(frame).replaying(done.recipe)
    pd.testing.assert_frame_equal(told.frame, done.frame)
    pd.testing.assert_frame_equal(told.changes, done.changes)
    pd.testing.assert_frame_equal(told.problems, done.problems)
    twice = lk.of(frame).replaying(done.recipe + Recipe((Step("clean", {"mapping": {"phone": "phone"}, "steps": []}),)))
    assert (len(twice.changes), len(twice.problems)) == (len(done.changes), 0)
    nothing = lk.of(frame).replaying(Recipe())
    assert (nothing.frame.equals(frame), len(nothing.changes), len(nothing.problems)) == (True, 0, 0)


def test_a_column_of_countries_is_known_by_its_meaning() -> None:
    """Where the mapping says it, its values are seen too, and a new one that is none is warned of."""
    frame = pd.DataFrame(
        {"phone": ["2025550123", "98765 43210"], "Country": ["USA", "India"], "Full name": ["A B", "C D"]}
    )
    recipe = lk.of(frame).cleaning(mapping={"Country": "country"}).recipe
    assert lk.of(frame).replay(recipe)["phone"].tolist() == ["+12025550123", "+919876543210"]
    assert recipe.check(frame).empty
    found = recipe.check(frame.assign(Country=["USA", "Atlantis"]))
    assert found[["level", "value"]].to_numpy().tolist() == [["warning", "Atlantis"]]


def test_people_are_excluded_and_merged_by_a_recipe(tmp_path: Path) -> None:
    """Whose file it is and which row stays are said; a file that is gone is told before anything is done."""
    stop = tmp_path / "stop.csv"
    stop.write_text("phone\n+12025550102\n")
    frame = pd.DataFrame({"Mobile": ["+12025550101", "202 555 0102", "(202) 555-0101"], "City": [None, "Goa", "Pune"]})
    steps = (Step("exclude", {"other": str(stop), "on": "phone"}), Step("merge_duplicates", {"keep": "first"}))
    recipe = lk.of(frame).cleaning(region="US").recipe + Recipe(steps)
    recipe.save(tmp_path / "r.json")
    recipe = lk.load_recipe(tmp_path / "r.json")
    done = lk.of(frame).replay(recipe)
    assert done.to_numpy().tolist() == [["+12025550101", "Pune"]]
    told = lk.of(frame.set_axis(["a", "b", "c"])).replaying(recipe)
    assert (told.frame.index.tolist(), told.changes["row"].tolist()) == (["a"], [])
    there: dict[str, Any] = {}
    exec(recipe.to_python(), there)  # noqa: S102 - it is what is tested
    pd.testing.assert_frame_equal(there["prepare"](frame), done)
    assert recipe.check(frame).empty
    stop.unlink()
    assert recipe.check(frame)[["step", "level", "code"]].to_numpy().tolist() == [[2, "error", "refused"]]
