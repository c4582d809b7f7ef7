"""A cleaned frame has the same rows, better cells, and its paperwork."""

from __future__ import annotations

import pandas as pd
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.checking import check
from listkit.frame.cleaning import clean, cleaning, phones, to_e164
from listkit.frame.recipe import replay
from listkit.frame.steps import STEPS

CELLS = st.none() | st.text("0123456789+ .,/'xOE@a\u200b", max_size=16) | st.text(max_size=6) | st.sampled_from(
    ["98765 43210", "9.19877E+11", "020 26123415, 26123416", "asha@Example.com", "  Rao ", "0", "NA", "Dr. ASHA",
     "RAO, Asha", "van der berg", "ZoÃ«", "a@b.com; c@d.com", "<INFO@gmial.com>.", "'x", '="y"', "yes", "DND"]
)  # fmt: skip
FIELDS = ("phone", "email", "first_name", "last_name", "full_name", "company", "tag", "custom.own", "consent")
REGIONS = [*sorted(phonenumbers.SUPPORTED_REGIONS), None]
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "City": ["Pune", None, "Goa"],
            "Mobile No.": ["98765 43210", "9.19877E+11", "'+919876543211"],
            "E-mail": ["Asha@EXAMPLE.com", None, "nobody"],
            "Name": [" Asha  Rao", "NA", None],
        },
        index=["a", "b", "b"],
    )


def test_cleaning_renames_and_mends_and_leaves_the_rest() -> None:
    """Canonical names, the same index and rows, other columns untouched, unmendable text kept."""
    people = _people()
    cleaned = clean(people, region="IN")
    assert cleaned.columns.tolist() == ["City", "phone", "email", "first_name"]
    assert cleaned.index.tolist() == ["a", "b", "b"]
    assert cleaned["phone"].tolist() == ["+919876543210", "9.19877E+11", "+919876543211"]
    assert cleaned["email"].tolist()[::2] == ["Asha@example.com", "nobody"]
    assert cleaned["first_name"].tolist()[:2] == ["Asha Rao", "NA"]
    pd.testing.assert_series_equal(cleaned["City"], people["City"])
    pd.testing.assert_frame_equal(people, _people())


def test_the_paperwork_says_what_changed_and_what_is_wrong() -> None:
    """Each changed cell has its before and after; each problem its row, level and sentence."""
    done = cleaning(_people(), region="IN")
    assert done.mapping == {"Mobile No.": "phone", "E-mail": "email", "Name": "first_name"}
    assert done.changes[["row", "column", "before", "after", "code"]].to_numpy().tolist() == [
        [0, "phone", "98765 43210", "+919876543210", ""],
        [0, "first_name", " Asha  Rao", "Asha Rao", ""],
        [0, "email", "Asha@EXAMPLE.com", "Asha@example.com", ""],
        [2, "phone", "'+919876543211", "+919876543211", "quote_mark"],
    ]
    assert done.problems[["row", "column", "level", "code"]].to_numpy().tolist() == [
        [1, "phone", "error", "scientific_notation"],
        [2, "phone", "warning", "quote_mark"],
        [2, "email", "warning", "invalid_email"],
    ]
    assert done.problems.index.tolist() == ["b", "b", "b"]


def test_check_says_the_same_by_the_frame_s_own_names() -> None:
    """Looking changes nothing, and speaks of the columns as the file calls them."""
    found = check(_people(), region="IN")
    assert found.columns.tolist() == ["row", "column", "level", "code", "value", "message", "suggestion"]
    assert found["column"].tolist() == ["Mobile No.", "Mobile No.", "E-mail"]
    assert found["value"].tolist()[0] == "9.19877E+11"
    assert found["message"].tolist()[0] == "scientific notation, 6 of 12 digits left"


@settings(max_examples=60)
@given(data=st.data(), region=st.sampled_from(["IN", "US"]) | st.sampled_from(REGIONS))
def test_cleaning_twice_is_cleaning_once(data: st.DataObject, region: str | None) -> None:
    """Whatever is in the cells, in every step and country, a second cleaning changes nothing and no row is lost."""
    fields = data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True))
    if "full_name" in fields:
        fields = [field for field in fields if field not in {"first_name", "last_name"}]
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(fields)), min_size=1, max_size=5))
    frame = pd.DataFrame(rows, columns=fields, dtype="str").map(_whole)
    steps = list(STEPS) if "phone" in fields else [step for step in STEPS if step != "phone"]
    once = cleaning(frame, region=region, mapping=dict(zip(fields, fields, strict=True)), steps=steps)
    mapping = {label: label for label in once.frame.columns}
    twice = cleaning(once.frame, region=region, mapping=mapping, steps=steps)
    pd.testing.assert_frame_equal(twice.frame, once.frame)
    assert twice.changes.empty
    assert len(once.frame) == len(rows)


