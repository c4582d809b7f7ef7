"""A recipe does to another list what was done to this one, and its file is trusted with nothing."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ListkitError, ReadError
from listkit.frame.recipe import MOST_BYTES, VERBS, Recipe, Step

if TYPE_CHECKING:
    from pathlib import Path

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


@settings(max_examples=200)
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
