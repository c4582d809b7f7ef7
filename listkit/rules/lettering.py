"""Names that are all in capitals or all in small letters, written as their owners write them."""

from __future__ import annotations

import re
from functools import lru_cache


def name(text: str) -> str:
    """Write a name with capitals where names have them; one that has some already stays as it is.

    Words that may be initials keep their capitals, for nobody can know.

    >>> [name(one) for one in ("ASHA RAO", "maria de la cruz", "O'NEIL", "MCDONALD", "a.p.j. abdul kalam", "JP")]
    ['Asha Rao', 'Maria de la Cruz', "O'Neil", 'McDonald', 'A.P.J. Abdul Kalam', 'JP']
    """
    is_loud = text.isupper()
    if not (is_loud or text.islower()) or not _SCRIPTS.fullmatch(text):
        return text
    words = text.split(" ")
    last = max((at for at, word in enumerate(words) if not is_after(word)), default=0)
    written = [
        word.lower() if at < last and _is_particle(words, at) else _word(word, is_loud=is_loud, is_alone=not last)
        for at, word in enumerate(words)
    ]
    changed = " ".join(written)
    return changed if len(changed) == len(text) else text


def is_particle(word: str) -> bool:
    """Whether a word belongs to the last name after it, as *van* and *de la* do."""
    return word.lower() in _PARTICLES


def is_after(word: str) -> bool:
    """Whether a word stands after a name and is none: Jr., III, MBBS."""
    return word.strip(".,").lower() in _AFTER


def _is_particle(words: list[str], at: int) -> bool:
    """Whether a word is written small: a particle before the last name, at the very beginning only if it is sure."""
    if at:
        return is_particle(words[at])
    return words[0].lower() in _SURE or " ".join(words[:2]).lower() in _SURE_PAIRS


@lru_cache(1 << 16)
def _word(word: str, *, is_loud: bool, is_alone: bool) -> str:
    """Write one word of a name that is all in capitals, or all in small letters."""
    if is_after(word):
        bare = word.strip(".,")
        return word.replace(bare, _AFTER[bare.lower()])
    if _INITIALS.fullmatch(word):
        return word.upper()
    parts = _JOINTS.split(word)
    return "".join(
        part if at % 2 else _part(part, before=parts[at - 2 : at], is_loud=is_loud, is_alone=is_alone)
        for at, part in enumerate(parts)
    )


def _part(part: str, *, before: list[str], is_loud: bool, is_alone: bool) -> str:
    """Write what stands between the hyphens and apostrophes of a word."""
    small = part.lower()
    if small in _SHORT:
        return _SHORT[small]
    if before and before[-1] in _APOSTROPHES and len(part) <= _ENDING and len(before[0]) != 1:
        return small
    if before and before[-1] == "-" and small in _PARTICLES:
        return small
    if _may_be_initials(part, is_loud=is_loud, is_alone=is_alone):
        return part.upper()
    if _MC.fullmatch(small):
        return f"Mc{small[2:].capitalize()}"
    return small[:1].upper() + small[1:]


def _may_be_initials(part: str, *, is_loud: bool, is_alone: bool) -> bool:
    """Whether letters may each begin a name: MK, JP, AJ, PVR."""
    if not part.isascii() or not part.isalpha() or len(part) > (_MOST_INITIALS if is_loud else _PAIR):
        return False
    vowels = [mark in _VOWELS for mark in part]
    if not any(vowels):
        return True
    return is_loud and len(part) == _PAIR and (is_alone or vowels[0])


_PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "du", "la", "las", "los", "bin",
    "binti", "bint", "ibn", "al", "el", "ter", "ten", "zu", "zum", "zur", "und", "y", "af", "av",
))  # fmt: skip
_SURE = frozenset(("von", "bin", "binti", "ibn"))
_SURE_PAIRS = frozenset(("van der", "van den", "van de", "de la", "de las", "de los"))
_AFTER = {
    "jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV", "phd": "PhD", "md": "MD", "mba": "MBA",
    "mbbs": "MBBS", "cpa": "CPA", "esq": "Esq",
}  # fmt: skip
_SHORT = {"ng": "Ng", "mc": "Mc", "ed": "Ed", "al": "Al", "om": "Om", "ali": "Ali", "ai": "Ai", "an": "An", "oz": "Oz"}
"""Short names that are no initials, though they look like them."""

_MOST_INITIALS = 4
_PAIR = 2
_ENDING = 2
_VOWELS = frozenset("aeiouyAEIOUY")
_APOSTROPHES = ("'", "\u2019")
_JOINTS = re.compile("(['\u2019-])")
_SCRIPTS = re.compile("[ -\u058f\u1e00-\u1fff\u2010-\u2019]*")
"""Latin, Greek, Cyrillic and Armenian letters, and what stands between them."""

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_MC = re.compile(r"mc[a-z]{3,}")
