"""Email addresses are normalised or refused with the reason; what email-validator takes is taken as it writes it."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import damage, email, text
from listkit.rules.verdict import column

TAKEN = [
    ("Asha@Example.COM", "Asha@example.com", ""),
    ("  asha@example.com\u200b ", "asha@example.com", "invisible_marks"),
    ("'asha@example.com", "asha@example.com", "quote_mark"),
    ('="asha@example.com"', "asha@example.com", "formula"),
    ('=HYPERLINK("mailto:asha@example.com","Asha")', "asha@example.com", "formula"),
    ("mailto:asha@example.com", "asha@example.com", ""),
    ("asha@example.com.", "asha@example.com", "marks_around"),
    ("<asha@example.com>", "asha@example.com", "marks_around"),
    ('"asha@example.com",', "asha@example.com", "marks_around"),
    ("Asha Rao <asha@example.com>", "asha@example.com", "beside_address"),
    ("Email: asha@example.com", "asha@example.com", "beside_address"),
    ("asha@example.com (home)", "asha@example.com", "beside_address"),
    ("a@example.com; A@example.com", "a@example.com", "address_repeated"),
    ("INFO@Example.com", "info@example.com", "role_address"),
    ("No-Reply@example.com", "No-Reply@example.com", "role_address"),
    ("asha@sub.yopmail.com", "asha@sub.yopmail.com", "disposable_address"),
    ("sales@yopmail.com", "sales@yopmail.com", "disposable_address"),
    ("asha@gmial.com", "asha@gmial.com", "domain_slip"),
    ("आशा@bücher.de", "आशा@bücher.de", ""),
    ("asha@XN--bcher-kva.de", "asha@bücher.de", ""),
]
REFUSED = [
    ("asha@example", "invalid_email", None),
    ("asha(at)example.com", "invalid_email", "asha@example.com"),
    ("asha at example dot com", "invalid_email", "asha@example.com"),
    ("asha @ gmail.com", "invalid_email", "asha@gmail.com"),
    ("asha rao@example.com", "invalid_email", None),
    ("asha@example,com", "invalid_email", "asha@example.com"),
    ("asha@example.co,uk", "invalid_email", "asha@example.co.uk"),
    ("asha@@example..com", "invalid_email", "asha@example.com"),
    ("asha@gmail", "invalid_email", "asha@gmail.com"),
    ("asha@gmailcom", "invalid_email", "asha@gmail.com"),
    ("a@example.com, b@example.com", "several_addresses", "a@example.com, b@example.com"),
    ("a@example.com / b", "invalid_email", None),
    ("+1 (202) 555-0123", "number_for_email", None),
    ("n/a", "no_email", None),
    ("", "", None),
    (None, "", None),
]


@pytest.mark.parametrize(("cell", "value", "code"), TAKEN)
def test_an_address_is_found(cell: str, value: str, code: str) -> None:
    """The domain is written small, the rest is the owner's, and what stood around it is told."""
    told = email.parse(column([cell]))
    assert (told.value[0].as_py(), told.code[0].as_py()) == (value, code)
    assert bool(told.reason[0].as_py()) == bool(code)


@pytest.mark.parametrize(("cell", "code", "suggestion"), REFUSED)
def test_what_is_no_address_says_why(cell: str | None, code: str, suggestion: str | None) -> None:
    """Nothing is mended that is not certain; what was likely meant is for a person to choose."""
    told = email.parse(column([cell]))
    assert (told.value[0].as_py(), told.code[0].as_py()) == (None, code)
    assert told.suggestion[0].as_py() == suggestion


PIECES = st.sampled_from(
    ["asha", "Asha.Rao", "INFO", "Info", "Sales", "a+b", "a..b", ".a", "ü", "@", "", " ", "<", '"a b"', "mailto:", "'",
     "x" * 70, "E: ", "; ", '="', "(at)"]
)  # fmt: skip
DOMAINS = st.sampled_from(
    ["example.com", "Example.COM", "example", "-a.com", "bücher.example.com", "XN--bcher-kva.de", "a_b.com", "1.2.3.4",
     "[1.2.3.4]", "local", "a.test", "x" * 64 + ".com", ("x" * 60 + ".") * 4 + "com", "", "example.com.", "example.c",
     "gmial.com", "gmail", "yopmail.com", "example,com", "example.com (b)", "example.com>", "a.com; b", "a.com\u200b",
     "a .com", "a.com b@c.com"]
)  # fmt: skip
CELLS = st.text(max_size=8) | st.builds("{}{}@{}".format, PIECES, PIECES, DOMAINS) | st.emails()


@given(st.lists(st.none() | CELLS, max_size=30))
def test_a_column_is_read_as_its_addresses_are(cells: list[str | None]) -> None:
    """Looking at each domain once gives what looking at each address gives."""
    told = email.parse(column(cells))
    rows = zip(*(getattr(told, name).to_pylist() for name in ("value", "code", "reason", "suggestion")), strict=True)
    alone = map(email._parse, cells)
    assert [*rows] == [(one.value, one.code, one.reason, one.suggestion) for one in alone]


@given(CELLS)
def test_every_answer_is_that_of_email_validator(cell: str) -> None:
    """What it takes, once damage is named, is taken as it writes it; what is taken is an address to it."""
    told = email._parse(cell)
    bare = text.unwrap(damage.tidy(cell)[0]).text
    if (expected := _validated(bare)) is not None:
        assert told.value == expected
    for address in (told.value, *(told.suggestion or "").split(", ")):
        assert not address or _validated(address) == address


def _validated(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
