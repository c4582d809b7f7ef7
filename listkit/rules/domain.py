"""What stands after the @ of an address: likely slips of well-known domains, and domains that are thrown away."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from listkit.rules import damage


class About(NamedTuple):
    """What is to be told of a domain, and the one that was likely meant; None where it may well be meant itself."""

    found: tuple[damage.Finding, ...] = ()
    meant: str | None = None


def judge(host: str) -> About:
    """Say what is to be told of a domain that an address can have.

    >>> judge("gmial.com").meant, judge("gmail.com").meant, judge("yopmail.com").found[0].code
    ('gmail.com', None, 'disposable_address')
    """
    if likely := meant(host):
        return About((damage.name("domain_slip", what=host, meant=likely),), likely)
    parents = host.split(".")
    thrown = (".".join(parents[at:]) for at in range(len(parents) - 1))
    if any(parent in _disposable() for parent in thrown):
        return About((damage.name("disposable_address", what=host),))
    return About()


def meant(host: str) -> str | None:
    """Say which well-known domain was likely meant by another: one letter too many, too few, wrong or out of turn.

    The first letter is taken as it is, for *mail.com* and *ymail.com* are no slips of gmail.com.

    >>> [meant(host) for host in ("gamil.com", "gmail.con", "hotmial.cmo", "gmail", "yahoo.fr", "example.com")]
    ['gmail.com', 'gmail.com', 'hotmail.com', 'gmail.com', None, None]
    """
    name, point, ending = host.rpartition(".")
    mended = f"{name}.{_ENDINGS[ending]}" if point and ending in _ENDINGS else host
    if mended in _COMMON or _is_branch(mended):
        return mended if mended != host else None
    return _slips().get(mended) or (mended if mended != host else None)


def _is_branch(host: str) -> bool:
    """Whether a domain is a well-known provider's own in some country."""
    name, _, ending = host.partition(".")
    return name in _BRANCHED and ending in _BRANCHES


@cache
def _slips() -> dict[str, str]:
    """Return every slip of one letter in a well-known domain; what two of them could be is left out."""
    slips: dict[str, str] = {}
    twice: set[str] = set()
    for host in _COMMON:
        name, _, ending = host.partition(".")
        if len(name) < _SHORTEST:
            continue
        own = {host[0] + wrong for wrong in _one_off(host[1:])} | {name, f"{name}.{ending.replace('.', '')}"}
        twice |= own & slips.keys()
        slips |= dict.fromkeys(own, host)
    return {slip: host for slip, host in slips.items() if slip not in twice and slip not in _COMMON}


def _one_off(word: str) -> set[str]:
    """Return what a word becomes by one slip."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(before + after[1:] for before, after in cuts if after),
        *(before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1),
        *(before + mark + after[1:] for before, after in cuts if after for mark in _MARKS),
        *(before + mark + after for before, after in cuts for mark in _MARKS),
    } - {word}


@cache
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist  # noqa: PLC0415 - ten thousand names, and only needed here

    return frozenset(blocklist)


_MARKS = "abcdefghijklmnopqrstuvwxyz0123456789-."
_SHORTEST = 5
"""A well-known name that is shorter has other companies one letter beside it."""

_COMMON = frozenset((
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.in", "yahoo.co.uk", "yahoo.co.id", "yahoo.com.br",
    "ymail.com",
    "rocketmail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "outlook.com", "live.com", "msn.com", "icloud.com",
    "me.com", "mac.com", "aol.com", "rediffmail.com", "rediff.com", "protonmail.com", "proton.me", "pm.me",
    "zoho.com", "mail.com", "email.com", "gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch", "web.de", "t-online.de",
    "freenet.de", "orange.fr", "wanadoo.fr", "laposte.net", "free.fr", "sfr.fr", "libero.it", "virgilio.it",
    "tiscali.it", "btinternet.com", "virginmedia.com", "sky.com", "comcast.net", "verizon.net", "sbcglobal.net",
    "bellsouth.net", "charter.net", "att.net", "cox.net", "fastmail.com", "tutanota.com", "hey.com", "mail.ru",
    "yandex.ru", "yandex.com", "rambler.ru", "inbox.ru", "list.ru", "bk.ru", "qq.com", "163.com", "126.com",
    "sina.com", "naver.com", "daum.net", "hanmail.net", "uol.com.br", "bol.com.br", "terra.com.br",
    "bigpond.com", "optusnet.com.au", "telkomsa.net", "seznam.cz", "wp.pl", "onet.pl", "interia.pl", "ukr.net",
))  # fmt: skip
_BRANCHED = frozenset(("yahoo", "hotmail", "outlook", "live", "gmx", "msn", "yandex", "zoho", "icloud", "rediff"))
_BRANCHES = frozenset((
    "at", "be", "bg", "by", "ca", "ch", "cl", "cn", "co.id", "co.il", "co.in", "co.jp", "co.kr", "co.nz", "co.th",
    "co.uk", "co.za", "com.ar", "com.au", "com.br", "com.cn", "com.co", "com.hk", "com.mx", "com.my", "com.pe",
    "com.ph", "com.sg", "com.tr", "com.tw", "com.ua", "com.ve", "com.vn", "cz", "de", "dk", "es", "eu", "fi", "fr",
    "gr", "hu", "ie", "in", "it", "jp", "kz", "lt", "lu", "lv", "net", "nl", "no", "org", "pl", "pt", "ro", "rs",
    "ru", "se", "sk", "ua", "us",
))  # fmt: skip
_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "cpm": "com",
            "cim": "com", "coom": "com", "cok": "com", "nte": "net", "ogr": "org", "rog": "org"}  # fmt: skip
"""Endings that no domain of the world has, and those they are slips of."""
