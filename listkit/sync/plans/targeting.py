"""Which lists a plan is about, who is in them now, and what would become of those who leave."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.contact import ListType  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.errors import AmbiguousListError, NotFoundError, PlanRefused
from listkit.providers.base import value as limit
from listkit.sync.pages import pulling
from listkit.sync.plans import comparing, hashing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.contact import ContactList
    from listkit.providers.base import Provider
    from listkit.sync.plans.options import Options


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A list that a plan is about; `list_id` is None where it is to be made, `members` how many it held."""

    name: str
    list_id: str | None = None
    members: int = 0
    type: ListType = "static"

    @classmethod
    def of(cls, kept: ContactList) -> Target:
        """Take from a list what a plan needs of it."""
        return cls(name=kept.name, list_id=kept.list_id, members=kept.members or 0, type=kept.type)


@dataclass(frozen=True, slots=True)
class Found:
    """The lists of a plan, and their members as `comparing.PLACED`."""

    targets: tuple[Target, ...]
    members: pa.Table
    read_at: datetime

    @property
    def state(self) -> str:
        """One short text for all that was found."""
        return hashing.of_tables(self.members, words=[str(target.list_id) for target in self.targets])


def find(provider: Provider, name: str, options: Options) -> Found:
    """Find the list that is meant, and its further parts where it may have some, and read who is in them.

    Raises PlanRefused where there is none and none may be made, or where there is one whose
    name differs only in capitals, and AmbiguousListError where there are several.
    """
    kept = _named(provider, name, options.list_id)
    if kept is None:
        _refuse_to_make(provider, name, create=options.create)
    first = Target(name=name) if kept is None else Target.of(kept)
    return read(provider, [first, *(_parts(provider, name) if options.split_over_cap else [])])


def read(provider: Provider, targets: Sequence[Target]) -> Found:
    """Read who is in some lists now; where a list is to be made or holds nobody, nothing has to be read.

    Raises PlanRefused where a list would not hold still.
    """
    began, tables, now = datetime.now(UTC), [], []
    for target in targets:
        if target.list_id is None or (target.members == 0 and provider.list(target.list_id).members == 0):
            pulled = comparing.nobody().drop_columns("target")
        else:
            answer = pulling.pull(provider, target.list_id)
            if not answer.complete:
                raise PlanRefused(
                    [f"The list {target.name!r} kept changing while it was read; plan again when it is still."]
                )
            pulled = answer.table
        tables.append(pulled)
        now.append(msgspec.structs.replace(target, members=pulled.num_rows))
    return Found(tuple(now), comparing.place(tables), began)


def holding(provider: Provider, name: str) -> Target:
    """Find the list where members are parked; it is made where there is none."""
    kept = _named(provider, name, None)
    return Target(name=name) if kept is None else Target.of(kept)


def homeless(provider: Provider, contact_ids: pa.Array, leaving: Sequence[Target]) -> pa.Array:
    """Say of each contact whether it is in no list but those that it leaves.

    Each is asked about, or all other lists are read, whichever takes fewer requests; where a
    provider cannot be asked, the lists are read. Raises PlanRefused where one of them would not
    hold still.
    """
    left = {target.list_id for target in leaving}
    others = [kept for kept in pulling.lists(provider) if kept.list_id not in left]
    pages = limit(provider.limits, "members_per_page")
    if sum(math.ceil((kept.members or 0) / pages) + 2 for kept in others) >= len(contact_ids):
        told = _told_of(provider, contact_ids.to_pylist())
        if len(told) == len(contact_ids):
            return pa.array([left.issuperset(lists) for lists in told], pa.bool_())
    elsewhere = read(provider, [Target.of(kept) for kept in others]).members["contact_id"]
    return pc.invert(pc.is_in(contact_ids, value_set=elsewhere.combine_chunks()))


