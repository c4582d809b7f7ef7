"""Names of people: whatever is written is a name, also *NA*, *None*, *Null* and *True*."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc

from listkit.rules import damage, lettering, text
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one, truths

if TYPE_CHECKING:
    from listkit.rules.verdict import Flags


class Halves(NamedTuple):
    """Full names taken apart; what there is to tell of one is told of its first half."""

    first: Verdicts
    last: Verdicts


def parse(column: Column) -> Verdicts:
    """Write names as people do: tidy, without a title, and neither all in capitals nor all in small letters.

    Nothing is guessed: what may be initials stays as it is, and so does a script without capitals.

    >>> from listkit.rules.verdict import column
    >>> parse(column(["Dr. ASHA RAO", "van der berg", "O'NEIL", "MS Dhoni", "NA"])).value.to_pylist()
    ['Asha Rao', 'van der Berg', "O'Neil", 'MS Dhoni', 'NA']
    """
    return text.judged(column_in_one(column), _doubtful, _parse)


def split(column: Column) -> Halves:
    """Take full names apart: first names, and the last name with its particles and what stands after it.

    *Rao, Asha* has its last name first, and so has a name in Chinese, Japanese or Korean that is
    written as two words. One word alone is a first name.

    >>> from listkit.rules.verdict import column
    >>> halves = split(column(["Rao, Asha", "Ludwig van der Rohe", "John Smith Jr.", "Cher"]))
    >>> list(zip(halves.first.value.to_pylist(), halves.last.value.to_pylist()))
    [('Asha', 'Rao'), ('Ludwig', 'van der Rohe'), ('John', 'Smith Jr.'), ('Cher', None)]
    """
    return Halves(
        Verdicts.of(lambda name: _split(name)[0], column), Verdicts.of(lambda name: Verdict(_split(name)[1]), column)
    )


def _parse(name: str | None) -> Verdict:
    return Verdict() if name is None else text.verdict(*_read(name))


def _read(name: str) -> text.Seen:
    """Write one name as people do, and tell what that took."""
    seen = text.mend(name)
    found = list(seen.found)
    left, told = _written(seen.text)
    while told:
        seen = text.mend(left)
        found += [told, *seen.found]
        left, told = _written(seen.text)
    return text.Seen(left, tuple(dict.fromkeys(found)), seen.suggestion)


def _written(name: str) -> tuple[str, damage.Finding | None]:
    """Take a title off a name, or else write it in its letters; None where there is nothing to do."""
    if len(name) > _LONGEST:
        return name, None
    title = _TITLE.match(name)
    if title and (title[1] or title[2] == "Ms" or _is_title(title[2], name)):
        return name[title.end() :], damage.name("honorific", what=title[0].strip())
    if (lettered := lettering.name(name)) != name:
        return lettered, damage.name("letter_case", what="capital" if name.isupper() else "small")
    return name, None


def _is_title(word: str, name: str) -> bool:
    """Whether a word without a point is a title: capitals among small letters are initials, as in DR Kaprekar."""
    return word.lower() != "ms" and (not word.isupper() or name.isupper())


# ---- full names ------------------------------------------------------------------------


def _split(name: str | None) -> tuple[Verdict, str | None]:
    """Take one full name apart."""
    if name is None:
        return Verdict(), None
    whole = _read(name)
    before, *sides = (side.strip() for side in whole.text.split(","))
    after = [side for side in sides if lettering.is_after(side)]
    others = [side for side in sides if not lettering.is_after(side)]
    found = list(whole.found)
    if len(others) == 1 and before and others[0]:
        found.append(damage.name("name_order", what=whole.text))
        first, last = others[0], before
    elif others:
        first, last = whole.text, ""
    else:
        first, last = _halves(before.split(" "))
    own, theirs = _read(first), _read(" ".join([last, *after]).strip())
    return text.verdict(own.text, found, whole.suggestion), theirs.text or None


def _halves(words: list[str]) -> tuple[str, str]:
    """Say which words of a full name are the first name, and which the last."""
    if len(words) > 1 and all(map(_FAMILY_FIRST.fullmatch, words)):
        return " ".join(words[1:]), words[0]
    at = len(words) - 1
    while at > 1 and lettering.is_after(words[at]):
        at -= 1
    while at > 0 and lettering.is_particle(words[at - 1]) and (at > 1 or words[0].islower()):
        at -= 1
    return (" ".join(words[:at]), " ".join(words[at:])) if at else (" ".join(words), "")


# ---- what a column is looked through for -----------------------------------------------


def _doubtful(texts: Column) -> Flags:
    """Find the names in which there may be something to do."""
    has_capital, has_small, may_have_title = (
        truths(pc.match_substring_regex(texts, pattern)) for pattern in (_CAPITAL, _SMALL, _MAY_HAVE_TITLE)
    )
    return (has_capital ^ has_small) | may_have_title | text.untidy(texts)


_LONGEST = 200
"""What is longer is no name."""

_DOTTED = (
    r"(?:mr|mrs|ms|mx|dr|prof|smt|shri|sh|sri|kum|thiru|tmt|er|sr|sra|srta|fr|hon|adv|capt|col|lt|maj|gen|rev|ing|"
    r"dott|sig|mme|mlle|डॉ)\."
)
_BARE = r"(?:mr|mrs|ms|mx|dr|prof|smt|shri|shrimati|miss|srta|mme|mlle|herr|frau|fräulein|श्रीमती)"
_TITLE = re.compile(rf"(?:({_DOTTED}) ?|({_BARE}) )(?!(?:and|und|et|y|e|u)\b)(?=[^\W\d_])", re.IGNORECASE)
"""A title before a name; before *and* it belongs to two people."""

_MAY_HAVE_TITLE = f"(?i)^(?:{_DOTTED}|{_BARE} )"
_CAPITAL, _SMALL = r"\p{Lu}", r"\p{Ll}"
_FAMILY_FIRST = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
