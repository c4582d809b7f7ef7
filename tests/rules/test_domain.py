"""A slip in a well-known domain is noticed, and a domain of its own is left in peace."""

from __future__ import annotations

import pytest

from listkit.rules import domain


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("hotmial.cmo", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahoo.con", "yahoo.com"),
        ("rediffmial.com", "rediffmail.com"),
        ("outlok.com", "outlook.com"),
        ("example.con", "example.com"),
    ],
)
def test_a_slip_is_noticed(host: str, meant: str) -> None:
    """One letter too many, too few, wrong or out of turn, and endings that no domain has."""
    assert domain.meant(host) == meant


@pytest.mark.parametrize(
    "host",
    [*sorted(domain._COMMON), "yahoo.fr", "yahoo.es", "yahoo.se", "hotmail.de", "outlook.in", "live.nl", "gmx.net",
     "example.com", "mail.example.org", "smail.com", "hey.org", "wed.de", "bücher.de"],
)  # fmt: skip
def test_a_domain_of_its_own_is_left_in_peace(host: str) -> None:
    """Well-known domains and their branches are no slips of each other, nor are those that only look alike."""
    assert domain.meant(host) is None


def test_a_throw_away_domain_is_told() -> None:
    """So is one under it; a well-known provider is none."""
    assert [bool(domain.judge(host).found) for host in ("yopmail.com", "x.yopmail.com", "proton.me")] == [
        True, True, False,
    ]  # fmt: skip