def _whole(cell: object) -> object:
    """Put a question mark for half a character, as reading does."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


@settings(max_examples=60)
@given(rows=ROWS)
def test_every_row_has_a_number_or_a_reason(rows: list[tuple[str | None, ...]]) -> None:
    """A row whose phone is not E.164 after cleaning has a problem with a sentence."""
    done = cleaning(pd.DataFrame(rows, columns=["phone", "email", "tag"], dtype="str"), region="IN")
    told = set(done.problems.loc[done.problems["column"] == "phone", "row"])
    for row, value in enumerate(done.frame["phone"]):
        assert row in told or value.startswith("+")


def test_a_region_can_be_a_name_a_column_or_a_series() -> None:
    """ISO codes, names and dialling codes, for all rows or row by row, with a fallback for blanks."""
    frame = pd.DataFrame(
        {"phone": ["2025550123", "020 26123415", "2025550147", "98765 43210"], "Land": ["USA", "+91", "?", None]}
    )
    expected = ["+12025550123", "+912026123415", "2025550147", "98765 43210"]
    done = cleaning(frame, region_from="Land")
    assert done.frame["phone"].tolist() == expected
    assert done.problems.query("column == 'Land'")[["row", "code"]].to_numpy().tolist() == [[2, "unknown_country"]]
    assert clean(frame, region="India", region_from="Land")["phone"].tolist()[3] == "+919876543210"
    assert clean(frame, region=pd.Series(["US", "IN", None, None]))["phone"].tolist() == expected
    assert clean(frame, region_from="Land")["Land"].tolist()[:2] == ["USA", "+91"]


def test_a_full_name_is_taken_apart_where_the_mapping_says_so() -> None:
    """Two columns stand where it was; its problems and changes say what it held."""
    people = pd.DataFrame({"phone": ["+12025550123"] * 2, "Name": ["RAO, Dr. ASHA", "Cher"], "City": ["Pune", "Goa"]})
    done = cleaning(people, mapping={"Name": "full_name"})
    assert done.frame.columns.tolist() == ["phone", "first_name", "last_name", "City"]
    assert done.frame[["first_name", "last_name"]].fillna("").to_numpy().tolist() == [["Asha", "Rao"], ["Cher", ""]]
    assert done.changes[["column", "before", "after"]].to_numpy().tolist() == [
        ["first_name", "RAO, Dr. ASHA", "Asha"],
        ["last_name", "RAO, Dr. ASHA", "Rao"],
    ]
    assert clean(people)["first_name"].tolist() == ["RAO, Dr. ASHA", "Cher"]
    pd.testing.assert_frame_equal(clean(done.frame), done.frame)
    pd.testing.assert_frame_equal(replay(people, done.recipe), done.frame)


def test_a_full_name_is_not_taken_apart_beside_its_halves() -> None:
    """With a first name beside it the whole stays; with a last name alone nobody knows what was meant."""
    beside = pd.DataFrame({"phone": ["+12025550123"], "Name": ["Asha Rao"], "first_name": ["Asha"]})
    kept = cleaning(beside, mapping={"Name": "full_name"})
    assert kept.frame.columns.tolist() == ["phone", "full_name", "first_name"]
    pd.testing.assert_frame_equal(replay(beside, kept.recipe), kept.frame)
    with pytest.raises(ColumnsError, match=r"there is a last name beside it: mapping=\{'Name': 'first_name'\}"):
        clean(beside.rename(columns={"first_name": "last_name"}), mapping={"Name": "full_name"})


def test_custom_fields_are_tidied_and_what_is_no_text_stays() -> None:
    """By their names or by the mapping; numbers keep their type."""
    people = pd.DataFrame({"phone": ["+12025550123"], "custom.plan": ["'gold "], "Loan": [" A  1"], "custom.age": [41]})
    done = cleaning(people, mapping={"Loan": "custom.loan"})
    assert done.frame.to_numpy().tolist() == [["+12025550123", "gold", "A 1", 41]]
    assert done.frame.columns.tolist() == ["phone", "custom.plan", "custom.loan", "custom.age"]
    assert done.problems["code"].tolist() == ["quote_mark"]
    pd.testing.assert_frame_equal(replay(people, done.recipe), done.frame)


def test_a_consent_that_cannot_be_read_is_unknown() -> None:
    """Never no and never yes; the paperwork has what stood there."""
    people = pd.DataFrame({"phone": ["+12025550123"] * 4, "Opt-in": ["JA", "0", "2024-05-01", None]})
    done = cleaning(people, mapping={"Opt-in": "consent"})
    assert done.frame["consent"].tolist() == ["yes", "no", "unknown", "unknown"]
    assert done.problems[["row", "level", "code"]].to_numpy().tolist() == [
        [2, "warning", "consent_unread"],
        [3, "info", "consent_missing"],
    ]
    assert len(done.changes) == 4
    pd.testing.assert_frame_equal(clean(done.frame, mapping={"consent": "consent"}), done.frame)


def test_the_column_of_countries_is_only_looked_at() -> None:
    """A column that says the country and is a field of its own keeps its words."""
    frame = pd.DataFrame({"phone": ["2025550123"], "tag": ["USA"]})
    done = cleaning(frame, region_from="tag")
    assert done.frame.to_numpy().tolist() == [["+12025550123", "USA"]]


def test_steps_choose_what_is_cleaned() -> None:
    """Only the steps that are named judge; without the phone step no phone is needed."""
    assert list(STEPS) == ["phone", "email", "first_name", "last_name", "company", "tag", "custom", "consent"]
    frame = pd.DataFrame({"email": ["A@EXAMPLE.COM"], "tag": [" x "]})
    assert clean(frame, steps=["email"]).to_numpy().tolist() == [["A@example.com", " x "]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"region": "Atlantis"}, "region='Atlantis' is no country"),
        ({"region_from": "Land"}, "region_from='Land' is no column; there are 'phone'"),
        ({"region": pd.Series(["IN", "IN"])}, "another index"),
        ({"region": pd.Series(["Atlantis"])}, "the first is 'Atlantis'"),
        ({"steps": ["fax"]}, "no step 'fax'"),
    ],
)
def test_wrong_arguments_are_one_sentence(arguments: dict[str, object], words: str) -> None:
    """A country, a column or a step that is not known."""
    with pytest.raises(ListkitError, match=words):
        clean(pd.DataFrame({"phone": ["1"]}), **arguments)  # type: ignore[arg-type]


def test_no_phone_column_is_a_sentence_with_the_line_to_type() -> None:
    """The columns are listed, and the error carries them for code to read."""
    with pytest.raises(ColumnsError, match=r"mapping=\{'your column': 'phone'\}") as refused:
        clean(pd.DataFrame({"City": ["Pune"]}))
    assert refused.value.columns == ["City"]


def test_numbers_that_pandas_made_of_phones_are_read_by_their_digits() -> None:
    """A float or an integer column is judged by the number it holds."""
    assert to_e164(pd.Series([919876543210.0, None]), region="IN").tolist()[0] == "+919876543210"
    assert to_e164(pd.Series([9876543210]), region="IN").tolist() == ["+919876543210"]


def test_a_lone_surrogate_is_no_accident() -> None:
    """A half character that no file can hold becomes a question mark instead of a traceback."""
    frame = pd.DataFrame({"phone": pd.Series(["98765 43210", "\ud800"], dtype=object)})
    assert clean(frame, region="IN")["phone"].tolist() == ["+919876543210", "?"]


def test_phones_tells_what_each_number_is() -> None:
    """One row each: E.164, country, kind, the code and its reason."""
    told = phones(pd.Series(["98765 43210", "Nadia"], index=[7, 8], name="x"), region="IN")
    assert told.loc[7].tolist() == ["+919876543210", "IN", "mobile", "", ""]
    assert told.loc[8, ["verdict", "reason"]].tolist() == ["no_digits", "text where a number should be"]
    assert told["e164"].isna().tolist() == [False, True]


def test_an_empty_frame_is_cleaned() -> None:
    """No rows are no problem."""
    done = cleaning(pd.DataFrame({"Phone": pd.Series([], dtype="str")}))
    assert (len(done.frame), len(done.changes), len(done.problems)) == (0, 0, 0)
    assert done.frame.columns.tolist() == ["phone"]


def test_what_is_suggested_can_be_taken() -> None:
    """For some kinds of problem: the suggestion stands in the cell, the problem is gone, the change tells why."""
    frame = pd.DataFrame({"Mobile": ["98765O4321", "9.19877E+11", "12025550123", None]})
    asked = cleaning(frame, region="IN", mapping={"Mobile": "phone"})
    taken = cleaning(frame, region="IN", mapping={"Mobile": "phone"}, accept=["letter_for_digit"])
    assert taken.frame["phone"][0] == asked.problems["suggestion"].iloc[0] == "+919876504321"
    assert taken.frame["phone"][1:].equals(asked.frame["phone"][1:])
    assert "letter_for_digit" not in set(taken.problems["code"])
    assert len(taken.problems) == len(asked.problems) - 1
    assert taken.changes[["before", "after", "code"]].iloc[0].tolist() == [
        "98765O4321", "+919876504321", "letter_for_digit",
    ]  # fmt: skip
    assert replay(frame, taken.recipe).equals(taken.frame)
    assert clean(taken.frame, region="IN").equals(taken.frame)


def test_numbers_that_are_suggested_beside_a_good_one_are_not_taken_for_it() -> None:
    """Of several numbers in a cell the first good one stays, though the others are suggested."""
    frame = pd.DataFrame({"Mobile": ["98765 43210; 98765 43211"], "Mail": ["asha@example.com; ravi@example.org"]})
    asked = cleaning(frame, region="IN", mapping={"Mobile": "phone", "Mail": "email"})
    taken = cleaning(frame, region="IN", mapping=asked.mapping, accept=["several_numbers", "several_addresses"])
    assert taken.frame["phone"].tolist() == ["+919876543210"]
    assert taken.problems["code"].tolist() == ["several_numbers", "several_addresses"]
    assert taken.frame.equals(asked.frame)
