"""Which lists a plan is about, and who is in them now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from listkit.contact import ListType  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.errors import NotFoundError, PlanRefused
from listkit.sync import comparing, pulling

if TYPE_CHECKING:
    import pyarrow as pa

    from listkit.contact import ContactList
    from listkit.providers.base import Provider


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A list that a plan is about; `list_id` is None where it is to be made, `members` how many it held."""

    name: str
    list_id: str | None = None
    members: int = 0
    type: ListType = "static"


class Found(NamedTuple):
    """The lists of a plan, and their members as `comparing.PLACED`."""

    targets: tuple[Target, ...]
    members: pa.Table
    read_at: datetime


def find(provider: Provider, name: str, list_id: str | None, *, create: bool) -> Found:
    """Find the one list that is meant and read who is in it; a list that is to be made has nobody."""
    kept = _named(provider, name, list_id, create=create)
    if kept is None or kept.list_id is None:
        return Found((Target(name=name),), comparing.nobody(), datetime.now(UTC))
    pulled = pulling.pull(provider, kept.list_id)
    if not pulled.complete:
        raise PlanRefused([f"The list {kept.name!r} kept changing while it was read; plan again when it is still."])
    target = Target(name=kept.name, list_id=kept.list_id, members=pulled.table.num_rows, type=kept.type)
    return Found((target,), comparing.place([pulled.table]), pulled.read_at)


def _named(provider: Provider, name: str, list_id: str | None, *, create: bool) -> ContactList | None:
    """Find the one list of this name, or the one that is meant among several; None where it is to be made."""
    if list_id is not None:
        found = provider.list(list_id)
        if found.name != name:
            raise PlanRefused(
                [f"The list {list_id} is named {found.name!r}, not {name!r}; give the one that is meant."]
            )
        return found
    try:
        return pulling.find_list(provider, name)
    except NotFoundError:
        if create:
            return None
        raise PlanRefused([f"There is no list named {name!r} on {provider.name}, and create=False."]) from None
