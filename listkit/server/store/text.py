"""Which text can be kept, and how text is compared without regard to case; one rule on every engine."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BORDER = "\n"
DIVIDER = 2 * BORDER
"""Ends what was folded first where more was folded apart: no text is empty, and none holds a border."""
_END = "\0"
LONGEST_ID = 18
_LOST_NUL = "A NUL character cannot be kept; take it out of the text and send it again."
_LONE_SURROGATE = "Half a character (a lone surrogate) cannot be kept; take it out of the text and send it again."


def refusal_of(texts: Iterable[str | None]) -> InvalidError | None:
    """Return the error for a text that no engine can keep (NUL, or half a character), or None.

    >>> refusal_of(["Asha", None]) is None
    True
    """
    whole = "".join(filter(None, texts))
    if "\0" in whole:
        return InvalidError(_LOST_NUL)
    if not whole.isascii():
        try:
            whole.encode()
        except UnicodeEncodeError:
            return InvalidError(_LONE_SURROGATE)
    return None


def refuse_unstorable(texts: Iterable[str | None]) -> None:
    """Raise InvalidError when a text holds what no engine can keep."""
    if (refusal := refusal_of(texts)) is not None:
        raise refusal


def encode_custom(custom: Mapping[str, Any] | None) -> str | None:
    """Write custom fields as JSON; InvalidError for what cannot be kept or is nested too deep."""
    if custom is None:
        return None
    try:
        written = msgspec.json.encode(custom).decode()
    except UnicodeEncodeError:
        raise InvalidError(_LONE_SURROGATE, field="custom") from None
    except RecursionError:
        raise InvalidError("Custom fields are nested too deep; flatten them.", field="custom") from None
    # The two escaped forms differ: a backslash followed by "u0000" in the text itself is kept.
    if r"\u0000" in written.replace(r"\\", ""):
        raise InvalidError(_LOST_NUL, field="custom")
    return written


def decode_custom(written: str | None) -> dict[str, Any] | None:
    """Read custom fields back."""
    return None if written is None else msgspec.json.decode(written, type=dict[str, Any])


def fold(text: str) -> str:
    """Put text in the form in which texts are compared without regard to case.

    >>> fold("Straße") == fold("STRASSE")
    True
    """
    return text.replace(BORDER, " ").casefold()


def fold_all(texts: Iterable[str | None]) -> str:
    r"""Fold several texts into one that is searched at once; each stands between borders.

    >>> fold_all(["Asha", None, "Rao"])
    '\nasha\nrao\n'
    """
    return (BORDER + "".join(text.replace(BORDER, " ") + BORDER for text in texts if text)).casefold()


def fold_each(*columns: Sequence[str | None]) -> list[str]:
    r"""Fold the texts of each row into one as `fold_all` does, given the columns of the rows; none may hold NUL.

    >>> fold_each(["Asha", None], ["Rao", "Devi"])
    ['\nasha\nrao\n', '\ndevi\n']
    """
    given = [*filter(any, columns)]
    if not given:
        return [BORDER] * len(columns[0])
    held = list(filter(None, chain.from_iterable(zip(*given, repeat(_END), strict=False))))
    whole = BORDER.join(held)
    if whole.count(BORDER) >= len(held):
        whole = BORDER.join([text.replace(BORDER, " ") for text in held])
    # Folding looks at one character at a time, so that all rows fold as one text.
    return f"{BORDER}{whole}{BORDER}".casefold().split(_END)[:-1]


def fold_columns(columns: Sequence[pa.Array]) -> pa.Array | pa.Scalar:
    """Do as `fold_each` does for very many."""
    if not columns:
        return pa.scalar(BORDER)
    texts = [pc.replace_substring(column, BORDER, " ") for column in columns]
    bordered = [pc.fill_null(pc.binary_join_element_wise(text, BORDER, ""), "") for text in texts]
    whole = pc.binary_join_element_wise(BORDER, *bordered, "")
    if pc.all(pc.string_is_ascii(whole)).as_py():
        return pc.ascii_lower(whole)
    return pa.array(_END.join(whole.to_pylist()).casefold().split(_END))


def number_of(identifier: str) -> int | None:
    """Return the number that an id is, or None where no id is written so.

    >>> number_of("17"), number_of("017"), number_of("abc")
    (17, None, None)
    """
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= LONGEST_ID):
        return None
    return None if identifier[0] == "0" else int(identifier)


def numbers_of(identifiers: Iterable[str]) -> list[int]:
    """Return the numbers of those ids that can exist."""
    return [number for number in map(number_of, identifiers) if number is not None]
