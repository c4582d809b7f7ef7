"""What a TextMagic caller sent: a form, JSON or a query, and every spelling of a number, a yes and an id."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect, structs

from listkit.errors import InvalidError, MissingFieldError, NotFoundError, TooManyError, UnreadableBodyError
from listkit.wire import multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.wire.message import Request

S = TypeVar("S", bound=msgspec.Struct)

LONGEST_TEXT = 255
MOST_IDS = 1_000
MOST_FIELDS = 1_000
MOST_SOUGHT = 20_000
"""Characters of ids in a search, 1,000 of any length."""

READ = "read"
"""Under this name a type of a shape says which function reads it, given the parameters and a name."""

_ID = re.compile(r"[0-9]{1,18}")
_FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}


class Parameters(msgspec.Struct, frozen=True):
    """Named values as they were sent; each method reads one of them as a kind, or says what is wrong with it."""

    sent: Mapping[str, Any]

    def read(self, shape: type[S]) -> S:
        """Read all that a shape names and was sent; MissingFieldError for what it cannot do without."""
        there = {name.partition("[")[0] for name in self.sent}
        found = {}
        for own, name, reader, is_needed, may_be_none in _readings(shape):
            if is_needed or name in there:
                found[own] = reader(self, name)
                if found[own] is None and not may_be_none:
                    raise _missing(name)
        return shape(**found)

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
        """Return trimmed text, or None where it is absent, null or blank."""
        value = self.sent.get(name)
        if isinstance(value, bool | float | dict | list):
            raise InvalidError("This value should be text.", field=name)
        text = "" if value is None else str(value).strip()
        if "\0" in text:
            raise InvalidError("This value should not contain a NUL character.", field=name)
        if len(text) > longest:
            message = f"This value is too long. It should have {longest:,} characters or less."
            raise InvalidError(message, field=name, limit=longest)
        return text or None

    def word(self, name: str) -> str:
        """Return a plain value in its one spelling, whatever kind it came as; empty where it is absent."""
        return _word(self.sent.get(name))

    def flag(self, name: str) -> bool:
        """Return a yes or no, as 0/1, true/false or a JSON boolean; absent is no."""
        found = _FLAGS.get(self.word(name).lower())
        if found is None:
            raise InvalidError("This value should be 0 or 1.", field=name)
        return found

    def ids(self, name: str) -> list[str]:
        """Return ids, each once, from `318,454`, a JSON array or one number; at most 1,000."""
        value = self.sent.get(name)
        words = [_word(part) for part in (value if isinstance(value, list) else self.word(name).split(","))]
        if not any(words):
            raise _missing(name)
        if len(words) > MOST_IDS:
            message = f"This value holds {len(words):,} ids. It should hold {MOST_IDS:,} or less."
            raise TooManyError(message, field=name, limit=MOST_IDS)
        if not all(_ID.fullmatch(word) for word in words):
            raise InvalidError("This value should be ids separated by commas.", field=name)
        return list(dict.fromkeys(str(int(word)) for word in words))

    def one_id(self, name: str) -> str | None:
        """Return one id, or None where it is absent, null or blank."""
        word = self.word(name)
        if word and not _ID.fullmatch(word):
            raise InvalidError("This value should be an id, a whole number.", field=name)
        return str(int(word)) if word else None

    def ids_or_all(self, name: str) -> list[str] | None:
        """Return ids, or None for all there are: `all=1`, or the word `all` in their place."""
        return None if self.sent.get(name) == "all" or self.flag("all") else self.ids(name)

    def sought(self, name: str) -> list[str] | None:
        """Return the ids that a search is narrowed to, None for no such filter; malformed ids match nothing."""
        text = self.text(name, longest=MOST_SOUGHT)
        if text is None:
            return None
        words = text.split(",")
        return [str(int(word)) for word in words] if all(map(_ID.fullmatch, words)) else []


class _Reading(NamedTuple):
    """How a parameter is read: its name here and on the wire, the reader, and whether it has to be there."""

    own: str
    name: str
    reader: Callable[[Parameters, str], Any]
    is_needed: bool
    may_be_none: bool


def _readers(kind: inspect.Type) -> Sequence[Any]:
    """Return the readers that a type of a shape names, those of a text's length included."""
    if isinstance(kind, inspect.Metadata):
        return [kind.extra[READ]] if kind.extra and READ in kind.extra else _readers(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [reader for one in kind.types for reader in _readers(one)]
    if isinstance(kind, inspect.StrType):
        return [partial(Parameters.text, longest=kind.max_length or LONGEST_TEXT)]
    return []


@cache
def _readings(shape: type[msgspec.Struct]) -> Sequence[_Reading]:
    return [
        _Reading(field.name, field.encode_name, _readers(kind)[0], field.required, _may_be_none(kind))
        for field in structs.fields(shape)
        if (kind := inspect.type_info(field.type))
    ]


def _may_be_none(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.Metadata):
        return _may_be_none(kind.type)
    if isinstance(kind, inspect.UnionType):
        return any(_may_be_none(one) for one in kind.types)
    return isinstance(kind, inspect.NoneType)


def parameters(request: Request) -> Parameters:
    """Read what a request carries in its body and its query; the body wins.

    Every endpoint takes a form as well as JSON. A body that names no type (textmagic 2.0.3
    sends `DELETE …/contacts` so) is JSON where it opens with a brace, and else a form.
    Raises UnreadableBodyError.
    """
    return Parameters({**dict(request.query), **_body(request)})


def read_id(text: str) -> str:
    """Return an id from a path in its plain spelling; NotFoundError where it is no whole number."""
    if not _ID.fullmatch(text):
        raise NotFoundError(f"There is nothing with the id {text[:40]!r} at TextMagic: its ids are whole numbers.")
    return str(int(text))


def _missing(name: str) -> MissingFieldError:
    return MissingFieldError("This value should not be blank.", field=name)


def _word(value: Any) -> str:
    """Spell a plain value; one with others in it, which may be too deep to be written, is named by its kind."""
    return str("" if value is None else type(value) if isinstance(value, dict | list) else value).strip()


def _body(request: Request) -> Mapping[str, Any]:
    body = request.body.strip()
    if not body:
        return {}
    if request.media_type == multipart.MEDIA_TYPE:
        raise UnreadableBodyError("Only an import takes a form with files in it; send a plain form or a JSON object.")
    is_form = request.media_type == "application/x-www-form-urlencoded"
    try:
        if request.media_type == "application/json" or (body.startswith(b"{") and not is_form):
            return msgspec.json.decode(body, type=dict[str, Any])
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError) as cause:
        raise UnreadableBodyError("The body is neither a form nor a JSON object.") from cause
