"""Email addresses are normalised or refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import email
from listkit.rules.verdict import column


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("Asha@Example.COM", "Asha@example.com", ""),
        ("  asha@example.com\u200b ", "asha@example.com", "invisible_marks"),
        ("mailto:asha@example.com", "asha@example.com", ""),
        ("asha(at)example.com", None, "invalid_email"),
        ("asha@example", None, "invalid_email"),
        ("n/a", None, "no_email"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_an_address_or_a_reason(text: str | None, value: str | None, code: str) -> None:
    """The domain is written small, the rest is the owner's; what is no address says why."""
    told = email.parse(column([text]))
    assert (told.value[0].as_py(), told.code[0].as_py()) == (value, code)
    assert bool(told.reason[0].as_py()) == bool(code)


PIECES = st.sampled_from(
    ["asha", "Asha.Rao", "INFO", "Info", "a+b", "a..b", ".a", "ü", "@", "", " ", "<", '"a b"', "mailto:", "x" * 70]
)
DOMAINS = st.sampled_from(
    ["example.com", "Example.COM", "example", "-a.com", "bücher.example.com", "XN--bcher-kva.de", "a_b.com", "1.2.3.4",
     "[1.2.3.4]", "local", "a.test", "x" * 64 + ".com", ("x" * 60 + ".") * 4 + "com", "", "example.com.", "example.c"]
)  # fmt: skip


@given(st.lists(st.none() | st.text(max_size=8) | st.builds("{}{}@{}".format, PIECES, PIECES, DOMAINS), max_size=30))
def test_a_column_is_read_as_its_addresses_are(texts: list[str | None]) -> None:
    """Looking at each domain once gives what looking at each address gives."""
    told = email.parse(column(texts))
    rows = zip(*(getattr(told, name).to_pylist() for name in ("value", "code", "reason", "suggestion")), strict=True)
    alone = map(email._parse, texts)
    assert [*rows] == [(one.value, one.code, one.reason, one.suggestion) for one in alone]
