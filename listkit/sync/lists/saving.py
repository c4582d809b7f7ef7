"""A plan for lists as a file and back: as one for contacts, with a line for each list."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING, Literal

import msgspec

from listkit.frame import keeping as frames
from listkit.frame.keeping import Layout  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.sync.lists.listing import Line, ListsPlan
from listkit.sync.plans import hashing, keeping
from listkit.sync.plans.keeping import Column  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import pyarrow as pa

    from listkit.providers.base import Provider

KIND = "plan of lists"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan for lists says beside its frame, in the order in which it is written."""

    version: int = keeping.VERSION
    provider: str
    account: str
    host: str
    profile: str | None
    mode: Literal["lists", "undo"]
    read_at: datetime
    notes: tuple[str, ...]
    layout: Layout
    lines: tuple[Line, ...]
    leaving: tuple[Line, ...]


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A plan for lists as a file holds it."""

    listkit: Literal["plan of lists"]
    digest: str
    header: Header
    frame: dict[str, Column]


def save(plan: ListsPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan for lists to a file that only its owner can read; ListkitError where it cannot be written."""
    frame, layout = frames.keep(plan.frame)
    at, shared = plan.provider, {name: getattr(plan, name) for name in _SHARED}
    header = Header(provider=at.name, account=at.account, host=at.host, layout=layout, **shared)
    columns = keeping.write_columns(frame)
    keeping.write(path, {"listkit": KIND, "digest": _digest(header, frame), "header": header, "frame": columns})


def read(path: str | os.PathLike[str]) -> tuple[Header, Callable[[Provider], ListsPlan]]:
    """Read the file of a plan for lists: what it is about, and what makes the plan of it for its provider.

    Raises ReadError, in one sentence, where it is no such plan, is damaged, or is of a later listkit.
    """
    header, frame = keeping.load(path, _Saved, _checked)

    def make(provider: Provider) -> ListsPlan:
        keeping.refuse_another(header, provider)
        shared = {name: getattr(header, name) for name in _SHARED}
        return ListsPlan(provider=provider, frame=frames.restore(frame, header.layout), **shared)

    return header, make


def _checked(saved: _Saved) -> tuple[Header, pa.Table]:
    frame = keeping.read_columns(saved.frame)
    if _digest(saved.header, frame) != saved.digest:
        raise ValueError("The digest is another.")
    return saved.header, frame


def _digest(header: Header, frame: pa.Table) -> str:
    return hashing.of_tables(frame, words=[msgspec.json.encode(header).decode()])


_SHARED = sorted(set(Header.__struct_fields__) & set(ListsPlan.__dataclass_fields__) - {"provider"})
"""What a header takes over from a plan as it is."""
