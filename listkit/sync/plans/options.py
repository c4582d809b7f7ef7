"""What a user asked of a plan, kept with it, so that the same can be planned again."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from listkit.errors import ListkitError

Mode = Literal["append", "upsert", "mirror"]
AnyMode = Literal[Mode, "undo"]
"""What a plan may be for; the last is asked of a run, not of a frame."""
Strategy = Literal["batches", "file", "swap"]
Blanks = Literal["ignore", "erase", "error"]
Unsupported = Literal["error", "drop"]

CHOICES: dict[str, tuple[str, ...]] = {
    "mode": (*get_args(Mode), "undo"),
    "strategy": ("auto", *get_args(Strategy)),
    "blanks": get_args(Blanks),
    "unsupported": get_args(Unsupported),
}


class Undoes(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan takes back: the run, the lists to delete by their numbers, and names to give back by id, in order."""

    run_id: str
    deletes: tuple[int, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The keywords of `plan`, with what each is where it is left out.

    `suppress` says in words which stop lists were read; whom they stop is in the plan's decisions.

    Raises ListkitError, before anything is asked of a provider, where they make no sense.
    """

    mode: AnyMode = "append"
    strategy: Strategy | Literal["auto"] = "auto"
    on: str = "phone"
    blanks: Blanks = "ignore"
    fields: tuple[str, ...] | None = None
    custom: tuple[str, ...] = ()
    unsupported: Unsupported = "error"
    suppress: tuple[str, ...] = ()
    max_remove: float | int = 0.05
    max_reject: float | int | None = None
    allow_destroy: bool = False
    park: str | None = None
    create: bool = True
    split_over_cap: bool = False
    list_id: str | None = None
    undoes: Undoes | None = None

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            given = getattr(self, name)
            if given not in choices:
                raise ListkitError(f"{name}= is {' or '.join(map(repr, choices))}; {given!r} is not.")
        for name in ("fields", "custom"):
            given = getattr(self, name)
            if given is not None:
                msgspec.structs.force_setattr(self, name, _columns(name, given))
        _refuse_amount("max_remove", self.max_remove)
        if self.max_reject is not None:
            _refuse_amount("max_reject", self.max_reject)
        if self.park is not None and self.allow_destroy:
            raise ListkitError("park= keeps contacts that allow_destroy=True lets be deleted: take one of the two.")


def _columns(name: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        raise ListkitError(f"{name}= takes several columns, as {name}=[{given!r}]; {given!r} is one text.")
    return tuple(map(str, given))


def _refuse_amount(name: str, given: Any) -> None:
    """Refuse what is neither a count nor a share."""
    is_amount = isinstance(given, int | float) and not isinstance(given, bool) and given >= 0
    if not is_amount or (isinstance(given, float) and given > 1):
        raise ListkitError(f"{name}= is a count, as 25, or a share up to 1.0, as 0.05; {given!r} is neither.")
