"""What a user asked of a plan, kept with it, so that the same can be planned again."""

from __future__ import annotations

from typing import Literal

import msgspec

Mode = Literal["append", "upsert", "mirror", "undo"]
Strategy = Literal["batches", "file", "swap"]
Blanks = Literal["ignore", "erase", "error"]
Unsupported = Literal["error", "drop"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The keywords of `plan`, with what each is where it is left out.

    `suppress` says in words which stop lists were read; whom they stop is in the plan's decisions.
    """

    mode: Mode = "append"
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
