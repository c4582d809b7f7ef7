"""The words of headers: what they say of a column's meaning, in the languages of many offices."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

MEANINGS = ("phone", "email", "first_name", "last_name", "full_name", "company", "tag", "country")
"""What a column of a contact list can be."""

CONSENT = "consent"
"""A meaning that is never proposed: which column says what people agreed to is for somebody to say."""


class Wording(NamedTuple):
    """What a header says of one meaning: how surely, by which words, or which word bars it."""

    weight: float = 0.0
    word: str = ""
    barred: str = ""


class Piece(NamedTuple):
    """Some words of a header that belong together, and what each kind of word they are weighs; none are unknown."""

    said: str
    kinds: dict[str, float]


@lru_cache(1 << 12)
def read(label: str, meaning: str) -> Wording:
    """Read what a header says of one meaning.

    >>> read("Mobile No.", "phone")
    Wording(weight=1.0, word='mobile no', barred='')
    >>> read("Phone type", "phone").barred
    'type'
    >>> read("Mother's mobile", "phone").weight, read("Mobile bill", "phone").weight
    (0.7, 0.5)
    """
    pieces = _pieces(label)
    saying = [piece for piece in pieces if meaning in piece.kinds and _may_mean(piece, meaning, pieces)]
    if not saying:
        return Wording()
    found = max(saying, key=lambda piece: (piece.kinds[meaning], len(piece.said)))
    others = [piece for piece in pieces if piece is not found]
    if barring := next((piece for piece in others if _bars(piece, meaning)), None):
        return Wording(barred=barring.said)
    weight = found.kinds[meaning]
    for piece in others:
        weight *= _factor(piece, meaning)
    unknown = sum(not piece.kinds and not piece.said.isdecimal() for piece in others)
    return Wording(round(weight * (1.0, 0.8, 0.7, 0.6)[min(unknown, 3)], 3), found.said)


def is_other(label: str) -> bool:
    """Whether a header names an id, an amount, a date or a place, or something *about* a contact.

    >>> is_other("Pincode"), is_other("Sr_No"), is_other("X1")
    (True, True, False)
    """
    return any(piece.kinds.keys() & {"about", "other"} for piece in _pieces(label))


def is_of_person(label: str) -> bool:
    """Whether a header names somebody: the contact, or the mother, the owner, the doctor of one.

    >>> is_of_person("Father's Name"), is_of_person("Account Owner"), is_of_person("City Name")
    (True, True, False)
    """
    pieces = _pieces(label)
    return any(
        "person" in piece.kinds or any(kind in piece.kinds and _may_mean(piece, kind, pieces) for kind in _NAMES)
        for piece in pieces
    )


def is_firm(name: str) -> bool:
    """Whether a name ends, or begins, as those of companies do.

    >>> is_firm("Lotus Traders Pvt. Ltd."), is_firm("OOO Лотос"), is_firm("Asha Rao")
    (True, True, False)
    """
    words = _plain(name)
    forms = _lexicon().forms
    return len(words) > 1 and any(" ".join(part) in forms for part in (words[-1:], words[-2:], words[-3:], words[:1]))


# ---- what the words of a header do to each other -----------------------------------------

_NAMES = ("first_name", "last_name", "full_name")
_SPOKEN = {"phone", "email"}
"""Meanings that own a header: a company's phone is a phone."""
_WEAKENED = 0.3
_LATER = 0.9


def _may_mean(piece: Piece, meaning: str, pieces: tuple[Piece, ...]) -> bool:
    """Whether a piece counts: words that are too common inside a header mean something only if they are all of it."""
    alone = _lexicon().alone.get((piece.said, meaning), 0)
    beside = [one for one in pieces if one is not piece and (alone > 1 or "filler" not in one.kinds)]
    return not alone or not beside


def _bars(piece: Piece, meaning: str) -> bool:
    """Whether a piece makes a header one about the thing, and not the thing: *Phone type*, *Phone country*."""
    if meaning in piece.kinds:
        return False
    return "about" in piece.kinds or ("country" in piece.kinds and meaning != "country")


def _factor(piece: Piece, meaning: str) -> float:
    """Say how much surer, or less sure, another piece makes a meaning."""
    if piece.said.isdecimal():
        return _LATER if 1 < int(piece.said[:3]) <= _NUMBERED else 1.0
    if meaning in piece.kinds or "filler" in piece.kinds:
        return 1.0
    told = [piece.kinds[kind] for kind in ("place", "second", "someone", "other") if kind in piece.kinds]
    if told:
        return max(told)
    return _WEAKENED if piece.kinds.keys() & _SPOKEN and meaning not in _SPOKEN else 1.0


_NUMBERED = 9


# ---- a header in pieces ------------------------------------------------------------------


