"""What stands beside the digits of a number and among them: an extension, words, letters."""

from __future__ import annotations

import re
import unicodedata

from listkit.rules import damage


def cut_extension(text: str) -> tuple[str, damage.Finding | None]:
    """Take the extension off the end of a number, and tell it.

    >>> cut_extension("+91 11 4760 0555 (Ext. 201)")
    ('+91 11 4760 0555', Finding(code='extension', reason='extension 201: only the number before it is kept'))
    """
    extension = _EXTENSION.search(text)
    if not extension or not damage.digits(text[: extension.start()]):
        return text, None
    told = damage.name("extension", what=", ".join(re.findall(r"[0-9]+", extension[1])))
    return text[: extension.start()].rstrip(" ,;:(-"), told


def substitute(text: str) -> tuple[str, str] | None:
    """Read letters O and l among digits as 0 and 1: the new text, and which letters; None where there are others.

    >>> substitute("+91 98765 432lO")
    ('+91 98765 43210', 'l, O')
    """
    found = damage.letters(text)
    if not found or set(found) - set(_LOOKALIKES) or not _AMONG_DIGITS.search(text):
        return None
    return "".join(_LOOKALIKES.get(mark, mark) for mark in text), ", ".join(dict.fromkeys(found))


def words_beside(text: str) -> tuple[str, str] | None:
    """Split the words before and after a number from it; None where letters stand among its digits.

    >>> words_beside("Mob: +91 98765 43210 (home)")
    ('+91 98765 43210', 'Mob, home')
    """
    first, last = _FIRST_DIGIT.search(text), _AFTER_DIGITS.search(text)
    if not first or not last or damage.letters(text[first.start() : last.start()]):
        return None
    words = [_words(side) for side in (text[: first.start()], text[last.start() :])]
    return text[first.start() : last.start()], ", ".join(filter(None, words))


def may_be_dialled(text: str) -> bool:
    """Whether the letters of a text, but for those in brackets, may stand for the digits on their keys.

    >>> may_be_dialled("1-800-FLOWERS"), may_be_dialled("030 123456 (home)")
    (True, False)
    """
    return len(damage.letters(without_brackets(text))) >= _KEYPAD


def without_brackets(text: str) -> str:
    """Take words in brackets out of a text."""
    return _IN_BRACKETS.sub("", text)


def _words(text: str) -> str:
    """Return the words of a text, of any script, without the marks around them."""
    kept = (mark if mark.isalnum() or unicodedata.category(mark)[0] == "M" else " " for mark in text)
    return " ".join("".join(kept).split())


_KEYPAD = 3
_IN_BRACKETS = re.compile(r"\([^()0-9]*\)")
_LOOKALIKES = dict.fromkeys("Oo\u041e\u043e\u039f\u03bf", "0") | dict.fromkeys("lI", "1")
"""Letters that look like a digit: O and o, also those of Cyrillic and Greek, and l and I."""
_EXTENSION = re.compile(
    r"[\s,;:(/-]{0,9}(?:#|(?<![^\W0-9_])(?:extensions?|extns?|exts?|xtn|x|anexo|ramal|intern|int|доб))[\s.:=\-#]{0,9}"
    r"([0-9]{1,7}(?:\s?(?:[,/&]|and|or)\s?[0-9]{1,5}){0,9})[\s).,;]{0,9}$",
    re.IGNORECASE,
)
_AMONG_DIGITS = re.compile(r"[0-9][\s\-.]?[{0}]|[{0}][\s\-.]?[0-9]".format("".join(_LOOKALIKES)))
_FIRST_DIGIT = re.compile(r"[+(]{0,3}\s?[0-9]")
_AFTER_DIGITS = re.compile(r"(?<=[0-9])[^0-9]*$")