def _told_of(provider: Provider, contact_ids: Sequence[str]) -> list[Sequence[str]]:
    """Ask which lists each contact is in, up to the first of which the provider cannot say it."""
    told = []
    for contact_id in contact_ids:
        lists = provider.lists_of(contact_id)
        if lists is None:
            break
        told.append(lists)
    return told


def spread(decisions: pa.Table, targets: Sequence[Target], cap: float) -> tuple[pa.Table, tuple[Target, ...]]:
    """Share the rows to be added among the parts of a list, and as many new parts as they need.

    >>> targets = (Target(name="VIP", list_id="7", members=2),)
    >>> decisions = pa.table({"op": ["add"] * 4, "target": [0] * 4})
    >>> decisions, targets = spread(decisions, targets, 3)
    >>> decisions["target"].to_pylist(), [target.name for target in targets]
    ([0, 1, 1, 1], ['VIP', 'VIP (2)'])
    """
    adds = np.flatnonzero(pc.equal(decisions["op"], comparing.ADD).to_numpy())
    parts, place, done = list(targets), decisions["target"].to_numpy().copy(), 0
    numbers = {_number(target.name, targets[0].name) for target in targets}
    for number, part in enumerate(parts):
        room = max(int(min(cap - part.members, len(adds))), 0)
        place[adds[done : done + room]] = number
        done += room
        if done >= len(adds):
            break
        if number == len(parts) - 1:
            free = next(each for each in range(2, len(parts) + 2) if each not in numbers)
            numbers.add(free)
            parts.append(Target(name=f"{targets[0].name} ({free})", type=targets[0].type))
    column = decisions.column_names.index("target")
    return decisions.set_column(column, "target", pa.array(place)), tuple(parts)


def _named(provider: Provider, name: str, list_id: str | None) -> ContactList | None:
    """Find the one list of this name, or the one that is meant among several; None where there is none."""
    if list_id is None:
        try:
            return pulling.find_list(provider, name)
        except NotFoundError:
            return None
    found = provider.list(list_id)
    if found.name != name:
        raise PlanRefused([f"The list {list_id} is named {found.name!r}, not {name!r}; give the one that is meant."])
    return found


def _refuse_to_make(provider: Provider, name: str, *, create: bool) -> None:
    missing = f"There is no list named {name!r} on {provider.name}"
    if not create:
        raise PlanRefused([f"{missing}, and create=False."])
    alike = [kept.name for kept in pulling.lists(provider, name) if kept.name.casefold() == name.casefold()]
    if alike:
        raise PlanRefused(
            [
                (
                    f"{missing}, but one named {alike[0]!r}: give that name, or make the other first with "
                    f"account.create_list({name!r})."
                )
            ]
        )


def _parts(provider: Provider, name: str) -> list[Target]:
    """Find the further parts of a list, `VIP (2)`, `VIP (3)` …, in the order of their numbers."""
    numbered = [(_number(kept.name, name), kept) for kept in pulling.lists(provider, name)]
    parts = sorted(((number, kept) for number, kept in numbered if number > 1), key=lambda part: part[0])
    twice = [kept for (number, kept), (later, _) in itertools.pairwise(parts) if number == later]
    if twice:
        ids = [str(kept.list_id) for _, kept in parts if kept.name == twice[0].name]
        raise AmbiguousListError(
            f"{provider.name} has {len(ids)} lists named {twice[0].name!r}, a part of {name!r}: rename one.",
            list_ids=ids,
        )
    return [Target.of(kept) for _, kept in parts]


def _number(part: str, name: str) -> int:
    """Say which part of a list a name is of, 0 where of none.

    >>> _number("VIP", "VIP"), _number("VIP (3)", "VIP"), _number("VIP (old)", "VIP")
    (1, 3, 0)
    """
    if part == name:
        return 1
    numbered = re.fullmatch(rf"{re.escape(name)} \(([1-9][0-9]*)\)", part)
    return int(numbered[1]) if numbered else 0