class _Lexicon(NamedTuple):
    """All phrases with what they weigh as which kind, those that count only alone, and the words they are made of.

    What counts only alone is marked by = in the file, and by == where not even *the* may stand beside it.
    `forms` are what companies have at an end of their names.
    """

    phrases: dict[str, dict[str, float]]
    alone: dict[tuple[str, str], int]
    words: frozenset[str]
    longest: int
    forms: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    lines = resources.files("listkit.frame").joinpath("vocabulary.tsv").read_text("utf-8").splitlines()[1:]
    phrases: dict[str, dict[str, float]] = {}
    alone: dict[tuple[str, str], int] = {}
    forms: set[str] = set()
    for kind, weight, _, told in (line.split("\t") for line in lines):
        if kind == "form":
            forms.update(" ".join(_plain(form)) for form in told.split("|"))
            continue
        for phrase in told.split("|"):
            said = " ".join(_plain(phrase.lstrip("=")))
            kinds = phrases.setdefault(said, {})
            kinds[kind] = max(float(weight), kinds.get(kind, 0.0))
            marks = len(phrase) - len(phrase.lstrip("="))
            alone[said, kind] = min(marks, alone.get((said, kind), marks))
    return _Lexicon(
        phrases,
        alone,
        frozenset(word for phrase in phrases for word in phrase.split()),
        max(len(phrase.split()) for phrase in phrases),
        frozenset(forms),
    )


@lru_cache(1 << 12)
def _pieces(label: str) -> tuple[Piece, ...]:
    """Part a header into the longest phrases that are known, and the words between them."""
    phrases, longest = _lexicon().phrases, _lexicon().longest
    words = [part for word in _plain(label) for part in _parts(word)]
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + longest), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in phrases), at + 1)
        said = " ".join(words[at:end])
        pieces.append(Piece(said, phrases.get(said, {})))
        at = end
    return tuple(pieces)


def _parts(word: str) -> list[str]:
    """Take a word apart that is written in one: at known words, as in *kundentelefon*; or find what it is a form of."""
    known = _lexicon().words
    if word in known or word.isdecimal():
        return [word]
    if _UNSPACED.search(word):
        return _cut(word)
    if word.isascii():
        return _compound(word) or [word]
    return [_stem(word) or word]


def _cut(text: str) -> list[str]:
    """Cut a text of a script without spaces into the longest known words; what is between them stays together."""
    known, cut, unknown, at = _lexicon().words, list[str](), "", 0
    while at < len(text):
        end = next((end for end in range(min(len(text), at + _LONGEST), at, -1) if text[at:end] in known), at)
        if end == at:
            unknown, at = unknown + text[at], at + 1
            continue
        cut += [unknown, text[at:end]] if unknown else [text[at:end]]
        unknown, at = "", end
    return [*cut, unknown] if unknown else cut


def _compound(word: str) -> list[str]:
    """Take a word of small letters apart into known ones, the longest first; nothing where that leaves a rest."""
    if not word:
        return []
    for end in range(len(word) - 1, 1, -1):
        head, rest = word[:end], word[end:]
        if head in _lexicon().words and len(head) >= _SHORTEST:
            if rest in _lexicon().words and (len(rest) >= _SHORTEST or "filler" in _lexicon().phrases.get(rest, {})):
                return [head, rest]
            if tail := _compound(rest):
                return [head, *tail]
    return []


def _stem(word: str) -> str | None:
    """Find the known word of which another one is a form: *телефона*, or with the Arabic article."""
    for end in range(len(word), max(_STEM, len(word) - _ENDING) - 1, -1):
        if word[:end] in _lexicon().words:
            return word[:end]
    bare = word.removeprefix("ال")
    return bare if bare != word and bare in _lexicon().words else None


_SHORTEST, _STEM, _ENDING, _LONGEST = 3, 4, 4, 24
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Hangul as it is normalised, Kana, and Han."""
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "\u0131": "i"})


@lru_cache(1 << 12)
def _plain(label: str) -> tuple[str, ...]:
    """Part a header into words, without case, accents and marks; a capital inside a word begins one."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Z])", " ", label)
    plain = unicodedata.normalize("NFKD", parted).casefold().translate(_PLAIN_LETTERS)
    return tuple("".join(map(_letter, plain)).split())


def _letter(mark: str) -> str:
    """Keep letters, digits and the vowel signs that are part of a word; drop accents; a space for the rest."""
    if mark.isalnum() or (not mark.isascii() and unicodedata.category(mark) == "Mc"):
        return mark
    is_accent = "\u0300" <= mark <= "\u036f" or "\u064b" <= mark <= "\u0655" or mark in "\u200c\u200d"
    return "" if is_accent else mark if unicodedata.category(mark) == "Mn" else " "
