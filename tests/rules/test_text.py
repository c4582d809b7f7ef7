"""Text is tidied and believed: what a person wrote stays, what a program put there goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import text
from listkit.rules.verdict import column

PIECES = ["a", "é", "Ã", "©", "«", "â€™", " ", "\u00a0", "\u200e", "\u200d", "\u0308", "क", "\u094d", "'", "\u2019",
          '="', '"', "=", "\x85", "\x1f", "\ufffd", "s ", "Ð", "½", "\U0001f469", "\n", "ﬁ", "\u2126"]  # fmt: skip
TEXTS = st.text(max_size=8) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("  Star \n Traders ", "Star Traders", ""),
        ("\u200eRao", "Rao", "invisible_marks"),
        (" ", "", ""),
        ("'Acme", "Acme", "quote_mark"),
        ('="Acme ""Best"""', 'Acme "Best"', "formula"),
        ("ZoÃ«", "Zoë", "wrong_encoding"),
        ("Oâ€™Neil", "O’Neil", "wrong_encoding"),
        ("à¤†à¤¶à¤¾", "आशा", "wrong_encoding"),
        ("RenÃƒÂ©", "René", "wrong_encoding"),
        ("Zoe\u0308", "Zoë", ""),
    ],
)
def test_what_a_program_put_there_goes(cell: str, value: str, code: str) -> None:
    """White space, marks that cannot be seen, a spreadsheet's quotes and a wrong encoding are mended."""
    told = text.tidy(column([cell]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([value], [code])


@pytest.mark.parametrize(
    "cell",
    ["NA", "None", "Null", "TRUE", "0", "-", "'t Hooft", "'Bob' Smith", "MÃE", "L’Oréal", "आशा", "ශ්\u200dරී",
     "می\u200cخواهم", "👩\u200d💻", "王小明", "=1+1", "München GmbH & Co. KG"],
)  # fmt: skip
def test_what_a_person_wrote_stays(cell: str) -> None:
    """Words that programs take for nothing, apostrophes, joiners and every script stay as they are."""
    told = text.tidy(column([cell]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([cell], [""])


@pytest.mark.parametrize(("cell", "suggestion"), [("Garc\ufffda", None), ("ÐÐ½Ð½Ð°", "Ðнна")])
def test_letters_that_are_lost_are_told(cell: str, suggestion: str | None) -> None:
    """Where not every letter is sure nothing is mended; a person may look."""
    told = text.tidy(column([cell]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([cell], ["lost_letters"])
    assert told.suggestion.to_pylist() == [suggestion]


@given(TEXTS)
def test_tidying_twice_is_tidying_once(cell: str) -> None:
    """A tidy text is not changed again."""
    once = text.tidy(column([cell]))
    assert text.tidy(once.value).value == once.value


@given(st.lists(st.none() | TEXTS, max_size=20))
def test_a_column_is_tidied_as_its_texts_are(cells: list[str | None]) -> None:
    """Texts that are tidy already are not looked at one by one, and nothing else is said of them."""
    told = text.tidy(column(cells))
    rows = zip(*(getattr(told, field).to_pylist() for field in ("value", "code", "reason", "suggestion")), strict=True)
    assert [*rows] == [(one.value, one.code, one.reason, one.suggestion) for one in map(text._tidy, cells)]
